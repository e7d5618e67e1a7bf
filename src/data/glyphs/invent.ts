/** Inventing a character: strokes one after another, each joined to earlier ones. Coordinates as in stroke.ts. */
import type { Random } from '../../common/random.js';
import { bell, pick } from './chance.js';
import { WEIGHTS, WEIGHTS_ALONE } from './motions.js';
import { at, boxOf, type Path, trace, transform } from './path.js';
import { type Glyph, inventStroke, type Joint, type Stroke } from './stroke.js';

/** How many strokes: one to four. */
const STROKE_WEIGHTS = [24, 38, 27, 11];

/** A stroke is the best of so many tries: clear of the others and within the box. */
const TRIES = 8;

export function invent(random: Random): Glyph {
  const count = 1 + pick(random, STROKE_WEIGHTS);
  const strokes: Stroke[] = [];
  const paths: Path[] = [];
  for (let i = 0; i < count; i++) {
    let best: { stroke: Stroke; path: Path; fault: number } | undefined;
    for (let t = 0; t < TRIES; t++) {
      const stroke =
        i === 0 ? inventFirst(random, count) : inventNext(random, count, strokes, paths);
      const path = trace(stroke.points, stroke.sharp, 0.08, 1);
      const fault = faultOf(path, paths);
      if (!best || fault < best.fault) best = { stroke, path, fault };
    }
    strokes.push(best!.stroke);
    paths.push(best!.path);
  }
  const { left, top, width, height } = boxOf(paths);
  const scale = 2 / Math.max(width, height);
  for (const { points } of strokes) {
    transform(points, scale, -(left + width / 2) * scale, -(top + height / 2) * scale);
  }
  // What has more to it is written larger.
  const length = paths.reduce((sum, { length }) => sum + length / 2, 0) * 0.08 * scale;
  const size = 0.43 + 0.032 * Math.min(length, 9) + 0.06 * bell(random);
  return { strokes, size: Math.min(Math.max(size, 0.38), 0.8) };
}

function inventFirst(random: Random, count: number): Stroke {
  const { points, sharp } = inventStroke(random, count === 1 ? WEIGHTS_ALONE : WEIGHTS);
  transform(points, random.uniform(1.2, 2), 0, 0);
  return { points, sharp, joints: [] };
}

function inventNext(
  random: Random,
  count: number,
  strokes: readonly Stroke[],
  paths: readonly Path[],
): Stroke {
  const stroke = random.below(strokes.length);
  const path = paths[stroke]!;
  const relation = pick(random, [40, 22, 16, 12, 10]);
  let { points, sharp } = inventStroke(random);
  // Many strokes are simple ones.
  while (count > 2 && points.length > 8 && random.uniform() < 0.6) {
    ({ points, sharp } = inventStroke(random));
  }
  const somewhere = () => (random.uniform() < 0.45 ? random.below(2) : random.uniform(0.15, 0.85));
  const joints: Joint[] = [];
  if (relation === 0) {
    // It starts on an earlier stroke.
    transform(points, random.uniform(0.6, 1.5), 0, 0);
    joints.push({ own: 0, stroke, there: somewhere() });
  } else if (relation === 1) {
    // It crosses an earlier stroke, or touches it with its middle.
    transform(points, random.uniform(0.6, 1.5), 0, 0);
    const there = random.uniform() < 0.25 ? random.below(2) : random.uniform(0.25, 0.75);
    joints.push({ own: random.uniform(0.35, 0.65), stroke, there });
  } else if (relation === 2) {
    // It starts and ends on earlier strokes: bars, bowls. What is closed or curled cannot.
    while (points.length > 8) ({ points, sharp } = inventStroke(random));
    const other = random.below(strokes.length);
    const [from, to] = [somewhere(), somewhere()];
    const [x, y] = at(path, from);
    const [u, v] = at(paths[other]!, to);
    const chord = Math.sqrt((u - x) * (u - x) + (v - y) * (v - y));
    if (chord > 0.35) {
      // Laid along the chord, so that little has to be bent.
      points = along(points, x, y, u, v);
      joints.push({ own: 0, stroke, there: from }, { own: 1, stroke: other, there: to });
    } else {
      transform(points, random.uniform(0.6, 1.3), 0, 0);
      joints.push({ own: 0, stroke, there: from });
    }
  } else if (relation === 3) {
    // Free, beside what is there; at times only a dot or a tick.
    const small = random.uniform() < 0.35;
    while (small && points.length > 6) ({ points, sharp } = inventStroke(random));
    const size = small ? random.uniform(0.12, 0.3) : random.uniform(0.5, 1.3);
    transform(points, size, random.uniform(-0.9, 0.9), random.uniform(-0.9, 0.9));
  } else {
    // An earlier stroke once more, or its mirror image, beside it.
    points = strokes[stroke]!.points.slice();
    sharp = [...strokes[stroke]!.sharp];
    const mirrored = random.uniform() < 0.35;
    const { left, width } = boxOf([points]);
    if (mirrored) {
      for (let i = 0; i < points.length; i += 2) points[i] = 2 * left + width - points[i]!;
    }
    const shift = (random.uniform() < 0.5 ? -1 : 1) * random.uniform(0.35, 0.7);
    const sideways = mirrored || random.uniform() < 0.5;
    const other = random.uniform(-0.15, 0.15);
    transform(points, 1, sideways ? shift : other, sideways ? other : shift);
  }
  const traced = trace(points, sharp, 0.08, 1);
  if (joints.length === 1) {
    const { own, there } = joints[0]!;
    const [x, y] = at(path, there);
    const [u, v] = at(traced, own);
    transform(points, 1, x - u, y - v);
  }
  return { points, sharp, joints };
}

/** How much a stroke leaves the box and runs along others instead of crossing them. */
function faultOf(path: Path, others: readonly Path[]): number {
  let fault = 0;
  const near = 0.2;
  for (let i = 0; i < path.length; i += 2) {
    const [x, y] = [path[i]!, path[i + 1]!];
    fault += Math.max(0, x * x - 1.2) + Math.max(0, y * y - 1.2);
    for (const other of others) {
      let hit = false;
      for (let j = 0; j < other.length && !hit; j += 2) {
        const [dx, dy] = [other[j]! - x, other[j + 1]! - y];
        hit = dx * dx + dy * dy < near * near;
      }
      if (hit) fault += 0.35;
    }
  }
  return fault / Math.sqrt(path.length);
}

/** Moves, turns and scales a path so that it goes from (x, y) to (u, v). */
function along(points: Path, x: number, y: number, u: number, v: number): Path {
  const last = points.length - 2;
  const [a, b] = [points[last]! - points[0]!, points[last + 1]! - points[1]!];
  const square = Math.max(a * a + b * b, 0.02);
  // The quotient of the two chords as complex numbers.
  const re = ((u - x) * a + (v - y) * b) / square;
  const im = ((v - y) * a - (u - x) * b) / square;
  const result = points.slice();
  for (let i = 0; i < points.length; i += 2) {
    const [dx, dy] = [points[i]! - points[0]!, points[i + 1]! - points[1]!];
    result[i] = x + re * dx - im * dy;
    result[i + 1] = y + im * dx + re * dy;
  }
  return result;
}
