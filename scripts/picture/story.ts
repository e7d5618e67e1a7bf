import type { Drawing, Manner } from './hand.js';

const spiral: Drawing = [
  [
    [0.52, 0.5],
    [0.58, 0.55],
    [0.5, 0.62],
    [0.4, 0.54],
    [0.44, 0.4],
    [0.6, 0.36],
    [0.72, 0.5],
    [0.66, 0.7],
    [0.46, 0.77],
    [0.27, 0.66],
    [0.24, 0.44],
    [0.37, 0.25],
    [0.58, 0.2],
  ],
];

const trident: Drawing = [
  [
    [0.24, 0.22],
    [0.27, 0.42],
    [0.38, 0.54],
    [0.52, 0.56],
    [0.66, 0.52],
    [0.75, 0.4],
    [0.77, 0.21],
  ],
  [
    [0.51, 0.16],
    [0.5, 0.5],
    [0.5, 0.84],
  ],
];

const fish: Drawing = [
  [
    [0.82, 0.28],
    [0.66, 0.44],
    [0.5, 0.6],
    [0.34, 0.67],
    [0.2, 0.58],
    [0.19, 0.44],
    [0.32, 0.34],
    [0.5, 0.42],
    [0.66, 0.58],
    [0.82, 0.74],
  ],
];

const zigzag: Drawing = [
  [
    [0.28, 0.22],
    [0.5, 0.215],
    [0.71, 0.2],
    [0.715, 0.205],
    [0.52, 0.35],
    [0.3, 0.5],
    [0.305, 0.51],
    [0.5, 0.505],
    [0.7, 0.49],
    [0.7, 0.5],
    [0.5, 0.66],
    [0.29, 0.82],
  ],
];

const gate: Drawing = [
  [
    [0.26, 0.2],
    [0.27, 0.5],
    [0.265, 0.8],
  ],
  [
    [0.27, 0.34],
    [0.5, 0.5],
    [0.74, 0.68],
  ],
  [
    [0.74, 0.18],
    [0.735, 0.5],
    [0.74, 0.82],
  ],
];

const key: Drawing = [
  [
    [0.565, 0.178],
    [0.5, 0.157],
    [0.433, 0.174],
    [0.387, 0.225],
    [0.373, 0.29],
    [0.39, 0.353],
    [0.435, 0.402],
    [0.5, 0.423],
    [0.567, 0.406],
    [0.613, 0.355],
    [0.627, 0.29],
    [0.61, 0.227],
    [0.565, 0.178],
    [0.5, 0.157],
  ],
  [
    [0.5, 0.43],
    [0.5, 0.62],
    [0.49, 0.84],
  ],
  [
    [0.49, 0.66],
    [0.6, 0.67],
    [0.7, 0.66],
  ],
  [
    [0.49, 0.81],
    [0.6, 0.82],
    [0.68, 0.81],
  ],
];

/** Each is drawn once and named. */
export const taught: Readonly<Record<string, Drawing>> = { spiral, trident, fish, zigzag, gate };

/** A drawing made when all five are known. */
interface Asked {
  readonly drawing: Drawing;
  readonly manner?: Manner;
  /** What the page must answer: the picture shows what it does, and a network that does worse needs another. */
  readonly says: RegExp;
  /** How long the answer stands, milliseconds. */
  readonly stands: number;
}

/** Three of the five come again, and at the end a new one. */
export const asked: readonly Asked[] = [
  {
    drawing: fish,
    manner: { size: 0.8, slant: 0.15, turn: -0.2, shift: [0.03, -0.03], sway: 0.02 },
    says: /your fish/,
    stands: 1000,
  },
  {
    drawing: trident,
    manner: { size: 0.72, slant: 0.28, turn: 0.05, shift: [-0.05, 0.05], sway: 0.02 },
    says: /your trident/,
    stands: 1000,
  },
  {
    drawing: spiral,
    manner: { size: 1.12, slant: -0.12, turn: 0.2, shift: [0, 0], sway: 0.015 },
    says: /your spiral/,
    stands: 1000,
  },
  { drawing: key, says: /new to me/, stands: 2200 },
];
