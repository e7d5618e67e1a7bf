/** Characters, and the strokes that they are made of. Coordinates: about -1 to 1, x to the right, y down. */
import type { Random } from '../../common/random.js';
import { bell, pick } from './chance.js';
import { MOTIONS, WEIGHTS } from './motions.js';
import { boxOf, type Path, transform } from './path.js';

/** A stroke's point that belongs on an earlier stroke. Places on strokes: 0 start, 1 end. */
export interface Joint {
  readonly own: number;
  readonly stroke: number;
  readonly there: number;
}

export interface Stroke {
  /** Control points. */
  readonly points: Path;
  /** Of each control point: whether the pen turns sharply. */
  readonly sharp: readonly boolean[];
  /** None for a stroke that stands free, two for one that starts and ends on earlier strokes. */
  readonly joints: readonly Joint[];
}

export interface Glyph {
  readonly strokes: readonly Stroke[];
  /** Larger side of its box, in sides of the picture. */
  readonly size: number;
}

/** Cosines of 0°, 15°, ... 90°. */
const COSINES = [
  1,
  0.9659258262890683,
  0.8660254037844386,
  Math.SQRT1_2,
  0.5,
  0.25881904510252074,
  0,
];

/** The cosine of so many times 15°. */
function cosine(steps: number): number {
  const turn = ((steps % 24) + 24) % 24;
  const half = turn > 12 ? 24 - turn : turn;
  return half > 6 ? -COSINES[12 - half]! : COSINES[half]!;
}

/** First headings: down and to the right more than aslant, for that is how people write. */
const HEADINGS = [0, 0, 0, 6, 6, 6, 6, 3, 3, 9, 9, 12, 7, 5, 1, -1, -3, 8, 4, -6];

/** A stroke of its own, its box's middle at 0 and its larger side 1. */
export function inventStroke(random: Random, weights = WEIGHTS): Omit<Stroke, 'joints'> {
  const sign = random.uniform() < 0.5 ? -1 : 1;
  const moves = MOTIONS[pick(random, weights)]!.moves(random, sign);
  let heading = HEADINGS[random.below(HEADINGS.length)]!;
  const wide = random.uniform(0.75, 1.3);
  const points = new Float64Array(2 * moves.length + 2);
  const sharp: boolean[] = [];
  moves.forEach(([turn, length, corner = false], i) => {
    if (i > 0) heading += turn;
    // Characters are no compass drawings: every move a little off.
    const along = length * (1 + 0.1 * bell(random));
    const across = 0.06 * length * bell(random);
    const [c, s] = [cosine(heading), cosine(heading - 6)];
    points[2 * i + 2] = points[2 * i]! + wide * (along * c - across * s);
    points[2 * i + 3] = points[2 * i + 1]! + along * s + across * c;
    sharp.push(corner && i > 0);
  });
  sharp.push(false);
  const { left, top, width, height } = boxOf([points]);
  const scale = 1 / Math.max(width, height, 1e-6);
  transform(points, scale, -(left + width / 2) * scale, -(top + height / 2) * scale);
  return { points, sharp };
}
