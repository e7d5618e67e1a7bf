/**
 * The external memory of the Neural Turing Machine (Graves et al. 2014) for one sample and one step, with R read heads
 * and R write heads: each forward line beside its formula, and the backward in the opposite order.
 */
import type { ModelConfig } from '../model/config.js';
import { shapesOf } from '../model/shapes.js';
import { sigmoid, softplus } from './linear.js';
import { dot, type Lookup, lookupBackward, lookupForward, softmax } from './lookup.js';
import { initialSlots, type MemoryState } from './memory.js';

/** How R heads move their weights over the slots in a step. */
interface Addressing {
  /** Where their part of q begins. */
  readonly at: number;
  /** Keys k, key strengths β, cosines and w^c. */
  readonly lookup: Lookup;
  /** [R] each: interpolation g and sharpening γ. */
  readonly gates: Float64Array;
  readonly sharpenings: Float64Array;
  /** [R, 3]: shifts s by -1, 0 and +1. */
  readonly shifts: Float64Array;
  /** [R, N] each: the weights of the step before, w^g and w~. */
  readonly before: Float64Array;
  readonly mixed: Float64Array;
  readonly shifted: Float64Array;
  /** [R, N]: w. */
  readonly weights: Float64Array;
}

/** One step, with all that its backward needs. */
export interface NtmStep extends MemoryState {
  readonly kind: 'ntm';
  readonly before: MemoryState;
  /** [Q]: the heads' projection. */
  readonly q: Float64Array;
  readonly reading: Addressing;
  readonly writing: Addressing;
  /** [R, W] each: erase vectors e and add vectors a. */
  readonly erases: Float64Array;
  readonly adds: Float64Array;
  /** [R, W]: r_t. */
  readonly readVectors: Float64Array;
}

/** M = 1e-6 everywhere; all weights one-hot at slot 0. */
export function initialNtm(config: ModelConfig): MemoryState {
  const { N, R } = shapesOf(config);
  const oneHot = () => new Float64Array(R * N).map((_, i) => (i % N === 0 ? 1 : 0));
  const usage = new Float64Array(N);
  return { memory: initialSlots(config), readWeights: oneHot(), writeWeights: oneHot(), usage };
}

/** Where the parts of q begin: those of the read heads, of the write heads, erases and adds. */
function placesOf(config: ModelConfig) {
  const { W, R } = shapesOf(config);
  const heads = R * (W + 6);
  return { reading: 0, writing: heads, erases: 2 * heads, adds: 2 * heads + R * W };
}

/** One step. `q` is the heads' projection. */
export function ntmForward(config: ModelConfig, q: Float64Array, before: MemoryState): NtmStep {
  const { N, W, R } = shapesOf(config);
  const RW = R * W;
  const at = placesOf(config);
  const old = before.memory;

  const reading = addressingForward(config, q, at.reading, before.readWeights, old);
  const writing = addressingForward(config, q, at.writing, before.writeWeights, old);
  const erases = q.slice(at.erases, at.erases + RW).map(sigmoid); //      e = σ
  const adds = q.slice(at.adds, at.adds + RW).map(Math.tanh); //          a = tanh

  const memory = old.slice(); //                                          M_{t-1} ∘ Π_r (1 - w^w_r ⊗ e_r)
  for (let r = 0; r < R; r++) {
    for (let i = 0; i < N; i++) {
      for (let w = 0; w < W; w++) {
        memory[i * W + w]! *= 1 - writing.weights[r * N + i]! * erases[r * W + w]!;
      }
    }
  }
  for (let r = 0; r < R; r++) {
    //                                                                    + Σ_r w^w_r ⊗ a_r
    for (let i = 0; i < N; i++) {
      for (let w = 0; w < W; w++) {
        memory[i * W + w]! += writing.weights[r * N + i]! * adds[r * W + w]!;
      }
    }
  }

  const readVectors = new Float64Array(RW); //                            r_t[r] = w^r_t[r] · M_t
  for (let r = 0; r < R; r++) {
    for (let i = 0; i < N; i++) {
      for (let w = 0; w < W; w++) {
        readVectors[r * W + w]! += reading.weights[r * N + i]! * memory[i * W + w]!;
      }
    }
  }
  return {
    kind: 'ntm',
    ...{ before, q, reading, writing, erases, adds, memory, readVectors },
    readWeights: reading.weights,
    writeWeights: writing.weights,
    usage: before.usage,
  };
}

