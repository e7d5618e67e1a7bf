/** Strokes of a binary picture: how wide they are, their middle lines, and drawing them with another pen. */

/** Row after row, 1 for foreground, 0 for background. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly ink: Uint8Array;
}

/** How much lines are stretched at most: pixels further apart would be drawn as dots. */
const MOST = 1.5;

/** Mean width of the strokes in pixels: twice the area over the length of the edge. 0 if there is no foreground. */
export function strokeWidth({ width, height, ink }: Mask): number {
  let area = 0;
  let edge = 0;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!ink[i]) continue;
      area++;
      edge += +(x === 0 || !ink[i - 1]) + +(x === width - 1 || !ink[i + 1]);
      edge += +(y === 0 || !ink[i - width]) + +(y === height - 1 || !ink[i + width]);
    }
  }
  return edge === 0 ? 0 : (2 * area) / edge;
}

/** The middle lines of strokes, one pixel wide (Guo & Hall 1989: keeps diagonals of two pixels, which others lose). */
export function thin({ width, height, ink }: Mask): Mask {
  // a border of background, so that every pixel has eight neighbours
  const row = width + 2;
  const pixels = new Uint8Array(row * (height + 2));
  let inked: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!ink[y * width + x]) continue;
      pixels[(y + 1) * row + x + 1] = 1;
      inked.push((y + 1) * row + x + 1);
    }
  }
  for (let still = 0, pass = 0; still < 2; pass ^= 1) {
    const gone = inked.filter((i) => isEdge(pixels, i, row, pass));
    for (const i of gone) pixels[i] = 0;
    if (gone.length > 0) inked = inked.filter((i) => pixels[i]);
    still = gone.length === 0 ? still + 1 : 0;
  }
  const lines = new Uint8Array(width * height);
  for (const i of inked) lines[(Math.floor(i / row) - 1) * width + (i % row) - 1] = 1;
  return { width, height, ink: lines };
}

/** Whether a pixel can go without breaking or shortening a line, edges of opposite sides in turn. */
function isEdge(pixels: Uint8Array, i: number, row: number, pass: number): boolean {
  const n = pixels[i - row]!;
  const ne = pixels[i - row + 1]!;
  const e = pixels[i + 1]!;
  const se = pixels[i + row + 1]!;
  const s = pixels[i + row]!;
  const sw = pixels[i + row - 1]!;
  const w = pixels[i - 1]!;
  const nw = pixels[i - row - 1]!;
  const lines =
    ((n ^ 1) & (ne | e)) + ((e ^ 1) & (se | s)) + ((s ^ 1) & (sw | w)) + ((w ^ 1) & (nw | n));
  if (lines !== 1) return false;
  const pairs = Math.min(
    (nw | n) + (ne | e) + (se | s) + (sw | w),
    (n | ne) + (e | se) + (s | sw) + (w | nw),
  );
  if (pairs < 2 || pairs > 3) return false;
  return pass === 0 ? !((s | sw | (nw ^ 1)) & w) : !((n | ne | (se ^ 1)) & e);
}

/** The bounding box of the foreground, in pixels from the upper left: left and top inclusive, right and bottom exclusive. */
export function boxOf({ width, height, ink }: Mask) {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!ink[i]) continue;
      if (x < left) left = x;
      if (x >= right) right = x + 1;
      if (y < top) top = y;
      bottom = y + 1;
    }
  }
  return { left, top, right, bottom };
}

/** How far lines lean: how much further right they are per pixel down, by least squares. Negative where they lean right, like a slash. */
export function slantOf({ width, height, ink }: Mask): number {
  let [n, sx, sy, sxy, syy] = [0, 0, 0, 0, 0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!ink[i]) continue;
      n++;
      sx += x;
      sy += y;
      sxy += x * y;
      syy += y * y;
    }
  }
  const variance = n * syy - sy * sy;
  return variance === 0 ? 0 : (n * sxy - sx * sy) / variance;
}

/**
 * Lines drawn with a round pen in the middle of a square frame.
 * @param slant that is removed, see `slantOf`
 * @param side of the frame, pixels
 * @param extent longer side of the lines in the frame; what is much smaller, as a dot, stays small
 * @param pen its width
 * @returns [side, side]: how much of each pixel is foreground, 0 to 1
 */
export function draw(
  lines: Mask,
  slant: number,
  side: number,
  extent: number,
  pen: number,
): Float32Array {
  const { xs, ys } = pointsOf(lines, slant);
  const [left, right] = rangeOf(xs);
  const [top, bottom] = rangeOf(ys);
  const longest = Math.max(right - left, bottom - top);
  const scale = Math.min(extent / Math.max(longest, 1), MOST);
  const radius = pen / 2;
  const reach = radius + 0.5;
  const frame = new Float32Array(side * side);
  for (let i = 0; i < xs.length; i++) {
    const u0 = (side - 1) / 2 + (xs[i]! - (left + right) / 2) * scale;
    const v0 = (side - 1) / 2 + (ys[i]! - (top + bottom) / 2) * scale;
    for (let v = Math.ceil(v0 - reach); v <= v0 + reach; v++) {
      for (let u = Math.ceil(u0 - reach); u <= u0 + reach; u++) {
        const part = Math.min(reach - Math.hypot(u - u0, v - v0), 1);
        if (part > frame[v * side + u]!) frame[v * side + u] = part;
      }
    }
  }
  return frame;
}

function pointsOf({ width, height, ink }: Mask, slant: number) {
  const xs: number[] = [];
  const ys: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!ink[y * width + x]) continue;
      xs.push(x - slant * y);
      ys.push(y);
    }
  }
  return { xs, ys };
}

const rangeOf = (values: readonly number[]) => [Math.min(...values), Math.max(...values)] as const;
