import type { Box } from './parts.js';
import type { Plane } from './plane.js';

/**
 * A plane, or a box of it, in the middle of a square: the longer side reaches from margin to margin. Pixels are averaged
 * where they get smaller, and blended where they get larger.
 * @returns [side, side]; 0 around the plane
 */
export function fitted(
  plane: Plane,
  side: number,
  margin: number,
  box: Box = whole(plane),
): Float32Array {
  const { left, top, right, bottom } = box;
  const step = Math.max(right - left, bottom - top) / (side - 2 * margin);
  const taps = step > 1 ? Math.ceil(2 * step) : 2;
  const offsets = Array.from({ length: taps }, (_, i) => (i + 0.5) / taps);
  const out = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    const rows = offsets.map((part) => (top + bottom) / 2 + (y + part - side / 2) * step);
    for (let x = 0; x < side; x++) {
      let sum = 0;
      for (const part of offsets) {
        const u = (left + right) / 2 + (x + part - side / 2) * step;
        if (u < left || u >= right) continue;
        for (const v of rows) {
          if (v >= top && v < bottom) sum += step > 1 ? nearest(plane, u, v) : blended(plane, u, v);
        }
      }
      out[y * side + x] = sum / taps ** 2;
    }
  }
  return out;
}

export const whole = ({ width, height }: Plane): Box => ({
  left: 0,
  top: 0,
  right: width,
  bottom: height,
});

const nearest = ({ width, values }: Plane, x: number, y: number) =>
  values[Math.floor(y) * width + Math.floor(x)]!;

/** Between the middles of four pixels. */
function blended({ width, height, values }: Plane, x: number, y: number): number {
  const [u, v] = [Math.max(0, x - 0.5), Math.max(0, y - 0.5)];
  const [left, top] = [Math.floor(u), Math.floor(v)];
  const [right, bottom] = [Math.min(left + 1, width - 1), Math.min(top + 1, height - 1)];
  const [across, down] = [u - left, v - top];
  const row = (y: number) =>
    values[y * width + left]! * (1 - across) + values[y * width + right]! * across;
  return row(top) * (1 - down) + row(bottom) * down;
}
