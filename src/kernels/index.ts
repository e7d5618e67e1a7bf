// What the kernels offer: the engine (src/engine/wasm.ts) lays out a network and a batch, writes inputs
// and labels, and has every thread call `run` with its rank. Threads share the samples, then the weights.
import { adam } from './adam';
import { barrier } from './barrier';
import { drawingsBackward, drawingsForward, listInputs, packInputs } from './drawings';
import { columnSums, MR, outerProducts, pack, packLanes, packTransposed, useEdge } from './gemm';
import { crossEntropy, headsBackward, headsForward, logitsBackward, logitsForward } from './heads';
import { belowForward, lstmBackward, lstmForward } from './lstm';
import { useScratch } from './head-vectors';
import { memoryBackward, memoryBackwardStart, memoryForward } from './memory';
import {
  B, C, G, H, I, L, firstHead, N, NP, O, Q, R, S, T, W,
  at, cellAt, chunkSteps, dCell, dHidden, dMemoryAt, dRead, dReadWeightsAt, dRin, floats, gradients, headsBias, headsKernel, hiddenAt,
  inputs, logitsAt, lstmBias, lstmKernel, memoryAt, outBias, outKernel, outputOut, packedColumns,
  packedHeads, packedHeadsBack, packedHidden, packedHiddenBack, packedHiddenBackStride,
  packedHiddenStride, packedBelow, packedBelowStride, packedInputBack, packedOutHidden,
  packedOutHiddenBack, packedOutRead, packedOutReadBack, packedRin, packedRinBack, packedRows, qAt, readAt,
  readsWeights, readWeightsAt, rinAt, rinRows, RP, scratchAt, stateCell, stateHidden, stateMemory,
  stateReadVectors, stateReadWeights, stateUsage, stateWriteWeights, usageAt, weights, writeWeightsAt, zAt,
} from './shape';
import { restoreSlot, saveSlot } from './slots';
import { store } from './vector';

export { resetBarrier } from './barrier';
export { shapeBatch, shapeNetwork, zeroBatch } from './shape';
export {
  first, gradients, inputsIn, labelsIn, logitsOut, losses, outputOut, second, stateCell, stateHidden,
  stateMemory, stateReadVectors, stateReadWeights, stateUsage, stateWriteWeights, total, weights,
} from './shape';

// What `run` does, one bit each.
const PACK = 1; // the weights have changed since the last run
const FROM_STATE = 2; // begin with the state given, not with the start state, and give the state after
const LOSS = 4;
const BACKWARD = 8;
const UPDATE = 16;

/** One thread's part of one run; returns when all threads are done. */
export function run(
  what: i32, rank: i32, size: i32, rate: f32, correct1: f32, correct2: f32, epsilon: f32,
): void {
  useEdge(scratchAt(rank));
  useScratch(rank);
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
  if (what & LOSS) crossEntropy(s0, s1, (what & BACKWARD) != 0);
  if (what & FROM_STATE) giveState(s0, s1);
  if (what & BACKWARD) {
    backward(s0, s1);
    barrier(size);
    weightGradients(rank, size, false);
  }
  if (what & UPDATE) adam(rate, correct1, correct2, epsilon, rank, size);
  barrier(size);
}

function packWeights(rank: i32, size: i32): void {
  for (let l = 0; l < L; l++) {
    const below = inputs(l);
    const bias = at(weights, lstmBias(l));
    const input = at(weights, lstmKernel(l));
    const rin = input + floats(below * 4 * H);
    const hidden = rin + floats(rinRows(l) * 4 * H);
    const hiddenBack = floats(l * packedHiddenBackStride());
    if (l == 0) packInputs(rank, size);
    else pack(input, H, 4 * H, bias, packedBelow + floats((l - 1) * packedBelowStride()), rank, size);
    pack(hidden, H, 4 * H, 0, packedHidden + floats(l * packedHiddenStride()), rank, size);
    packTransposed(hidden, H, 4 * H, packedHiddenBack + hiddenBack, rank, size);
    if (l > 0) {
      packTransposed(input, H, 4 * H, packedInputBack + floats((l - 1) * packedHiddenBackStride()), rank, size);
    } else if (R > 0) {
      pack(rin, I, 4 * H, 0, packedRin, rank, size);
      packTransposed(rin, I, 4 * H, packedRinBack, rank, size);
    }
  }
  if (R > 0) {
    const heads = at(weights, headsKernel());
    pack(heads, H, Q, at(weights, headsBias()), packedHeads, rank, size);
    packTransposed(heads, H, Q, packedHeadsBack, rank, size);
  }
  const out = at(weights, outKernel());
  pack(out, H, C, at(weights, outBias()), packedOutHidden, rank, size);
  packTransposed(out, H, C, packedOutHiddenBack, rank, size);
  if (R > 0) {
    pack(out + floats(H * C), R * W, C, 0, packedOutRead, rank, size);
    packTransposed(out + floats(H * C), R * W, C, packedOutReadBack, rank, size);
  }
}

