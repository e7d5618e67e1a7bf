/** The motions of the pen that strokes are made of. */
import type { Random } from '../../common/random.js';

/**
 * A straight or curved move of the pen: a turn in steps of 15° (the first move's is not used, it goes
 * where the stroke heads), a length, and whether the turn is a corner.
 */
export type Move = readonly [turn: number, length: number, sharp?: boolean];

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
export const MOTIONS = [
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
export const WEIGHTS = MOTIONS.map(({ weight }) => weight);
export const WEIGHTS_ALONE = MOTIONS.map(({ alone }) => alone);
