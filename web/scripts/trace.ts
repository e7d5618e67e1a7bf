/** A drawing's pixels as strokes of a pen: along the middle lines, from their ends, straight on at crossings. */
import type { DataSet } from 'mann';
import { thin } from '../../dist/learner/strokes.js';
import { SIDE, type Stroke } from '../src/pad/strokes.js';
import { simplify as simplifyLine } from '../src/share/simplify.js';

/** @param ink [side, side], 1 for ink */
export function trace(ink: Uint8Array, side: number): Stroke[] {
  return waysOf(ink, side).map((way) => unitsOf(simplify(way, 0.7), side));
}

/** Strokes of one of Omniglot's drawings: `traced(data, drawing)`, of data with a side of 105. */
export function traced({ atlas, side }: DataSet, drawing: number): Stroke[] {
  const ink = atlas.subarray(drawing * side * side, (drawing + 1) * side * side);
  return trace(
    ink.map((x) => +(x > 127)),
    side,
  );
}

/** A point in pixels. */
export type Point = readonly [x: number, y: number];

/** The ways of the pen from pixel to pixel. @param ink [side, side], 1 for ink */
export function waysOf(ink: Uint8Array, side: number): Point[][] {
  const lines = thin({ width: side, height: side, ink }).ink;
  const seen = new Uint8Array(side * side);
  const neighbours = (at: number) => {
    const [x, y] = [at % side, Math.floor(at / side)];
    const found: number[] = [];
    for (let v = Math.max(0, y - 1); v <= Math.min(side - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(side - 1, x + 1); u++) {
        const to = v * side + u;
        if (to !== at && lines[to]) found.push(to);
      }
    }
    return found;
  };
  const pixels = [...lines.keys()].filter((at) => lines[at]);
  const ends = pixels.filter((at) => neighbours(at).length === 1);
  const ways: Point[][] = [];
  for (const start of [...ends, ...pixels]) {
    if (seen[start]) continue;
    const joint = neighbours(start).find((at) => seen[at]);
    const way = joint === undefined ? [] : [joint];
    let at: number | undefined = start;
    while (at !== undefined) {
      seen[at] = 1;
      way.push(at);
      const ahead = heading(way, side);
      at = neighbours(at)
        .filter((to) => !seen[to])
        .sort((a, b) => ahead(b) - ahead(a))[0];
    }
    // Close a loop, or end on the stroke that was met.
    const met = neighbours(way.at(-1)!).find((to) => seen[to] && !way.slice(-4).includes(to));
    if (met !== undefined) way.push(met);
    if (way.length < 4 && pixels.length > 8 && joint !== undefined) continue;
    ways.push(way.map((i) => [i % side, Math.floor(i / side)]));
  }
  return ways;
}

/** How well a step to a pixel goes on in the direction of late. */
function heading(way: readonly number[], side: number) {
  const at = way.at(-1)!;
  const from = way.at(-5) ?? way[0]!;
  const [dx, dy] = [(at % side) - (from % side), Math.floor(at / side) - Math.floor(from / side)];
  return (to: number) => {
    const [ex, ey] = [(to % side) - (at % side), Math.floor(to / side) - Math.floor(at / side)];
    return (dx * ex + dy * ey) / (Math.hypot(ex, ey) || 1);
  };
}

/** Without the points that are no further than `tolerance` from the line through the others. */
export function simplify(points: readonly Point[], tolerance: number): Point[] {
  const line = simplifyLine(points.flat(), tolerance);
  return Array.from({ length: line.length / 2 }, (_, i) => [line[2 * i]!, line[2 * i + 1]!]);
}

const unitsOf = (points: readonly Point[], side: number): Stroke =>
  points.flat().map((value) => Math.round(((value + 0.5) / side) * SIDE));