// --- in and out --------------------------------------------------------------------------------------

/** `n` numbers of one sample between row-major and its lane. */
function toLane(from: usize, to: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    f32.store(to, f32.load(from));
    from += 4;
    to += floats(G);
  }
}
function fromLane(from: usize, to: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    f32.store(to, f32.load(from));
    from += floats(G);
    to += 4;
  }
}

function takeInputs(s0: i32, s1: i32): void {
  const one = f32x4.splat(1);
  for (let s = s0; s < s1; s++) {
    for (let lane = 0; lane < G && s * G + lane < B; lane++) listInputs(s * G + lane);
    for (let t = 0; t < T; t++) {
      for (let l = 0; l < L; l++) {
        for (let n = 0; n < G; n += 4) store(hiddenAt(l, t + 1, s) + floats(H * G + n), one);
      }
    }
  }
}

function startState(s0: i32, s1: i32): void {
  for (let s = s0; s < s1; s++) {
    for (let l = 0; l < L; l++) {
      memory.fill(cellAt(l, 0, s), 0, floats(H * G));
      memory.fill(hiddenAt(l, 0, s), 0, floats(H * G));
    }
    memory.fill(readAt(0, s), 0, floats(R * W * G));
    if (readsWeights) memory.fill(rinAt(0, s), 0, floats(I * G));
    for (let lane = 0; lane < G && s * G + lane < B && R > 0; lane++) {
      const b = s * G + lane;
      for (let w = 0; w < W; w++) {
        for (let i = 0; i < N; i++) f32.store(memoryAt(b) + floats(w * NP + i), 1e-6);
      }
      memory.fill(readWeightsAt(0, b), 0, floats(R * NP));
      for (let r = 0; r < R; r++) {
        if (r > 0 && firstHead) break;
        f32.store(readWeightsAt(0, b) + floats(r * NP), 1);
        if (readsWeights) f32.store(rinAt(0, s) + floats(r * N * G + lane), 1);
      }
      memory.fill(usageAt(b), 0, floats(NP));
      f32.store(usageAt(b), 1);
    }
  }
}

function takeState(s0: i32, s1: i32): void {
  for (let s = s0; s < s1; s++) {
    for (let lane = 0; lane < G && s * G + lane < B; lane++) {
      const b = s * G + lane;
      const lanes = floats(lane);
      for (let l = 0; l < L; l++) {
        const from = floats((l * B + b) * H);
        toLane(stateCell + from, cellAt(l, 0, s) + lanes, H);
        toLane(stateHidden + from, hiddenAt(l, 0, s) + lanes, H);
      }
      if (R == 0) continue;
      toLane(stateReadVectors + floats(b * R * W), readAt(0, s) + lanes, R * W);
      if (readsWeights) toLane(stateReadWeights + floats(b * I), rinAt(0, s) + lanes, I);
      for (let r = 0; r < R; r++) {
        memory.copy(readWeightsAt(0, b) + floats(r * NP), stateReadWeights + floats((b * R + r) * N), floats(N));
      }
      memory.copy(usageAt(b), stateUsage + floats(b * N), floats(N));
      for (let i = 0; i < N; i++) restoreSlot(memoryAt(b), i, stateMemory + floats((b * N + i) * W));
    }
  }
}

function giveState(s0: i32, s1: i32): void {
  for (let s = s0; s < s1; s++) {
    for (let lane = 0; lane < G && s * G + lane < B; lane++) {
      const b = s * G + lane;
      const lanes = floats(lane);
      for (let l = 0; l < L; l++) {
        const to = floats((l * B + b) * H);
        fromLane(cellAt(l, T, s) + lanes, stateCell + to, H);
        fromLane(hiddenAt(l, T, s) + lanes, stateHidden + to, H);
      }
      fromLane(hiddenAt(L - 1, T, s) + lanes, outputOut + floats(b * O), H);
      if (R == 0) continue;
      fromLane(readAt(T, s) + lanes, outputOut + floats(b * O + H), R * W);
      fromLane(readAt(T, s) + lanes, stateReadVectors + floats(b * R * W), R * W);
      for (let r = 0; r < R; r++) {
        const to = floats((b * R + r) * N);
        memory.copy(stateReadWeights + to, readWeightsAt(T, b) + floats(r * NP), floats(N));
        memory.copy(stateWriteWeights + to, writeWeightsAt(T - 1, b) + floats(r * NP), floats(N));
      }
      memory.copy(stateUsage + floats(b * N), usageAt(b), floats(N));
      for (let i = 0; i < N; i++) saveSlot(memoryAt(b), i, stateMemory + floats((b * N + i) * W));
    }
  }
}

