/** Looking up by content: equations 17 and 18 of Santoro et al. 2016, of Graves et al. 2014 too, each forward beside its backward. */
import type { Shapes } from '../model/shapes.js';

type Sizes = Pick<Shapes, 'N' | 'W' | 'K' | 'R'>;

/** Keeps the cosine finite. */
const EPSILON = 1e-8;

/** What R heads looked up in a memory, with all that its backward needs. */
export interface Lookup {
  /** [R, W]: k. */
  readonly keys: Float64Array;
  /** [R]: β. */
  readonly strengths: Float64Array;
  /** [N, W]: the memory that was looked at. */
  readonly seen: Float64Array;
  /** [R, N]: K(k, M). */
  readonly similarity: Float64Array;
  /** [R, N]: softmax over the slots. */
  readonly weights: Float64Array;
}

/** Where R keys [R, W] find themselves in a memory [N, W], by the first K numbers of both. */
export function lookupForward(
  { N, W, K, R }: Sizes,
  keys: Float64Array,
  strengths: Float64Array,
  seen: Float64Array,
): Lookup {
  const similarity = new Float64Array(R * N);
  const weights = new Float64Array(R * N);
  for (let r = 0; r < R; r++) {
    const keyNorm = norm(keys, r * W, K); //                              (17)
    for (let i = 0; i < N; i++) {
      const product = dot(keys, r * W, seen, i * W, K);
      similarity[r * N + i] = product / (keyNorm * norm(seen, i * W, K) + EPSILON);
    }
    const scores = similarity.subarray(r * N, (r + 1) * N); //            (18)
    weights.set(softmax(scores, strengths[r]!), r * N);
  }
  return { keys, strengths, seen, similarity, weights };
}

/** Given the gradient dw [R, N] of the weights: adds to that of the memory, returns those of keys [R, W] and strengths [R]. */
export function lookupBackward(
  { N, W, K, R }: Sizes,
  { keys, strengths, seen, similarity, weights }: Lookup,
  dw: Float64Array,
  dMemory: Float64Array,
): { dKeys: Float64Array; dStrengths: Float64Array } {
  const dKeys = new Float64Array(R * W);
  const dStrengths = new Float64Array(R);
  for (let r = 0; r < R; r++) {
    const mean = dot(weights, r * N, dw, r * N, N); //                    (18)
    const dSimilarity = new Float64Array(N);
    for (let i = 0; i < N; i++) {
      const dScore = weights[r * N + i]! * (dw[r * N + i]! - mean);
      dStrengths[r]! += dScore * similarity[r * N + i]!;
      dSimilarity[i] = dScore * strengths[r]!;
    }

    const keyNorm = norm(keys, r * W, K); //                              (17)
    for (let i = 0; i < N; i++) {
      const slotNorm = norm(seen, i * W, K);
      const g = dSimilarity[i]! / (keyNorm * slotNorm + EPSILON);
      const shrink = g * similarity[r * N + i]!;
      // the norms' own derivatives, 0 where a vector is 0
      const alongKey = keyNorm > 0 ? (shrink * slotNorm) / keyNorm : 0;
      const alongSlot = slotNorm > 0 ? (shrink * keyNorm) / slotNorm : 0;
      for (let w = 0; w < K; w++) {
        const key = keys[r * W + w]!;
        const m = seen[i * W + w]!;
        dKeys[r * W + w]! += g * m - alongKey * key;
        dMemory[i * W + w]! += g * key - alongSlot * m;
      }
    }
  }
  return { dKeys, dStrengths };
}

/** Softmax of β times numbers. */
export function softmax(scores: Float64Array, beta: number): Float64Array {
  const largest = Math.max(...scores);
  const weights = scores.map((s) => Math.exp(beta * (s - largest)));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / sum);
}

/** |v| of the `n` numbers from `at`. */
function norm(v: Float64Array, at: number, n: number): number {
  let sum = 0;
  for (let w = 0; w < n; w++) sum += v[at + w]! ** 2;
  return Math.sqrt(sum);
}

/** The dot product of `n` numbers of a and of b. */
export function dot(a: Float64Array, atA: number, b: Float64Array, atB: number, n: number): number {
  let sum = 0;
  for (let w = 0; w < n; w++) sum += a[atA + w]! * b[atB + w]!;
  return sum;
}