/**
 * Given dr_t [R, W], and dM_t [N, W], dw^r_t and dw^w_t [R, N] from later steps, returns dq and the same three gradients
 * of the step before.
 */
export function ntmBackward(
  config: ModelConfig,
  step: NtmStep,
  dRead: Float64Array,
  dMemoryAfter: Float64Array,
  dReadWeightsAfter: Float64Array,
  dWriteWeightsAfter: Float64Array,
) {
  const { N, W, R } = shapesOf(config);
  const at = placesOf(config);
  const { before, q, reading, writing, erases, adds, memory } = step;
  const dM = dMemoryAfter.slice(); // dM_t
  const dReading = dReadWeightsAfter.slice(); // dw^r_t
  const dWriting = dWriteWeightsAfter.slice(); // dw^w_t
  const dq = new Float64Array(q.length);

  for (let r = 0; r < R; r++) {
    //                                                                    r_t[r] = w^r_t[r] · M_t
    for (let i = 0; i < N; i++) {
      dReading[r * N + i]! += dot(dRead, r * W, memory, i * W, W);
      for (let w = 0; w < W; w++) {
        dM[i * W + w]! += reading.weights[r * N + i]! * dRead[r * W + w]!;
      }
    }
  }

  for (let r = 0; r < R; r++) {
    //                                                                    + Σ_r w^w_r ⊗ a_r
    for (let i = 0; i < N; i++) {
      dWriting[r * N + i]! += dot(adds, r * W, dM, i * W, W);
      for (let w = 0; w < W; w++) {
        const add = adds[r * W + w]!;
        dq[at.adds + r * W + w]! += writing.weights[r * N + i]! * dM[i * W + w]! * (1 - add * add);
      }
    }
  }

  const dMemory = new Float64Array(N * W); // dM_{t-1}                    M_{t-1} ∘ Π_r (1 - w^w_r ⊗ e_r)
  for (let i = 0; i < N; i++) {
    for (let w = 0; w < W; w++) {
      const left = (but: number) => {
        let product = 1;
        for (let r = 0; r < R; r++) {
          if (r !== but) product *= 1 - writing.weights[r * N + i]! * erases[r * W + w]!;
        }
        return product;
      };
      const d = dM[i * W + w]!;
      dMemory[i * W + w] = d * left(-1);
      for (let r = 0; r < R; r++) {
        const g = -d * before.memory[i * W + w]! * left(r); // of w^w_r(i) e_r(w)
        const erase = erases[r * W + w]!;
        dWriting[r * N + i]! += g * erase;
        dq[at.erases + r * W + w]! += g * writing.weights[r * N + i]! * erase * (1 - erase);
      }
    }
  }

  const dReadWeights = addressingBackward(config, q, reading, dReading, dq, dMemory);
  const dWriteWeights = addressingBackward(config, q, writing, dWriting, dq, dMemory);
  return { dq, dMemory, dReadWeights, dWriteWeights };
}

/** R heads whose part of q begins at `at`: from their weights of the step before to those of this one. */
function addressingForward(
  config: ModelConfig,
  q: Float64Array,
  at: number,
  before: Float64Array,
  memory: Float64Array,
): Addressing {
  const sizes = shapesOf(config);
  const { N, W, R } = sizes;
  const ofHeads = at + R * W;
  const part = (from: number, size: number) => q.slice(ofHeads + from, ofHeads + from + size);
  const keys = q.slice(at, ofHeads).map(Math.tanh); //                    k = tanh
  const strengths = part(0, R).map(softplus); //                          β = softplus
  const gates = part(R, R).map(sigmoid); //                               g = σ
  const shifts = new Float64Array(3 * R); //                              s = softmax
  for (let r = 0; r < R; r++) shifts.set(softmax(part(2 * R + 3 * r, 3), 1), 3 * r);
  const sharpenings = part(5 * R, R).map((x) => 1 + softplus(x)); //      γ = 1 + softplus

  const lookup = lookupForward(sizes, keys, strengths, memory); //        w^c = softmax_i(β cos_i)
  const content = lookup.weights;
  const mixed = new Float64Array(R * N);
  const shifted = new Float64Array(R * N);
  const weights = new Float64Array(R * N);
  for (let r = 0; r < R; r++) {
    const row = r * N;
    const gate = gates[r]!;
    for (let i = 0; i < N; i++) {
      //                                                                  w^g = g w^c + (1 - g) w_{t-1}
      mixed[row + i] = gate * content[row + i]! + (1 - gate) * before[row + i]!;
    }
    for (let i = 0; i < N; i++) {
      //                                                                  w~(i) = Σ_j w^g((i - j) mod N) s(j)
      for (const j of [-1, 0, 1]) {
        shifted[row + i]! += mixed[row + around(i - j, N)]! * shifts[3 * r + 1 + j]!;
      }
    }
    //                                                                    w = w~^γ / Σ w~^γ
    const largest = Math.max(...shifted.subarray(row, row + N)); // the quotient is the same without it
    const powers = shifted.subarray(row, row + N).map((x) => (x / largest) ** sharpenings[r]!);
    const sum = powers.reduce((a, b) => a + b, 0);
    for (let i = 0; i < N; i++) weights[row + i] = powers[i]! / sum;
  }
  return {
    ...{ at, lookup, gates, sharpenings, shifts },
    ...{ before, mixed, shifted, weights },
  };
}

