// What the kernels offer: the engine (src/engine/wasm/engine.ts) lays out a network and a batch, writes inputs
// and targets, and has every thread call `run` with its rank. Threads share the samples, then the weights.
import { adam, gradientNorm } from './adam';
import { barrier } from './barrier';
import { bindBackward, bindForward } from './binding';
import { controllerBackward, controllerForward, belowForward, seenBackward, seenForward } from './controller';
import { drawingsForward, listInputs } from './encoder/drawings';
import {
  dCell, dHidden, dMemoryAt, dRead, dReadWeightsAt, dRin, scratchAt, seen, stateCell, stateHidden, stateMemory, stateReadVectors,
  stateReadWeights, zAt,
} from './layout/batch';
import { encoderBackward, encoderForward, fromLane, takeSeen, toLane } from './encoder/encoder';
import { useEdge } from './algebra/gemm';
import { headsBackward, headsForward } from './heads';
import { useScratch } from './memory/head-vectors';
import { lossOf } from './loss';
import { memoryBackward, memoryBackwardStart, memoryForward } from './memory/memory';
import { ntmBackward, ntmBackwardStart, ntmForward } from './memory/ntm/ntm';
import { useNtmScratch } from './memory/ntm/scratch';
import { logitsBackward, logitsForward, unitsBackward } from './output';
import {
  B, CONV, G, H, I, L, N, NONE, NP, R, RP, S, T, W, encoder, floats, ntm, readsWeights,
} from './layout/shape';
import { giveState, startState, takeOnes, takeState } from './state';
import { packWeights, weightGradients } from './weights';

export { resetBarrier } from './barrier';
export {
  familiarityOut, inputsIn, logitsOut, losses, maskIn, targetsIn, outputOut, shapeBatch, stateCell, stateEmbedding, stateHidden, stateMemory,
  stateReadVectors, stateReadWeights, stateUsage, stateWriteWeights, zeroBatch,
} from './layout/batch';
export { first, gradients, second, shapeNetwork, total, weights } from './layout/tensors';

// What `run` does, one bit each.
const PACK = 1; // the weights have changed since the last run
const FROM_STATE = 2; // begin with the state given, not with the start state, and give the state after
const LOSS = 4;
const BACKWARD = 8;
const UPDATE = 16;
const MASK = 32; // the batch has a mask

/** One thread's part of one run; returns when all threads are done. `clip`: the largest norm of the gradient, or 0. */
export function run(
  what: i32, rank: i32, size: i32, rate: f32, correct1: f32, correct2: f32, epsilon: f32,
  clip: f32,
): void {
  useEdge(scratchAt(rank));
  useScratch(rank);
  if (ntm) useNtmScratch();
  if (what & PACK) {
    packWeights(rank, size);
    barrier(size);
  }
  const s0 = (S * rank) / size;
  const s1 = (S * (rank + 1)) / size;
  takeInputs(s0, s1);
  if (what & FROM_STATE) takeState(s0, s1);
  else startState(s0, s1);
  forward(rank, s0, s1);
  if (what & LOSS) lossOf(s0, s1, (what & BACKWARD) != 0, (what & MASK) != 0);
  if (what & FROM_STATE) giveState(s0, s1);
  if (what & BACKWARD) {
    backward(rank, s0, s1);
    barrier(size);
    weightGradients(rank, size, false);
  }
  if (what & UPDATE) {
    let scale: f32 = 1;
    if (clip > 0) {
      barrier(size);
      const norm = gradientNorm(rank, size);
      if (norm > clip) scale = clip / norm;
    }
    adam(rate, correct1, correct2, epsilon, scale, rank, size);
  }
  barrier(size);
}

// --- in ------------------------------------------------------------------------------------------------

function takeInputs(s0: i32, s1: i32): void {
  for (let s = s0; s < s1; s++) {
    for (let lane = 0; lane < G && s * G + lane < B && encoder != CONV; lane++) listInputs(s * G + lane);
  }
  takeOnes(s0, s1);
  if (seen()) takeSeen(s0, s1);
}

// --- through time --------------------------------------------------------------------------------------

function forward(rank: i32, s0: i32, s1: i32): void {
  if (s0 == s1) return;
  encoderForward(rank, s0, s1);
  bindForward(s0, s1);
  for (let l = 0; l < L; l++) {
    if (l > 0) belowForward(l, s0, s1);
    else if (encoder == NONE) drawingsForward(rank, s0, s1);
    else seenForward(s0, s1);
    for (let t = 0; t < T; t++) {
      controllerForward(l, t, s0, s1);
      if (R == 0) continue;
      headsForward(t, s0, s1);
      for (let s = s0; s < s1; s++) {
        for (let lane = 0; lane < G && s * G + lane < B; lane++) {
          if (ntm) ntmForward(t, s * G + lane, s, lane);
          else memoryForward(t, s * G + lane, s, lane);
        }
      }
    }
  }
  logitsForward(s0, s1);
}

