/** Drawings in the small form in which they travel, so that a link holds exactly what the network saw. */
import { SIDE, type Stroke } from '../pad/strokes.js';
import type { Look } from '../session/step.js';
import { shrink } from './shrink.js';

/** How far a line may be from where the pen went, in the pad's units; the pen is twelve times as wide. */
const TOLERANCE = 3;
/** Points lie on a grid: most steps between them are then a byte in a link. */
export const GRID = 2;
/** How far the smooth line of `pathOf` may pass by a point before the point is taken for a corner. */
const CORNER = 8;

/**
 * A drawing with the points and grey levels that it needs, and no more: `slim(look)`. It looks the same; strokes have some
 * 20 to 60 points, pictures at most 70 pixels a side and 16 levels. A slim drawing stays as it is.
 */
export function slim(look: Look): Look {
  if (!('strokes' in look)) return shrink(look);
  return { strokes: look.strokes.map(slimStroke) };
}

function slimStroke(stroke: Stroke): Stroke {
  const snapped = stroke.map((x) => Math.max(0, Math.min(SIDE, GRID * Math.round(x / GRID))));
  return withCorners(simplify(snapped, TOLERANCE));
}

/**
 * Ramer, Douglas and Peucker: leaves points out, so that none is further than the tolerance from the line through the
 * others. Simplifying twice is as simplifying once.
 * @param line x and y of points in turn
 */
export function simplify(line: readonly number[], tolerance: number): number[] {
  const last = line.length / 2 - 1;
  const isKept = new Uint8Array(last + 1);
  isKept[0] = isKept[last] = 1;
  // Not by recursion: a long line could be too deep for the stack.
  const parts: [number, number][] = [[0, last]];
  for (let part = parts.pop(); part; part = parts.pop()) {
    const [from, to] = part;
    let [far, at] = [tolerance, 0];
    for (let i = from + 1; i < to; i++) {
      const away = distance(line, i, from, to);
      if (away > far) [far, at] = [away, i];
    }
    if (at === 0) continue;
    isKept[at] = 1;
    parts.push([from, at], [at, to]);
  }
  const kept = line.filter((_, i) => isKept[i >> 1]);
  // A dot, or a line back to where it began.
  const isDot = kept.length === 4 && kept[0] === kept[2] && kept[1] === kept[3];
  return isDot ? kept.slice(2) : kept;
}

/** How far point i is from the segment between two others. */
function distance(line: readonly number[], i: number, from: number, to: number): number {
  const [x, y] = [line[2 * i]! - line[2 * from]!, line[2 * i + 1]! - line[2 * from + 1]!];
  const dx = line[2 * to]! - line[2 * from]!;
  const dy = line[2 * to + 1]! - line[2 * from + 1]!;
  const along = Math.max(0, Math.min(1, (x * dx + y * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - along * dx, y - along * dy);
}

/** Corners twice: `pathOf` rounds the way between points, and with few points it would round all of a corner. */
function withCorners(line: readonly number[]): number[] {
  const way: number[] = [];
  for (let i = 0; i < line.length; i += 2) {
    const [x, y] = [line[i]!, line[i + 1]!];
    way.push(x, y);
    if (i === 0 || i + 2 >= line.length) continue;
    // The smooth line goes from the middle before to the middle after; at the start, from the first point.
    const share = i === 2 ? 1 : 0.5;
    const [ax, ay] = [share * (line[i - 2]! - x), share * (line[i - 1]! - y)];
    const [bx, by] = [0.5 * (line[i + 2]! - x), 0.5 * (line[i + 3]! - y)];
    if (passesBy(ax, ay, bx, by) > CORNER) way.push(x, y);
  }
  return way;
}

/** How far the quadratic curve between a and b with its control point at the origin stays away from it, about. */
function passesBy(ax: number, ay: number, bx: number, by: number): number {
  const [a, b] = [Math.hypot(ax, ay), Math.hypot(bx, by)];
  const near = (a * b) / (Math.sqrt(a) + Math.sqrt(b)) ** 2;
  return near * Math.hypot(ax / a + bx / b, ay / a + by / b);
}