/**
 * Given dw [R, N]: sets the heads' part of dq, adds to dM_{t-1}, and returns the gradient of the weights of the step
 * before.
 */
function addressingBackward(
  config: ModelConfig,
  q: Float64Array,
  heads: Addressing,
  dWeights: Float64Array,
  dq: Float64Array,
  dMemory: Float64Array,
): Float64Array {
  const sizes = shapesOf(config);
  const { N, W, R } = sizes;
  const { at, lookup, gates, sharpenings, shifts, before, mixed, shifted, weights } = heads;
  const content = lookup.weights;
  const ofHeads = at + R * W;
  const dBefore = new Float64Array(R * N);
  const dContent = new Float64Array(R * N);
  for (let r = 0; r < R; r++) {
    const row = r * N;
    //                                                                    w = w~^γ / Σ w~^γ
    const gamma = sharpenings[r]!;
    const tilde = shifted.subarray(row, row + N);
    const largest = Math.max(...tilde);
    const sum = tilde.reduce((a, x) => a + (x / largest) ** gamma, 0);
    const mean = dot(weights, row, dWeights, row, N);
    const dShifted = new Float64Array(N);
    let dGamma = 0;
    for (let i = 0; i < N; i++) {
      const d = dWeights[row + i]! - mean;
      const share = tilde[i]! / largest;
      dShifted[i] = (d * gamma * share ** (gamma - 1)) / (largest * sum);
      if (share > 0) dGamma += d * weights[row + i]! * Math.log(share);
    }
    const ofGamma = ofHeads + 5 * R + r;
    dq[ofGamma] = dGamma * sigmoid(q[ofGamma]!);

    //                                                                    w~(i) = Σ_j w^g((i - j) mod N) s(j)
    const dMixed = new Float64Array(N);
    const dShift = new Float64Array(3);
    for (let i = 0; i < N; i++) {
      for (const j of [-1, 0, 1]) {
        dMixed[around(i - j, N)]! += dShifted[i]! * shifts[3 * r + 1 + j]!;
        dShift[1 + j]! += dShifted[i]! * mixed[row + around(i - j, N)]!;
      }
    }
    const meanShift = dot(shifts, 3 * r, dShift, 0, 3);
    for (let j = 0; j < 3; j++) {
      dq[ofHeads + 2 * R + 3 * r + j] = shifts[3 * r + j]! * (dShift[j]! - meanShift);
    }

    //                                                                    w^g = g w^c + (1 - g) w_{t-1}
    const gate = gates[r]!;
    let dGate = 0;
    for (let i = 0; i < N; i++) {
      dGate += dMixed[i]! * (content[row + i]! - before[row + i]!);
      dContent[row + i] = dMixed[i]! * gate;
      dBefore[row + i] = dMixed[i]! * (1 - gate);
    }
    dq[ofHeads + R + r] = dGate * gate * (1 - gate);
  }

  //                                                                      w^c = softmax_i(β cos_i)
  const { keys } = lookup;
  const { dKeys, dStrengths } = lookupBackward(sizes, lookup, dContent, dMemory);
  for (let n = 0; n < R * W; n++) dq[at + n] = dKeys[n]! * (1 - keys[n]! * keys[n]!);
  for (let r = 0; r < R; r++) dq[ofHeads + r] = dStrengths[r]! * sigmoid(q[ofHeads + r]!);
  return dBefore;
}

/** i mod N of i from -1 to N. */
const around = (i: number, N: number): number => (i + N) % N;
