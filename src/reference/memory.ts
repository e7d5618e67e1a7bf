/**
 * The external memory of Santoro et al. 2016 for one sample and one step: equations 17 to 23, each
 * forward line beside its number, and the backward in the opposite order.
 */
import type { ModelConfig } from '../model/config.js';
import { shapesOf } from '../model/shapes.js';
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
  /** [R] each: gates α (with gated writing) and key strengths β. */
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

/** |v| of the `n` numbers from `at`. */
function norm(v: Float64Array, at: number, n: number): number {
  let sum = 0;
  for (let w = 0; w < n; w++) sum += v[at + w]! ** 2;
  return Math.sqrt(sum);
}

/** The dot product of `n` numbers of a and of b. */
function dot(a: Float64Array, atA: number, b: Float64Array, atB: number, n: number): number {
  let sum = 0;
  for (let w = 0; w < n; w++) sum += a[atA + w]! * b[atB + w]!;
  return sum;
}

/** One step of equations 17 to 23. `q` is the heads' projection, with what is bound directly (binding.ts) added. */
export function memoryForward(
  config: ModelConfig,
  q: Float64Array,
  before: MemoryState,
): MemoryStep {
  const { N, W, R, gates: G } = shapesOf(config);
  const RW = R * W;
  const learned = config.keyStrength === 'learned';

  const keys = q.slice(0, RW).map(Math.tanh); //                          k = tanh(key block)
  const adds = q.slice(RW, 2 * RW).map(Math.tanh); //                     a = tanh(add block)
  const gates = q.slice(2 * RW, 2 * RW + G).map(sigmoid); //              α = σ(gates)
  const strengths = learned //                                            β = 1 + softplus(strengths) or 1
    ? q.slice(2 * RW + G).map((x) => 1 + softplus(x))
    : new Float64Array(R).fill(1);

  const leastUsed = leastUsedSlots(before.usage, R); //                   (21)

  const writeWeights = new Float64Array(R * N); //                        (22)
  for (let r = 0; r < R; r++) {
    const gate = gates[r] ?? 0; // written to the least used slots alone: a gate that is shut
    for (let i = 0; i < N; i++) writeWeights[r * N + i] = gate * before.readWeights[r * N + i]!;
    for (const slot of leastUsed) writeWeights[r * N + slot]! += 1 - gate;
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

  const seen = config.lookup === 'after-write' ? memory : before.memory;
  const similarity = similarities(config, keys, seen); //                 (17)
  const readWeights = new Float64Array(R * N); //                         (18)
  for (let r = 0; r < R; r++) {
    const scores = similarity.subarray(r * N, (r + 1) * N);
    readWeights.set(softmax(scores, strengths[r]!), r * N);
  }

  const usage = before.usage.map((u) => config.gamma * u); //             (20)
  for (let r = 0; r < R; r++) {
    for (let i = 0; i < N; i++) usage[i]! += readWeights[r * N + i]! + writeWeights[r * N + i]!;
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
    ...{ before, q, keys, adds, gates, strengths, leastUsed, similarity },
    ...{ readWeights, writeWeights, usage, memory, readVectors },
  };
}

/**
 * Given dr_t [R, W], and dM_t [N, W] and dw^r_t [R, N] from later steps, returns dq and the same two
 * gradients of the step before. Usage and the choice of least used slots have no gradient.
 */
export function memoryBackward(
  config: ModelConfig,
  step: MemoryStep,
  dRead: Float64Array,
  dMemoryAfter: Float64Array,
  dReadWeightsAfter: Float64Array,
): { dq: Float64Array; dMemory: Float64Array; dReadWeights: Float64Array } {
  const { N, W, R, gates: G } = shapesOf(config);
  const RW = R * W;
  const { before, q, adds, gates, leastUsed, readWeights, writeWeights, memory } = step;
  const dMemory = dMemoryAfter.slice();
  const dw = dReadWeightsAfter.slice(); // dw^r_t
  const dReadWeights = new Float64Array(R * N); // dw^r_{t-1}
  const dq = new Float64Array(q.length);

  for (let r = 0; r < R; r++) {
    //                                                                    (19)
    for (let i = 0; i < N; i++) {
      dw[r * N + i]! += dot(dRead, r * W, memory, i * W, W);
      for (let w = 0; w < W; w++) {
        dMemory[i * W + w]! += readWeights[r * N + i]! * dRead[r * W + w]!;
      }
    }
  }

  if (config.lookup === 'after-write') lookupBackward(config, step, dw, dq, dMemory);

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

  for (let r = 0; r < G; r++) {
    //                                                                    (22)
    const gate = gates[r]!;
    let dGate = 0;
    for (let i = 0; i < N; i++) {
      dGate += dWrite[r * N + i]! * before.readWeights[r * N + i]!;
      dReadWeights[r * N + i] = gate * dWrite[r * N + i]!;
    }
    for (const slot of leastUsed) dGate -= dWrite[r * N + slot]!;
    dq[2 * RW + r] = dGate * gate * (1 - gate);
  }

  if (config.lookup === 'before-write') lookupBackward(config, step, dw, dq, dMemory);
  return { dq, dMemory, dReadWeights };
}

/** Equation 17: the cosines of keys and slots, over the first K numbers of both. */
function similarities(config: ModelConfig, keys: Float64Array, seen: Float64Array): Float64Array {
  const { N, W, K, R } = shapesOf(config);
  const similarity = new Float64Array(R * N);
  for (let r = 0; r < R; r++) {
    const keyNorm = norm(keys, r * W, K);
    for (let i = 0; i < N; i++) {
      const product = dot(keys, r * W, seen, i * W, K);
      similarity[r * N + i] = product / (keyNorm * norm(seen, i * W, K) + EPSILON);
    }
  }
  return similarity;
}

/** Equation 18: softmax of β times the similarities of one head. */
function softmax(similarity: Float64Array, beta: number): Float64Array {
  const largest = Math.max(...similarity);
  const weights = similarity.map((s) => Math.exp(beta * (s - largest)));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / sum);
}

/**
 * Equations 18 and 17 backwards. Given dw^r_t: sets the keys' and key strengths' part of dq, adds to the gradient of
 * the memory that was looked at.
 */
function lookupBackward(
  config: ModelConfig,
  { q, keys, strengths, similarity, readWeights, before, memory }: MemoryStep,
  dw: Float64Array,
  dq: Float64Array,
  dMemory: Float64Array,
): void {
  const { N, W, K, R, gates } = shapesOf(config);
  const seen = config.lookup === 'after-write' ? memory : before.memory;
  const ofStrengths = 2 * R * W + gates;
  for (let r = 0; r < R; r++) {
    //                                                                    (18)
    const beta = strengths[r]!;
    const mean = dot(readWeights, r * N, dw, r * N, N);
    let dBeta = 0;
    const dSimilarity = new Float64Array(N);
    for (let i = 0; i < N; i++) {
      const dScore = readWeights[r * N + i]! * (dw[r * N + i]! - mean);
      dBeta += dScore * similarity[r * N + i]!;
      dSimilarity[i] = dScore * beta;
    }
    if (config.keyStrength === 'learned')
      dq[ofStrengths + r] = dBeta * sigmoid(q[ofStrengths + r]!);

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
        dq[r * W + w]! += (g * m - alongKey * key) * (1 - key * key);
        dMemory[i * W + w]! += g * key - alongSlot * m;
      }
    }
  }
}
