/**
 * The external memory of Santoro et al. 2016 for one sample and one step: equations 17 to 23, each
 * forward line beside its number, and the backward in the opposite order.
 */
import type { ModelConfig } from '../model/config.js';
import { type Shapes, shapesOf } from '../model/shapes.js';
import { sigmoid, softplus } from './linear.js';

/** Keeps the cosine of equation 17 finite. */
const EPSILON = 1e-8;

/** What the memory is between two steps. */
export interface MemoryState {
  /** [N, W]: M_t. */
  readonly memory: Float64Array;
  /** [R, N]: w^r_t. */
  readonly readWeights: Float64Array;
  /** [N]: u_t. */
  readonly usage: Float64Array;
}

/** One step, with all that its backward needs. */
export interface MemoryStep extends MemoryState {
  readonly before: MemoryState;
  /** [Q]: the heads' projection. */
  readonly q: Float64Array;
  /** [R, W] each: keys k and add vectors a. */
  readonly keys: Float64Array;
  readonly adds: Float64Array;
  /** [R] each: gates α and key strengths β. */
  readonly gates: Float64Array;
  readonly strengths: Float64Array;
  /** The R least used slots, least used first. */
  readonly leastUsed: number[];
  /** [R, N]: K(k, M). */
  readonly similarity: Float64Array;
  /** [R, N]: w^w_t. */
  readonly writeWeights: Float64Array;
  /** [R, W]: r_t. */
  readonly readVectors: Float64Array;
}

/**
 * M = 1e-6 everywhere (zeros would have no direction); u one-hot at slot 0, and w^r of every head (or of
 * head 0 alone).
 */
export function initialMemory(config: ModelConfig): MemoryState {
  const { N, W, R } = shapesOf(config);
  const readWeights = new Float64Array(R * N);
  const usage = new Float64Array(N);
  const heads = config.start === 'first-head' ? Math.min(R, 1) : R;
  for (let r = 0; r < heads; r++) readWeights[r * N] = 1;
  if (N > 0) usage[0] = 1;
  return { memory: new Float64Array(N * W).fill(1e-6), readWeights, usage };
}

/** Equation 21: the R slots of smallest usage; among equals the higher index counts as less used. */
function leastUsedSlots(usage: Float64Array, R: number): number[] {
  return Array.from(usage.keys())
    .sort((a, b) => usage[a]! - usage[b]! || b - a)
    .slice(0, R);
}

/** |v| of the `W` numbers from `at`. */
function norm(v: Float64Array, at: number, W: number): number {
  let sum = 0;
  for (let w = 0; w < W; w++) sum += v[at + w]! ** 2;
  return Math.sqrt(sum);
}

/** The dot product of `W` numbers of a and of b. */
function dot(a: Float64Array, atA: number, b: Float64Array, atB: number, W: number): number {
  let sum = 0;
  for (let w = 0; w < W; w++) sum += a[atA + w]! * b[atB + w]!;
  return sum;
}

export function memoryForward(
  shapes: Shapes,
  gamma: number,
  q: Float64Array,
  before: MemoryState,
): MemoryStep {
  const { N, W, R } = shapes;
  const RW = R * W;
  const learned = q.length > 2 * RW + R;

  const keys = q.slice(0, RW).map(Math.tanh); //                          k = tanh(q[0 : RW])
  const adds = q.slice(RW, 2 * RW).map(Math.tanh); //                     a = tanh(q[RW : 2RW])
  const gates = q.slice(2 * RW, 2 * RW + R).map(sigmoid); //              α = σ(q[2RW : 2RW+R])
  const strengths = learned //                                            β = 1 + softplus(…) or 1
    ? q.slice(2 * RW + R).map((x) => 1 + softplus(x))
    : new Float64Array(R).fill(1);

  const leastUsed = leastUsedSlots(before.usage, R); //                   (21)

  const similarity = new Float64Array(R * N);
  const readWeights = new Float64Array(R * N);
  for (let r = 0; r < R; r++) {
    const keyNorm = norm(keys, r * W, W);
    for (let i = 0; i < N; i++) {
      const product = dot(keys, r * W, before.memory, i * W, W); //       (17)
      similarity[r * N + i] = product / (keyNorm * norm(before.memory, i * W, W) + EPSILON);
    }
    let sum = 0; //                                                       (18)
    const beta = strengths[r]!;
    const largest = Math.max(...similarity.subarray(r * N, (r + 1) * N));
    for (let i = 0; i < N; i++) {
      readWeights[r * N + i] = Math.exp(beta * (similarity[r * N + i]! - largest));
      sum += readWeights[r * N + i]!;
    }
    for (let i = 0; i < N; i++) readWeights[r * N + i]! /= sum;
  }

  const writeWeights = new Float64Array(R * N); //                        (22)
  for (let r = 0; r < R; r++) {
    for (let i = 0; i < N; i++) {
      writeWeights[r * N + i] = gates[r]! * before.readWeights[r * N + i]!;
    }
    for (const slot of leastUsed) writeWeights[r * N + slot]! += 1 - gates[r]!;
  }

  const usage = before.usage.map((u) => gamma * u); //                    (20)
  for (let r = 0; r < R; r++) {
    for (let i = 0; i < N; i++) usage[i]! += readWeights[r * N + i]! + writeWeights[r * N + i]!;
  }

  const memory = before.memory.slice(); //                                (23)
  const erased = leastUsed[0]! * W;
  memory.fill(0, erased, erased + W);
  for (let r = 0; r < R; r++) {
    for (let i = 0; i < N; i++) {
      for (let w = 0; w < W; w++) {
        memory[i * W + w]! += writeWeights[r * N + i]! * adds[r * W + w]!;
      }
    }
  }

  const readVectors = new Float64Array(RW); //                            (19)
  for (let r = 0; r < R; r++) {
    for (let i = 0; i < N; i++) {
      for (let w = 0; w < W; w++) {
        readVectors[r * W + w]! += readWeights[r * N + i]! * memory[i * W + w]!;
      }
    }
  }

  return {
    before,
    q,
    keys,
    adds,
    gates,
    strengths,
    leastUsed,
    similarity,
    readWeights,
    writeWeights,
    usage,
    memory,
    readVectors,
  };
}

