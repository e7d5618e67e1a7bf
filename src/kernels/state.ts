// The state of the network: the start, and in and out.
import {
  cellAt, hiddenAt, memoryAt, outputOut, readAt, readWeightsAt, rinAt, seen, seenAt, stateCell, stateEmbedding, stateHidden,
  memoryAfter, stateMemory, stateReadVectors, stateReadWeights, stateUsage, stateWriteWeights, usageAt, writeWeightsAt,
} from './layout/batch';
import { fromLane, toLane } from './encoder/encoder';
import {
  B, E, F, G, H, I, L, N, NP, O, R, T, W, direct, firstHead, floats, ntm, readsWeights,
} from './layout/shape';
import { restoreSlot, saveSlot } from './memory/slots';
import { store } from './algebra/vector';

/** The bias's 1 behind the hidden units of all steps. */
export function takeOnes(s0: i32, s1: i32): void {
  const one = f32x4.splat(1);
  for (let s = s0; s < s1; s++) {
    for (let t = 0; t < T; t++) {
      for (let l = 0; l < L; l++) {
        for (let n = 0; n < G; n += 4) store(hiddenAt(l, t + 1, s) + floats(H * G + n), one);
      }
    }
  }
}

export function startState(s0: i32, s1: i32): void {
  for (let s = s0; s < s1; s++) {
    for (let l = 0; l < L; l++) {
      memory.fill(cellAt(l, 0, s), 0, floats(H * G));
      memory.fill(hiddenAt(l, 0, s), 0, floats(H * G));
    }
    memory.fill(readAt(0, s), 0, floats(R * W * G));
    if (seen()) memory.fill(seenAt(-1, s), 0, floats((E + F + 1) * G));
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
      if (!ntm) {
        f32.store(usageAt(b), 1);
        continue;
      }
      memory.fill(writeWeightsAt(0, b), 0, floats(R * NP));
      for (let r = 0; r < R; r++) f32.store(writeWeightsAt(0, b) + floats(r * NP), 1);
    }
  }
}

export function takeState(s0: i32, s1: i32): void {
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
      if (direct) toLane(stateEmbedding + floats(b * E), seenAt(-1, s) + lanes, E);
      toLane(stateReadVectors + floats(b * R * W), readAt(0, s) + lanes, R * W);
      if (readsWeights) toLane(stateReadWeights + floats(b * I), rinAt(0, s) + lanes, I);
      for (let r = 0; r < R; r++) {
        const from = floats((b * R + r) * N);
        memory.copy(readWeightsAt(0, b) + floats(r * NP), stateReadWeights + from, floats(N));
        if (ntm) memory.copy(writeWeightsAt(0, b) + floats(r * NP), stateWriteWeights + from, floats(N));
      }
      memory.copy(usageAt(b), stateUsage + floats(b * N), floats(N));
      for (let i = 0; i < N; i++) restoreSlot(memoryAt(b), i, stateMemory + floats((b * N + i) * W));
    }
  }
}

export function giveState(s0: i32, s1: i32): void {
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
      if (direct) fromLane(seenAt(T - 1, s) + lanes, stateEmbedding + floats(b * E), E);
      fromLane(readAt(T, s) + lanes, outputOut + floats(b * O + H), R * W);
      fromLane(readAt(T, s) + lanes, stateReadVectors + floats(b * R * W), R * W);
      for (let r = 0; r < R; r++) {
        const to = floats((b * R + r) * N);
        memory.copy(stateReadWeights + to, readWeightsAt(T, b) + floats(r * NP), floats(N));
        memory.copy(stateWriteWeights + to, writeWeightsAt(ntm ? T : T - 1, b) + floats(r * NP), floats(N));
      }
      memory.copy(stateUsage + floats(b * N), usageAt(b), floats(N));
      const m = ntm ? memoryAfter(T, b) : memoryAt(b);
      for (let i = 0; i < N; i++) saveSlot(m, i, stateMemory + floats((b * N + i) * W));
    }
  }
}
