import type { DataSet } from './drawings.js';

/** How a drawing is turned and moved before the network sees it. */
export interface Pose {
  /** Quarter turns, 0 to 3. */
  readonly quarters: number;
  /** A small turn, in radians. */
  readonly angle: number;
  /** A shift to the right and down, in sides of the picture. */
  readonly right: number;
  readonly down: number;
}

export const UPRIGHT: Pose = { quarters: 0, angle: 0, right: 0, down: 0 };

/**
 * Draws drawing `index` as the network sees it, in one bilinear pass from the atlas (four taps an
 * output pixel), with ink up to 1 on ground 0, into `out` [height, width] from `at`.
 */
export function warp(
  { atlas, side }: DataSet,
  index: number,
  { quarters, angle, right, down }: Pose,
  height: number,
  width: number,
  out: Float32Array,
  at: number,
): void {
  const [cos, sin] = turn(quarters, angle);
  const base = index * side * side;
  const scaleX = side / width;
  const scaleY = side / height;
  // The output pixel (y, x) comes from the atlas at (v, u): back from the shift, back from the turn.
  const middle = (side - 1) / 2;
  const left = (0.5 - width / 2) * scaleX - right * side;
  const top = (0.5 - height / 2) * scaleY - down * side;
  let most = 0;
  for (let y = 0, to = at; y < height; y++) {
    const fromTop = top + y * scaleY;
    let u = middle + cos * left + sin * fromTop;
    let v = middle - sin * left + cos * fromTop;
    for (let x = 0; x < width; x++, to++) {
      if (u > -1 && v > -1 && u < side && v < side) {
        const column = Math.floor(u);
        const row = Math.floor(v);
        const du = u - column;
        const dv = v - row;
        const tap = base + row * side + column;
        let ink: number;
        if (column >= 0 && row >= 0 && column < side - 1 && row < side - 1) {
          const upper = atlas[tap]! * (1 - du) + atlas[tap + 1]! * du;
          const lower = atlas[tap + side]! * (1 - du) + atlas[tap + side + 1]! * du;
          ink = upper * (1 - dv) + lower * dv;
        } else {
          const l = column >= 0;
          const r = column < side - 1;
          ink = 0;
          if (row >= 0) {
            if (l) ink += atlas[tap]! * (1 - du) * (1 - dv);
            if (r) ink += atlas[tap + 1]! * du * (1 - dv);
          }
          if (row < side - 1) {
            if (l) ink += atlas[tap + side]! * (1 - du) * dv;
            if (r) ink += atlas[tap + side + 1]! * du * dv;
          }
        }
        out[to] = ink;
        if (ink > most) most = ink;
      } else out[to] = 0;
      u += cos * scaleX;
      v -= sin * scaleX;
    }
  }
  if (most === 0) return;
  const scale = 1 / most;
  for (let i = at, end = at + height * width; i < end; i++) out[i]! *= scale;
}

/** Cosine and sine of quarter turns and a small angle: sums and products alone, the same everywhere. */
function turn(quarters: number, angle: number): [cos: number, sin: number] {
  const a2 = angle * angle;
  const cos = 1 - (a2 / 2) * (1 - (a2 / 12) * (1 - (a2 / 30) * (1 - a2 / 56)));
  const sin = angle * (1 - (a2 / 6) * (1 - (a2 / 20) * (1 - (a2 / 42) * (1 - a2 / 72))));
  switch (quarters) {
    case 0:
      return [cos, sin];
    case 1:
      return [-sin, cos];
    case 2:
      return [-cos, -sin];
    default:
      return [sin, -cos];
  }
}