/**
 * Given dr_t [R, W], and dM_t [N, W] and dw^r_t [R, N] from later steps, returns dq and the same two
 * gradients of the step before. Usage and the choice of least used slots have no gradient.
 */
export function memoryBackward(
  { N, W, R }: Shapes,
  step: MemoryStep,
  dRead: Float64Array,
  dMemoryAfter: Float64Array,
  dReadWeightsAfter: Float64Array,
): { dq: Float64Array; dMemory: Float64Array; dReadWeights: Float64Array } {
  const RW = R * W;
  const { before, q, keys, adds, gates, strengths, leastUsed, similarity, readWeights } = step;
  const { writeWeights, memory } = step;
  const dMemory = dMemoryAfter.slice();
  const dw = dReadWeightsAfter.slice(); // dw^r_t
  const dReadWeights = new Float64Array(R * N); // dw^r_{t-1}
  const dq = new Float64Array(q.length);

  for (let r = 0; r < R; r++) {
    //                                        (19)
    for (let i = 0; i < N; i++) {
      dw[r * N + i]! += dot(dRead, r * W, memory, i * W, W);
      for (let w = 0; w < W; w++) {
        dMemory[i * W + w]! += readWeights[r * N + i]! * dRead[r * W + w]!;
      }
    }
  }

  const dWrite = new Float64Array(R * N); //                              (23)
  for (let r = 0; r < R; r++) {
    for (let i = 0; i < N; i++) {
      dWrite[r * N + i] = dot(adds, r * W, dMemory, i * W, W);
      for (let w = 0; w < W; w++) {
        const add = adds[r * W + w]!;
        dq[RW + r * W + w]! += writeWeights[r * N + i]! * dMemory[i * W + w]! * (1 - add * add);
      }
    }
  }
  const erased = leastUsed[0]! * W;
  dMemory.fill(0, erased, erased + W);

  for (let r = 0; r < R; r++) {
    //                                        (22)
    const gate = gates[r]!;
    let dGate = 0;
    for (let i = 0; i < N; i++) {
      dGate += dWrite[r * N + i]! * before.readWeights[r * N + i]!;
      dReadWeights[r * N + i] = gate * dWrite[r * N + i]!;
    }
    for (const slot of leastUsed) dGate -= dWrite[r * N + slot]!;
    dq[2 * RW + r] = dGate * gate * (1 - gate);
  }

  for (let r = 0; r < R; r++) {
    //                                        (18)
    const beta = strengths[r]!;
    const mean = dot(readWeights, r * N, dw, r * N, N);
    let dBeta = 0;
    const dSimilarity = new Float64Array(N);
    for (let i = 0; i < N; i++) {
      const dScore = readWeights[r * N + i]! * (dw[r * N + i]! - mean);
      dBeta += dScore * similarity[r * N + i]!;
      dSimilarity[i] = dScore * beta;
    }
    if (q.length > 2 * RW + R) dq[2 * RW + R + r] = dBeta * sigmoid(q[2 * RW + R + r]!);

    const keyNorm = norm(keys, r * W, W); //                              (17)
    for (let i = 0; i < N; i++) {
      const slotNorm = norm(before.memory, i * W, W);
      const denominator = keyNorm * slotNorm + EPSILON;
      const g = dSimilarity[i]! / denominator;
      const shrink = g * similarity[r * N + i]!;
      // the norms' own derivatives, 0 where a vector is 0
      const alongKey = keyNorm > 0 ? (shrink * slotNorm) / keyNorm : 0;
      const alongSlot = slotNorm > 0 ? (shrink * keyNorm) / slotNorm : 0;
      for (let w = 0; w < W; w++) {
        const key = keys[r * W + w]!;
        const m = before.memory[i * W + w]!;
        dq[r * W + w]! += (g * m - alongKey * key) * (1 - key * key);
        dMemory[i * W + w]! += g * key - alongSlot * m;
      }
    }
  }
  return { dq, dMemory, dReadWeights };
}
