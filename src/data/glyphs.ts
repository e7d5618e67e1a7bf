import { fnv1a64 } from '../common/fnv.js';
import { Random } from '../common/random.js';
import { ATLAS_SIDE, type DataSet, type DrawingClass } from './drawings.js';

export interface GlyphOptions {
  /** Characters to invent. 1,623 unless told, as many as Omniglot has. */
  readonly classes?: number;
  /** Drawings of each, 20 unless told. */
  readonly drawings?: number;
  /** Any integer: another seed invents another set of characters. */
  readonly seed?: number;
}

/** To be raised with every change that changes a pixel. */
const VERSION = 1;

/**
 * The data set `glyphs`: invented handwriting that needs no files. A class is a random program of one
 * to four pen strokes, a drawing is a new execution of it in another hand. The class `glyph/0007` is
 * the same whatever `classes` is, and its first drawings are the same whatever `drawings` is.
 *
 * Only sums, products, quotients and square roots are used, which are exact or rounded the same way
 * everywhere: one seed gives the same pixels on every machine. The digest is `fnv1a64:` and 16 hex
 * digits (FNV-1a, no SHA-256) of the options, the generator's version and all pixels.
 *
 * @throws RangeError when `classes` or `drawings` is not a whole number from 1, or `seed` no integer
 */