function backward(rank: i32, s0: i32, s1: i32): void {
  if (s0 == s1) return;
  const groups = s1 - s0;
  const hidden = floats(H * G);
  const read = floats(R * W * G);
  for (let l = 0; l < L; l++) {
    memory.fill(dHidden + (<usize>(l * S + s0)) * hidden, 0, hidden * groups);
    memory.fill(dCell + (<usize>(l * S + s0)) * hidden, 0, hidden * groups);
  }
  if (R > 0) {
    const b1 = s1 * G < B ? s1 * G : B;
    for (let b = s0 * G; b < b1; b++) {
      if (ntm) ntmBackwardStart(b);
      else memoryBackwardStart(b);
    }
  }
  unitsBackward(s0, s1);
  for (let t = T - 1; t >= 0; t--) {
    if (R > 0) {
      // dr_t: through rin of the next step, where that is the read vectors
      const dReads = dRead + (<usize>s0) * read;
      if (readsWeights || t == T - 1) memory.fill(dReads, 0, read * groups);
      else memory.copy(dReads, dRin + (<usize>s0) * read, read * groups);
    }
    logitsBackward(t, s0, s1);
    if (R > 0) {
      for (let s = s0; s < s1; s++) {
        for (let lane = 0; lane < G && s * G + lane < B; lane++) {
          if (ntm) ntmBackward(t, s * G + lane, s, lane);
          else memoryBackward(t, s * G + lane, s, lane);
        }
      }
      headsBackward(t, s0, s1);
    }
    for (let l = L - 1; l >= 0; l--) controllerBackward(l, t, s0, s1, false);
  }
  if (encoder == NONE) return;
  seenBackward(s0, s1);
  bindBackward(s0, s1);
  encoderBackward(rank, s0, s1);
}

// --- one step at a time, for hosts that go through time themselves (src/tfjs/) --------------------------
// The batch is laid out with T = 1, on one thread, for a network with memory and without classes. The
// state's places (stateCell, ..) hold the state before, then the gradients that come back from later steps,
// then the gradients to the state before.

/** The step forward from the inputs and the state given, as far as its backward needs it. */
export function stepAgain(pack: bool): void {
  useEdge(scratchAt(0));
  useScratch(0);
  if (pack) packWeights(0, 1);
  takeInputs(0, S);
  takeState(0, S);
  forward(0, 0, S);
}

/** After `stepAgain`. */
export function stepBackward(): void {
  useEdge(scratchAt(0));
  useScratch(0);
  for (let b = 0; b < B; b++) {
    const s = b / G;
    const lanes = floats(b % G);
    toLane(stateCell + floats(b * H), dCell + floats(s * H * G) + lanes, H);
    toLane(stateHidden + floats(b * H), dHidden + floats(s * H * G) + lanes, H);
    toLane(stateReadVectors + floats(b * R * W), dRead + floats(s * R * W * G) + lanes, R * W);
    memory.fill(dReadWeightsAt(b), 0, floats(RP * NP));
    for (let r = 0; r < R; r++) {
      memory.copy(dReadWeightsAt(b) + floats(r * NP), stateReadWeights + floats((b * R + r) * N), floats(N));
    }
    slotsFrom(stateMemory + floats(b * N * W), dMemoryAt(b));
    memoryBackward(0, b, s, b % G);
  }
  headsBackward(0, 0, S);
  controllerBackward(0, 0, 0, S, true);
  for (let b = 0; b < B; b++) {
    const s = b / G;
    const lanes = floats(b % G);
    fromLane(dCell + floats(s * H * G) + lanes, stateCell + floats(b * H), H);
    fromLane(dHidden + floats(s * H * G) + lanes, stateHidden + floats(b * H), H);
    for (let r = 0; r < R; r++) {
      memory.copy(stateReadWeights + floats((b * R + r) * N), dReadWeightsAt(b) + floats(r * NP), floats(N));
    }
    const rin = dRin + floats(s * I * G) + lanes;
    if (readsWeights) {
      memory.fill(stateReadVectors + floats(b * R * W), 0, floats(R * W));
      for (let n = 0; n < I; n++) {
        const at = stateReadWeights + floats(b * I + n);
        f32.store(at, f32.load(at) + f32.load(rin + floats(n * G)));
      }
    } else fromLane(rin, stateReadVectors + floats(b * R * W), R * W);
    slotsTo(dMemoryAt(b), stateMemory + floats(b * N * W));
  }
}

/** After `stepBackward`: adds the step's gradients to those of the weights. */
export function stepGradients(): void {
  useEdge(scratchAt(0));
  weightGradients(0, 1, true);
}

/** After `stepBackward`: dz [S][4H][G], in lanes. */
export function stepGates(): usize {
  return zAt(0, 0, 0);
}

/** [N, W] to slots, and back. */
function slotsFrom(from: usize, to: usize): void {
  for (let i = 0; i < N; i++) {
    for (let w = 0; w < W; w++) {
      f32.store(to + floats(w * NP + i), f32.load(from));
      from += 4;
    }
  }
}
function slotsTo(from: usize, to: usize): void {
  for (let i = 0; i < N; i++) {
    for (let w = 0; w < W; w++) {
      f32.store(to, f32.load(from + floats(w * NP + i)));
      to += 4;
    }
  }
}