// --- through time --------------------------------------------------------------------------------------

function forward(rank: i32, s0: i32, s1: i32): void {
  if (s0 == s1) return;
  for (let l = 0; l < L; l++) {
    if (l == 0) drawingsForward(rank, s0, s1);
    else belowForward(l, s0, s1);
    for (let t = 0; t < T; t++) {
      lstmForward(l, t, s0, s1);
      if (R == 0) continue;
      headsForward(t, s0, s1);
      for (let s = s0; s < s1; s++) {
        for (let lane = 0; lane < G && s * G + lane < B; lane++) {
          memoryForward(t, s * G + lane, s, lane);
        }
      }
    }
  }
  logitsForward(s0, s1);
}

function backward(s0: i32, s1: i32): void {
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
    for (let b = s0 * G; b < b1; b++) memoryBackwardStart(b);
  }
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
          memoryBackward(t, s * G + lane, s, lane);
        }
      }
      headsBackward(t, s0, s1);
    }
    for (let l = L - 1; l >= 0; l--) lstmBackward(l, t, s0, s1, false);
  }
}

/** The gradient of one kernel's rows: features `a` (a block of lanes each step) times the packed columns. */
function kernelGradient(
  a: usize, block: i32, rows: i32, columns: i32, blocks: i32, out: usize, accumulate: bool,
  rank: i32, size: i32,
): void {
  packLanes(a, floats(block * G), blocks, rows, G, MR, packedRows, rank, size);
  // each thread goes on with the panels that it packed itself
  outerProducts(packedRows, rows, packedColumns, columns, blocks * G, out, accumulate, rank, size);
}

/**
 * All weight gradients: sums over samples and steps, in chunks of steps that stay in the caches; with
 * `accumulate`, added to those that are there.
 */
function weightGradients(rank: i32, size: i32, accumulate: bool): void {
  drawingsBackward(accumulate, rank, size);
  for (let t = 0; t < T; t += chunkSteps) {
    const blocks = (t + chunkSteps < T ? chunkSteps : T - t) * S;
    const more = accumulate || t > 0;
    for (let l = 0; l < L; l++) {
      const kernel = at(gradients, lstmKernel(l));
      const below = inputs(l);
      packLanes(zAt(l, t, 0), floats(4 * H * G), blocks, 4 * H, G, 8, packedColumns, rank, size);
      barrier(size);
      columnSums(packedColumns, 4 * H, blocks * G, at(gradients, lstmBias(l)), more, rank, size);
      if (l > 0) {
        kernelGradient(hiddenAt(l - 1, t + 1, 0), H + 1, H, 4 * H, blocks, kernel, more, rank, size);
      }
      const rin = rinRows(l);
      if (rin > 0) {
        const out = kernel + floats(below * 4 * H);
        kernelGradient(rinAt(t, 0), rin, rin, 4 * H, blocks, out, more, rank, size);
      }
      const out = kernel + floats((below + rin) * 4 * H);
      kernelGradient(hiddenAt(l, t, 0), H + 1, H, 4 * H, blocks, out, more, rank, size);
      barrier(size);
    }
    if (R > 0) {
      packLanes(qAt(t, 0), floats(Q * G), blocks, Q, G, 8, packedColumns, rank, size);
      barrier(size);
      columnSums(packedColumns, Q, blocks * G, at(gradients, headsBias()), more, rank, size);
      kernelGradient(hiddenAt(0, t + 1, 0), H + 1, H, Q, blocks, at(gradients, headsKernel()), more, rank, size);
      barrier(size);
    }
    if (C == 0) continue;
    packLanes(logitsAt(t, 0), floats(C * G), blocks, C, G, 8, packedColumns, rank, size);
    barrier(size);
    columnSums(packedColumns, C, blocks * G, at(gradients, outBias()), more, rank, size);
    const out = at(gradients, outKernel());
    kernelGradient(hiddenAt(L - 1, t + 1, 0), H + 1, H, C, blocks, out, more, rank, size);
    if (R > 0) {
      kernelGradient(readAt(t + 1, 0), R * W, R * W, C, blocks, out + floats(H * C), more, rank, size);
    }
    barrier(size);
  }
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
  lstmBackward(0, 0, 0, S, true);
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