export function glyphs({ classes = 1623, drawings = 20, seed = 0 }: GlyphOptions = {}): DataSet {
  for (const [name, value] of Object.entries({ classes, drawings })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`${name} of glyphs must be a whole number from 1, not ${value}`);
    }
  }
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed of glyphs must be an integer`);

  const side = ATLAS_SIDE;
  const atlas = new Uint8Array(classes * drawings * side * side);
  const canvas = new Canvas(side);
  const digits = Math.max(4, String(classes).length);
  const list: DrawingClass[] = [];
  for (let i = 0; i < classes; i++) {
    const random = new Random(seed, `class ${i}`);
    const glyph = invent(random);
    for (let j = 0; j < drawings; j++) {
      const { strokes, pen } = draw(glyph, side, random);
      for (const stroke of strokes) canvas.stroke(stroke);
      canvas.lift(pen, atlas, (i * drawings + j) * side * side);
    }
    const name = `glyph/${String(i + 1).padStart(digits, '0')}`;
    list.push({ name, first: i * drawings, count: drawings });
  }
  const header = `glyphs ${VERSION} seed ${seed} classes ${classes} drawings ${drawings}\n`;
  const digest = `fnv1a64:${fnv1a64(new TextEncoder().encode(header), atlas)}`;
  return { name: 'glyphs', classes: list, side, atlas, digest };
}

// ---------------------------------------------------------------------------------------------
// Inventing a character. Coordinates: about -1 to 1, x to the right, y down.

/** x and y of points in turn. */
type Path = Float64Array;

/** A stroke's point that belongs on an earlier stroke. Places on strokes: 0 start, 1 end. */
interface Joint {
  readonly own: number;
  readonly stroke: number;
  readonly there: number;
}

interface Stroke {
  /** Control points. */
  readonly points: Path;
  /** Of each control point: whether the pen turns sharply. */
  readonly sharp: readonly boolean[];
  /** None for a stroke that stands free, two for one that starts and ends on earlier strokes. */
  readonly joints: readonly Joint[];
}

interface Glyph {
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

/** About normal, mean 0, standard deviation 1, never beyond ±3: three uniform numbers' sum. */
function bell(random: Random): number {
  return 2 * (random.uniform() + random.uniform() + random.uniform() - 1.5);
}

/** An index, drawn by weights. */
function pick(random: Random, weights: readonly number[]): number {
  let left = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < weights.length - 1; i++) {
    left -= weights[i]!;
    if (left < 0) return i;
  }
  return weights.length - 1;
}

/**
 * A straight or curved move of the pen: a turn in steps of 15° (the first move's is not used, it goes
 * where the stroke heads), a length, and whether the turn is a corner.
 */
type Move = readonly [turn: number, length: number, sharp?: boolean];

/** A way to move the pen. */
interface Motion {
  /** How often it is chosen. */
  readonly weight: number;
  /** How often for a character of one stroke, that should have something to it. */
  readonly alone: number;
  /** @param s 1 or -1: the side to turn to first */
  readonly moves: (random: Random, s: number) => Move[];
}

/** `count` moves of one length and turn. */
function arc(count: number, turn: number, length: number): Move[] {
  return Array.from({ length: count }, () => [turn, length]);
}

const LINE: Motion = { weight: 17, alone: 0, moves: () => [[0, 1]] };

const HOOK: Motion = {
  weight: 12,
  alone: 6,
  moves: (random, s) => {
    const turn = s * (5 + random.below(5));
    const sharp = random.uniform() < 0.5;
    const short = random.uniform(0.3, 0.5);
    const [first, second] = random.uniform() < 0.7 ? [1, short] : [short, 1];
    return [
      [0, first],
      [turn, second, sharp],
    ];
  },
};

const BOW: Motion = {
  weight: 16,
  alone: 4,
  moves: (random, s) => {
    const turn = s * (2 + random.below(5));
    return [
      [0, 1],
      [turn, random.uniform(0.7, 1.4)],
      [turn, random.uniform(0.6, 1.2)],
    ];
  },
};

const CORNER: Motion = {
  weight: 10,
  alone: 6,
  moves: (random, s) => [
    [0, 1],
    [s * (6 + random.below(4)), random.uniform(0.5, 1.5), true],
  ],
};

const THREE_SIDES: Motion = {
  weight: 6,
  alone: 8,
  moves: (random, s) => {
    const turn = s * (5 + random.below(3));
    return [
      [0, 1],
      [turn, random.uniform(0.6, 1.5), true],
      [turn, random.uniform(0.5, 1.1), true],
    ];
  },
};

const ZIGZAG: Motion = {
  weight: 6,
  alone: 10,
  moves: (random, s) => {
    const turn = s * (7 + random.below(3));
    const sharp = random.uniform() < 0.7;
    const moves: Move[] = [
      [0, random.uniform(0.6, 1.2)],
      [turn, 1, sharp],
      [-turn, 1, sharp],
    ];
    if (random.uniform() < 0.35) moves.push([turn, random.uniform(0.6, 1), sharp]);
    return moves;
  },
};

const S_CURVE: Motion = {
  weight: 9,
  alone: 12,
  moves: (random, s) => {
    const turn = s * (4 + random.below(3));
    return [
      [0, 0.8],
      [turn, random.uniform(0.6, 1)],
      [turn, random.uniform(0.7, 1.1)],
      [-turn, random.uniform(0.7, 1.1)],
      [-turn, random.uniform(0.5, 1)],
    ];
  },
};

const RING: Motion = { weight: 7, alone: 1, moves: (_, s) => arc(6, 4 * s, 1) };

/** As in q, 9 and g. */
const RING_WITH_TAIL: Motion = {
  weight: 6,
  alone: 14,
  moves: (random, s) => {
    const moves = arc(6, 4 * s, 1);
    moves.push([s * random.below(9), random.uniform(1.4, 2.6), random.uniform() < 0.6]);
    if (random.uniform() < 0.4) {
      const side = random.uniform() < 0.5 ? 1 : -1;
      moves.push([side * (4 + random.below(5)), random.uniform(0.6, 1.2)]);
    }
    return moves;
  },
};

/** As in b, 6 and h. */
const STEM_WITH_BOWL: Motion = {
  weight: 8,
  alone: 14,
  moves: (random, s) => {
    const round = random.uniform(0.45, 0.8);
    return [
      [0, random.uniform(1.3, 2)],
      [s * (6 + random.below(5)), round, random.uniform() < 0.5],
      ...arc(2 + random.below(2), 4 * s, round),
    ];
  },
};

const CURL: Motion = {
  weight: 5,
  alone: 10,
  moves: (random, s) => {
    const growth = random.uniform(1.15, 1.35);
    const moves: Move[] = [];
    for (let i = 0, length = 0.5; i < 6; i++, length *= growth) moves.push([4 * s, length]);
    return random.uniform() < 0.5 ? moves : moves.reverse();
  },
};

const ANYTHING: Motion = {
  weight: 12,
  alone: 26,
  moves: (random, s) => {
    const moves: Move[] = [[0, 1]];
    for (let i = 2 + random.below(3); i > 0; i--) {
      const turn = (random.uniform() < 0.65 ? s : -s) * (2 + random.below(7));
      moves.push([turn, random.uniform(0.4, 1.4), random.uniform() < 0.35]);
    }
    return moves;
  },
};

/** What alphabets are made of. */
const MOTIONS = [
  LINE,
  HOOK,
  BOW,
  CORNER,
  THREE_SIDES,
  ZIGZAG,
  S_CURVE,
  RING,
  RING_WITH_TAIL,
  STEM_WITH_BOWL,
  CURL,
  ANYTHING,
];
const WEIGHTS = MOTIONS.map(({ weight }) => weight);
const WEIGHTS_ALONE = MOTIONS.map(({ alone }) => alone);

/** First headings: down and to the right more than aslant, for that is how people write. */
const HEADINGS = [0, 0, 0, 6, 6, 6, 6, 3, 3, 9, 9, 12, 7, 5, 1, -1, -3, 8, 4, -6];

/** A stroke of its own, its box's middle at 0 and its larger side 1. */
function inventStroke(random: Random, weights = WEIGHTS): Omit<Stroke, 'joints'> {
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

/** How many strokes: one to four. */
const STROKE_WEIGHTS = [24, 38, 27, 11];

/** A stroke is the best of so many tries: clear of the others and within the box. */
const TRIES = 8;

function invent(random: Random): Glyph {
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

// ---------------------------------------------------------------------------------------------
// Drawing it once. Coordinates of the result: pixels, (0, 0) the middle of the first.

/** One execution: paths in pixels, and half the pen's width. */
function draw(glyph: Glyph, side: number, random: Random): { strokes: Path[]; pen: number } {
  const care = random.uniform(0.5, 1.5); // some people scribble
  const size = glyph.size * (1 + 0.12 * bell(random));
  const aspect = 1 + 0.1 * bell(random);
  const slant = 0.13 * bell(random);
  const lean = 0.06 * bell(random);
  // A hand's habit all over the character: bends of the second order.
  const bends = Array.from({ length: 6 }, () => 0.055 * care * bell(random));
  const round = random.uniform(0.7, 1.1);
  const tremor = random.uniform(0.1, 0.28);

  const scale = (size * side) / 2;
  const strokes: Path[] = [];
  for (const { points, sharp, joints } of glyph.strokes) {
    const count = points.length / 2;
    const drawn = new Float64Array(points.length);
    // Each stroke is moved and sized a little on its own, and its control points wander together.
    const own = 1 + 0.07 * care * bell(random);
    const turn = 0.06 * care * bell(random);
    const loose = joints.length === 0 ? 0.07 : 0;
    const [shiftX, shiftY] = [loose * care * bell(random), loose * care * bell(random)];
    let wanderX = bell(random);
    let wanderY = bell(random);
    const [middleX, middleY] = middleOf(points);
    for (let i = 0; i < count; i++) {
      const dx = own * (points[2 * i]! - middleX);
      const dy = own * (points[2 * i + 1]! - middleY);
      const x = middleX + dx - turn * dy + shiftX + 0.062 * care * wanderX;
      const y = middleY + dy + turn * dx + shiftY + 0.062 * care * wanderY;
      const bentX = x + bends[0]! * x * x + bends[1]! * x * y + bends[2]! * y * y;
      const bentY = y + bends[3]! * x * x + bends[4]! * x * y + bends[5]! * y * y;
      drawn[2 * i] = scale * aspect * (bentX - slant * bentY);
      drawn[2 * i + 1] = (scale / aspect) * (bentY + lean * bentX);
      wanderX = 0.5 * wanderX + 0.866 * bell(random);
      wanderY = 0.5 * wanderY + 0.866 * bell(random);
    }
    let path = trace(drawn, sharp, 1.1, round);
    if (joints.length > 0) {
      path = join(path, joints, strokes, 0.35 * care, random);
    }
    tremble(path, tremor * care, random);
    strokes.push(path);
  }
  place(strokes, side, random);
  return { strokes, pen: 0.83 + 0.04 * bell(random) };
}

/** Brings a path's joints to where they belong, off by `slack` pixels, as hands do. */
function join(
  path: Path,
  joints: readonly Joint[],
  strokes: readonly Path[],
  slack: number,
  random: Random,
): Path {
  const offsets = joints.map(({ own, stroke, there }) => {
    const [x, y] = at(path, own);
    const [u, v] = at(strokes[stroke]!, there + 0.03 * slack * bell(random));
    return [u - x + slack * bell(random), v - y + slack * bell(random)] as const;
  });
  const first = offsets[0]!;
  const last = offsets[offsets.length - 1]!;
  const count = path.length / 2;
  for (let i = 0; i < count; i++) {
    const part = i / Math.max(count - 1, 1);
    path[2 * i]! += first[0] + part * (last[0] - first[0]);
    path[2 * i + 1]! += first[1] + part * (last[1] - first[1]);
  }
  return path;
}

/** A fine smooth tremor, as of a mouse. */
function tremble(path: Path, amplitude: number, random: Random): void {
  let x = 0;
  let y = 0;
  let pullX = 0;
  let pullY = 0;
  for (let i = 0; i < path.length; i += 2) {
    pullX = 0.6 * pullX + 0.4 * bell(random);
    pullY = 0.6 * pullY + 0.4 * bell(random);
    x = 0.8 * x + amplitude * pullX;
    y = 0.8 * y + amplitude * pullY;
    path[i]! += x;
    path[i + 1]! += y;
  }
}

/** Puts a drawing near the middle of the picture and keeps it within. */
function place(strokes: readonly Path[], side: number, random: Random): void {
  const margin = 1.5;
  const room = side - 1 - 2 * margin;
  const { left, top, width, height } = boxOf(strokes);
  const scale = Math.min(1, room / Math.max(width, height));
  const middle = (side - 1) / 2;
  const put = (low: number, extent: number) => {
    const start = middle - (extent * scale) / 2 + 1.5 * bell(random);
    return Math.min(Math.max(start, margin), margin + room - extent * scale) - low * scale;
  };
  const x = put(left, width);
  const y = put(top, height);
  for (const path of strokes) transform(path, scale, x, y);
}

// ---------------------------------------------------------------------------------------------
// Paths.

function transform(path: Path, scale: number, x: number, y: number): void {
  for (let i = 0; i < path.length; i += 2) {
    path[i] = path[i]! * scale + x;
    path[i + 1] = path[i + 1]! * scale + y;
  }
}

function boxOf(paths: readonly Path[]): {
  left: number;
  top: number;
  width: number;
  height: number;
} {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const path of paths) {
    for (let i = 0; i < path.length; i += 2) {
      left = Math.min(left, path[i]!);
      right = Math.max(right, path[i]!);
      top = Math.min(top, path[i + 1]!);
      bottom = Math.max(bottom, path[i + 1]!);
    }
  }
  return { left, top, width: right - left, height: bottom - top };
}

function middleOf(path: Path): [number, number] {
  const { left, top, width, height } = boxOf([path]);
  return [left + width / 2, top + height / 2];
}

/** The point at a place of an evenly traced path, 0 its start and 1 its end. */
function at(path: Path, place: number): [number, number] {
  const last = path.length / 2 - 1;
  const i = Math.min(Math.max(Math.round(place * last), 0), last);
  return [path[2 * i]!, path[2 * i + 1]!];
}

/**
 * A curve through control points: a Hermite spline, its velocities from neighbours by distance, with
 * corners at sharp points and quadratic ends. Points lie about `step` apart. `round` scales
 * velocities: less is straighter.
 */
function trace(points: Path, sharp: readonly boolean[], step: number, round: number): Path {
  const last = points.length / 2 - 1;
  const lengths: number[] = [];
  for (let i = 0; i < last; i++) {
    const dx = points[2 * i + 2]! - points[2 * i]!;
    const dy = points[2 * i + 3]! - points[2 * i + 1]!;
    lengths.push(Math.max(Math.sqrt(dx * dx + dy * dy), 1e-9));
  }
  // At free points the curve sets out from or arrives as its other end makes it.
  const free = (i: number) => i === 0 || i === last || sharp[i]!;
  const velocity = (i: number, axis: number) => {
    const before = lengths[i - 1]!;
    const after = lengths[i]!;
    const arriving = (points[2 * i + axis]! - points[2 * i - 2 + axis]!) / before;
    const leaving = (points[2 * i + 2 + axis]! - points[2 * i + axis]!) / after;
    return (round * (arriving * after + leaving * before)) / (before + after);
  };
  const pieces = lengths.map((length) => Math.max(1, Math.round(length / step)));
  const result = new Float64Array(2 + 2 * pieces.reduce((sum, n) => sum + n, 0));
  for (let axis = 0; axis < 2; axis++) {
    let to = axis;
    result[to] = points[axis]!;
    for (let i = 0; i < last; i++) {
      const from = points[2 * i + axis]!;
      const way = points[2 * i + 2 + axis]! - from;
      let start = free(i) ? way : lengths[i]! * velocity(i, axis);
      let end = free(i + 1) ? way : lengths[i]! * velocity(i + 1, axis);
      if (free(i)) start = 2 * way - end;
      else if (free(i + 1)) end = 2 * way - start;
      // Horner's form of the cubic.
      const c2 = 3 * way - 2 * start - end;
      const c3 = start + end - 2 * way;
      const n = pieces[i]!;
      for (let k = 1; k <= n; k++) {
        const t = k / n;
        to += 2;
        result[to] = from + t * (start + t * (c2 + t * c3));
      }
    }
  }
  return result;
}

// ---------------------------------------------------------------------------------------------
// Pixels.

/** Ink reaches no further than this from the middle of a stroke, in pixels. */
const REACH = 1.45;

/** The squared distance of every pixel's middle from the nearest stroke, where it is near. */
class Canvas {
  readonly #squares: Float64Array;

  constructor(readonly side: number) {
    this.#squares = new Float64Array(side * side).fill(REACH * REACH);
  }

  /** Follows a path in pixels. */
  stroke(path: Path): void {
    const { side } = this;
    const squares = this.#squares;
    const last = Math.max(path.length - 2, 2);
    for (let i = 0; i < last; i += 2) {
      const x0 = path[i]!;
      const y0 = path[i + 1]!;
      const dx = path[i + 2]! - x0;
      const dy = path[i + 3]! - y0;
      const scale = 1 / Math.max(dx * dx + dy * dy, 1e-12);
      const left = Math.max(Math.ceil(Math.min(x0, x0 + dx) - REACH), 0);
      const right = Math.min(Math.floor(Math.max(x0, x0 + dx) + REACH), side - 1);
      const top = Math.max(Math.ceil(Math.min(y0, y0 + dy) - REACH), 0);
      const bottom = Math.min(Math.floor(Math.max(y0, y0 + dy) + REACH), side - 1);
      for (let y = top; y <= bottom; y++) {
        for (let x = left; x <= right; x++) {
          const px = x - x0;
          const py = y - y0;
          let t = (px * dx + py * dy) * scale;
          t = t < 0 ? 0 : Math.min(t, 1);
          const ex = px - t * dx;
          const ey = py - t * dy;
          const square = ex * ex + ey * ey;
          if (square < squares[y * side + x]!) squares[y * side + x] = square;
        }
      }
    }
  }

  /** Writes the ink of a pen of `half` a width into `atlas` and clears the canvas. */
  lift(half: number, atlas: Uint8Array, base: number): void {
    const squares = this.#squares;
    for (let i = 0; i < squares.length; i++) {
      if (squares[i]! >= REACH * REACH) continue;
      const ink = half + 0.5 - Math.sqrt(squares[i]!);
      atlas[base + i] = ink <= 0 ? 0 : ink >= 1 ? 255 : Math.round(255 * ink);
      squares[i] = REACH * REACH;
    }
  }
}
