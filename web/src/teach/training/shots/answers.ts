/** What a network, and nearest neighbours on pixels, answer in N-way K-shot classification. */
import {
  type Batch,
  type CellState,
  type Engine,
  type Floats,
  type Forward,
  type ModelConfig,
  shapesOf,
} from 'mann';
import { DRAWN, queries, ROUNDS, SHOTS, type ShotBatch } from './episodes.js';
import { answered, stateless, tellLabel } from './labels.js';

/** The network's answers to such batches, for `evaluate`. */
export function shotAnswers(engine: Engine) {
  const { config } = engine;
  const { P, X, A } = shapesOf(config);
  const forward = async (given: Batch): Promise<Forward> => {
    const batch = given as ShotBatch;
    const { batch: B, ways: N, pixels, names, order, asked } = batch;
    const Q = queries(N);
    const logits = new Float32Array(B * SHOTS.length * Q * A);
    /** What was shown last, whose label comes with the next drawing. */
    const before = new Int32Array(B).fill(-1);
    const input = (drawing: number, classOf: (b: number) => number): Float32Array => {
      const x = new Float32Array(B * X);
      for (let b = 0; b < B; b++) {
        const from = ((b * N + classOf(b)) * DRAWN + drawing) * P;
        x.set(pixels.subarray(from, from + P), b * X);
        if (before[b]! >= 0) tellLabel(x, b * X + P, names[b * N + before[b]!]!, config);
      }
      return x;
    };
    let state: CellState = engine.zeroState(B);
    for (let round = 0; round < ROUNDS; round++) {
      for (let i = 0; i < N; i++) {
        const shown = (b: number) => order[(b * ROUNDS + round) * N + i]!;
        state = engine.step(input(round, shown), state).state;
        for (let b = 0; b < B; b++) before[b] = shown(b);
      }
      const k = SHOTS.indexOf((round + 1) as (typeof SHOTS)[number]);
      for (let q = 0; k >= 0 && q < Q; q++) {
        const at = (b: number) => (b * SHOTS.length + k) * Q + q;
        const answer = engine.step(
          input(ROUNDS, (b) => asked[at(b)]!),
          state,
        ).logits;
        for (let b = 0; b < B; b++) {
          for (let a = 0; a < A; a++) logits[at(b) * A + a] = answer[b * A + a]!;
        }
      }
    }
    return { loss: 0, logits, familiarity: new Float32Array() };
  };
  return { threads: 0, zeroState: engine.zeroState.bind(engine), forward };
}

/** Nearest neighbours on pixels: of all labelled drawings so far the label of the nearest one. */
export function nearestAnswers(config: ModelConfig) {
  const P = config.inputHeight * config.inputWidth;
  const nearest = ({ ways: N, pixels, names, asked }: ShotBatch): Uint16Array => {
    const Q = queries(N);
    const said = new Uint16Array(asked.length);
    const drawing = (b: number, n: number, i: number) => ((b * N + n) * DRAWN + i) * P;
    for (let at = 0; at < asked.length; at++) {
      const b = Math.floor(at / (SHOTS.length * Q));
      const shots = SHOTS[Math.floor(at / Q) % SHOTS.length]!;
      const query = drawing(b, asked[at]!, ROUNDS);
      let least = Number.POSITIVE_INFINITY;
      for (let n = 0; n < N; n++) {
        for (let i = 0; i < shots; i++) {
          const distance = squared(pixels, query, drawing(b, n, i), P);
          if (distance >= least) continue;
          least = distance;
          said[at] = names[b * N + n]!;
        }
      }
    }
    return said;
  };
  const forward = async (batch: Batch) => answered(nearest(batch as ShotBatch), config);
  return { ...stateless, forward };
}

function squared(numbers: Floats, i: number, j: number, count: number): number {
  let sum = 0;
  for (let n = 0; n < count; n++) sum += (numbers[i + n]! - numbers[j + n]!) ** 2;
  return sum;
}
