/**
 * The external memory of Santoro et al. 2016 for one sample and one step: equations 17 to 23, each
 * forward line beside its number, and the backward in the opposite order.
 */
import type { ModelConfig } from '../model/config.js';
import { shapesOf } from '../model/shapes.js';
import { sigmoid, softplus } from './linear.js';
import { dot, type Lookup, lookupBackward, lookupForward } from './lookup.js';

/** What the memory is between two steps. */
export interface MemoryState {
  /** [N, W]: M_t. */
  readonly memory: Float64Array;
  /** [R, N]: w^r_t. */
  readonly readWeights: Float64Array;
  /** [R, N]: w^w_t. Only the next step of an NTM needs it. */
  readonly writeWeights: Float64Array;
  /** [N]: u_t. Of an NTM zeros. */
  readonly usage: Float64Array;
}

/** One step, with all that its backward needs. */
export interface MemoryStep extends MemoryState {
  readonly kind: 'lrua';
  readonly before: MemoryState;
  /** [Q]: the heads' projection. */
  readonly q: Float64Array;
  /** [R, W]: add vectors a. */
  readonly adds: Float64Array;
  /** [R]: gates α (with gated writing). */
  readonly gates: Float64Array;
  /** Keys k, key strengths β and what became of them. */
  readonly lookup: Lookup;
  /** The R least used slots, least used first. */
  readonly leastUsed: number[];
  /** [R, W]: r_t. */
  readonly readVectors: Float64Array;
}

/** M = 1e-6 everywhere: zeros would have no direction. */
export function initialSlots(config: ModelConfig): Float64Array {
  const { N, W } = shapesOf(config);
  return new Float64Array(N * W).fill(1e-6);
}

/** u one-hot at slot 0, and w^r of every head (or of head 0 alone). */
export function initialMemory(config: ModelConfig): MemoryState {
  const { N, R } = shapesOf(config);
  const readWeights = new Float64Array(R * N);
  const writeWeights = new Float64Array(R * N);
  const usage = new Float64Array(N);
  const heads = config.start === 'first-head' ? Math.min(R, 1) : R;
  for (let r = 0; r < heads; r++) readWeights[r * N] = 1;
  if (N > 0) usage[0] = 1;
  return { memory: initialSlots(config), readWeights, writeWeights, usage };
}

/** Equation 21: the R slots of smallest usage; among equals the higher index counts as less used. */
function leastUsedSlots(usage: Float64Array, R: number): number[] {
  return Array.from(usage.keys())
    .sort((a, b) => usage[a]! - usage[b]! || b - a)
    .slice(0, R);
}

/** One step of equations 17 to 23. `q` is the heads' projection, with what is bound directly (binding.ts) added. */
export function memoryForward(
  config: ModelConfig,
  q: Float64Array,
  before: MemoryState,
): MemoryStep {
  const sizes = shapesOf(config);
  const { N, W, R, gates: G } = sizes;
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
  const lookup = lookupForward(sizes, keys, strengths, seen); //          (17, 18)
  const readWeights = lookup.weights;

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
    kind: 'lrua',
    ...{ before, q, adds, gates, lookup, leastUsed },
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
  const sizes = shapesOf(config);
  const { N, W, R, gates: G } = sizes;
  const RW = R * W;
  const { before, q, adds, gates, leastUsed, readWeights, writeWeights, memory } = step;
  const dMemory = dMemoryAfter.slice();
  const dw = dReadWeightsAfter.slice(); // dw^r_t
  const dReadWeights = new Float64Array(R * N); // dw^r_{t-1}
  const dq = new Float64Array(q.length);

  const lookedUp = () => {
    //                                                                    (18, 17)
    const { keys } = step.lookup;
    const { dKeys, dStrengths } = lookupBackward(sizes, step.lookup, dw, dMemory);
    for (let n = 0; n < RW; n++) dq[n] = dKeys[n]! * (1 - keys[n]! * keys[n]!);
    if (config.keyStrength === 'none') return;
    for (let n = 2 * RW + G; n < q.length; n++)
      dq[n] = dStrengths[n - 2 * RW - G]! * sigmoid(q[n]!);
  };

  for (let r = 0; r < R; r++) {
    //                                                                    (19)
    for (let i = 0; i < N; i++) {
      dw[r * N + i]! += dot(dRead, r * W, memory, i * W, W);
      for (let w = 0; w < W; w++) {
        dMemory[i * W + w]! += readWeights[r * N + i]! * dRead[r * W + w]!;
      }
    }
  }

  if (config.lookup === 'after-write') lookedUp();

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

  if (config.lookup === 'before-write') lookedUp();
  return { dq, dMemory, dReadWeights };
}
