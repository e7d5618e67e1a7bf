// The external memory, one sample and one step at a time: equations 17 to 23 of Santoro et al. 2016,
// and their backward. Slots lie side by side (shape.ts), so M is [WP][NP] and all weights are [RP][NP].
// Heads go in chunks of four (products.ts, head-vectors.ts).
import {
  adds, alongKeys, coefficients, dReads, dVectors, dWrites, gather, headNumber, keys, lengthOf, place, scatter,
  shrink, vectors,
} from './head-vectors';
import { blockEnd, outer, overSlots, overWords } from './products';
import {
  G, I, N, NP, Q, R, RP, T, W, WP, dMemoryAt, dQ, dRead, dReadWeightsAt, dRin, floats, gamma, isSnapshot,
  learnedStrength, leastUsedAt, memoryAt, normsAt, overwrittenAt, qAt, readAt, readWeightsAt, readsWeights,
  rinAt, similaritiesAt, snapshotAt, usageAt, writeWeightsAt,
} from './shape';
import { eraseSlot, findLeastUsed, restoreSlot, saveSlot, slotNorms } from './slots';
import { add, exp, load, madd, mul, store, sub, sum } from './vector';

const EPSILON: f32 = 1e-8;

// --- forward ---------------------------------------------------------------------------------------------

/** Equation 18: w = softmax over slots of strength * similarity. */
function softmax(similarity: usize, strength: f32, out: usize): void {
  let top = f32x4.splat(-Infinity); // NaN wins: it must be seen
  const whole = N & ~3;
  for (let i = 0; i < whole; i += 4) top = f32x4.max(top, load(similarity + floats(i)));
  for (let i = whole; i < N; i++) {
    top = f32x4.max(top, v128.load32_splat(similarity + floats(i)));
  }
  top = f32x4.max(top, v128.shuffle<f32>(top, top, 2, 3, 0, 1));
  top = f32x4.max(top, v128.shuffle<f32>(top, top, 1, 0, 3, 2));
  const beta = f32x4.splat(strength);
  const row = floats(NP);
  // The difference before the product: rounding of strength * largest could be beyond what exp takes.
  for (let i: usize = 0; i < row; i += 16) {
    store(out + i, exp(mul(beta, sub(load(similarity + i), top))));
  }
  for (let i = N; i < NP; i++) f32.store(out + floats(i), 0); // slots that are not there
  let all = f32x4.splat(0);
  for (let i: usize = 0; i < row; i += 16) all = add(all, load(out + i));
  const scale = f32x4.splat(<f32>1 / sum(all));
  for (let i: usize = 0; i < row; i += 16) store(out + i, mul(load(out + i), scale));
}

/** Step t (from 0) of sample b, lane `lane` of group s; q holds keys, adds, gates and strengths. */
export function memoryForward(t: i32, b: i32, s: i32, lane: i32): void {
  const row = floats(NP);
  const m = memoryAt(b);
  const q = qAt(t, s) + floats(lane);
  const before = readWeightsAt(t, b); // w^r_{t-1}
  const read = readWeightsAt(t + 1, b); // w^r_t
  const write = writeWeightsAt(t, b);
  const usage = usageAt(b);
  const least = leastUsedAt(t, b);
  const similarity = similaritiesAt(t, b);
  const norm = normsAt(t, b);
  gather(q, keys);
  gather(q + floats(R * W * G), adds);
  if (isSnapshot(t)) memory.copy(snapshotAt(t, b), m, floats(WP * NP));

  findLeastUsed(usage, least); //                                                 (21)

  for (let i: usize = 0, end: usize = 0; i < row; i = end) { //                   (17)
    end = blockEnd(i);
    slotNorms(m, norm, i, end);
    for (let r = 0; r < R; r += 4) {
      overWords(keys + place(r, 0), m, similarity + (<usize>r) * row, false, i, end);
    }
  }
  for (let r = 0; r < R; r++) {
    const k = similarity + (<usize>r) * row;
    const keyNorm = f32x4.splat(lengthOf(keys, r));
    for (let i: usize = 0; i < row; i += 16) {
      store(k + i, f32x4.div(load(k + i), madd(keyNorm, load(norm + i), f32x4.splat(EPSILON))));
    }
    const strength: f32 = learnedStrength ? f32.load(headNumber(q, 1, r)) : 1;
    softmax(k, strength, read + (<usize>r) * row); //                             (18)
  }

  const decay = f32x4.splat(gamma);
  for (let i: usize = 0; i < row; i += 16) { //                                   (20)
    store(usage + i, mul(load(usage + i), decay));
  }
  for (let r = 0; r < R; r++) { //                                                (22)
    const gate = f32.load(headNumber(q, 0, r));
    const alpha = f32x4.splat(gate);
    const offset = (<usize>r) * row;
    for (let i: usize = offset; i < offset + row; i += 16) {
      store(write + i, mul(alpha, load(before + i)));
    }
    for (let n = 0; n < R; n++) {
      const at = write + offset + floats(i32.load(least + floats(n)));
      f32.store(at, f32.load(at) + (1 - gate));
    }
    for (let i: usize = 0; i < row; i += 16) { //                                 (20)
      const both = add(load(read + offset + i), load(write + offset + i));
      store(usage + i, add(load(usage + i), both));
    }
  }

  for (let n = 0; n < R; n++) {
    saveSlot(m, i32.load(least + floats(n)), overwrittenAt(t, b) + floats(n * WP));
  }
  eraseSlot(m, i32.load(least)); //                                               (23)
  for (let i: usize = 0, end: usize = 0; i < row; i = end) {
    end = blockEnd(i);
    for (let r = 0; r < R; r += 4) {
      outer(write + (<usize>r) * row, adds + place(r, 0), m, false, i, end);
    }
    for (let r = 0; r < R; r += 4) { //                                           (19)
      overSlots(read + (<usize>r) * row, m, vectors + place(r, 0), i > 0, i, end);
    }
  }
  scatter(vectors, readAt(t + 1, s) + floats(lane));
  if (readsWeights) {
    let to = rinAt(t + 1, s) + floats(lane);
    for (let r = 0; r < R; r++) {
      for (let i = 0; i < N; i++) {
        f32.store(to, f32.load(read + (<usize>r) * row + floats(i)));
        to += floats(G);
      }
    }
  }
}

// --- backward --------------------------------------------------------------------------------------------

/** Before the first backward step of a sample: nothing comes from beyond the end. */
export function memoryBackwardStart(b: i32): void {
  memory.fill(dMemoryAt(b), 0, floats(WP * NP));
  memory.fill(dReadWeightsAt(b), 0, floats(RP * NP));
}

/**
 * Step t of sample b: takes dr_t from the lanes of dRead, dM_t and dw^r_t as carried, M_t as rebuilt;
 * leaves the lanes of dQ (the gradient to keys, adds, gates and strengths), dM_{t-1}, dw^r_{t-1} and M_{t-1}.
 */
export function memoryBackward(t: i32, b: i32, s: i32, lane: i32): void {
  const row = floats(NP);
  let m = memoryAt(b);
  if (t + 1 < T && isSnapshot(t + 1)) {
    if (isSnapshot(t)) m = snapshotAt(t + 1, b);
    else memory.copy(m, snapshotAt(t + 1, b), floats(WP * NP)); // to rebuild on
  }
  const dM = dMemoryAt(b);
  const dRW = dReadWeightsAt(b);
  const q = qAt(t, s) + floats(lane);
  const dq = dQ + floats(s * Q * G + lane);
  const before = readWeightsAt(t, b);
  const read = readWeightsAt(t + 1, b);
  const write = writeWeightsAt(t, b);
  const least = leastUsedAt(t, b);
  const similarity = similaritiesAt(t, b);
  const norm = normsAt(t, b);
  gather(q, keys);
  gather(q + floats(R * W * G), adds);
  gather(dRead + floats(s * R * W * G + lane), dReads);
  if (readsWeights && t + 1 < T) { // through rin of the next step
    let from = dRin + floats(s * I * G + lane);
    for (let r = 0; r < R; r++) {
      for (let i = 0; i < N; i++) {
        const at = dRW + (<usize>r) * row + floats(i);
        f32.store(at, f32.load(at) + f32.load(from));
        from += floats(G);
      }
    }
  }

  for (let i: usize = 0, end: usize = 0; i < row; i = end) {
    end = blockEnd(i);
    for (let r = 0; r < R; r += 4) { //                                           (19)
      const offset = (<usize>r) * row;
      overWords(dReads + place(r, 0), m, dRW + offset, true, i, end);
      outer(read + offset, dReads + place(r, 0), dM, false, i, end);
    }
    for (let r = 0; r < R; r += 4) { //                                           (23)
      const offset = (<usize>r) * row;
      overWords(adds + place(r, 0), dM, dWrites + offset, false, i, end);
      overSlots(write + offset, dM, vectors + place(r, 0), i > 0, i, end);
      // M_{t-1}: take back what was written, put back (below) what was overwritten
      if (!isSnapshot(t)) outer(write + offset, adds + place(r, 0), m, true, i, end);
    }
  }
  eraseSlot(dM, i32.load(least));
  if (isSnapshot(t)) m = snapshotAt(t, b);
  else {
    for (let n = 0; n < R; n++) {
      restoreSlot(m, i32.load(least + floats(n)), overwrittenAt(t, b) + floats(n * WP));
    }
  }

  memory.fill(shrink, 0, row);
  for (let r = 0; r < R; r++) {
    const offset = (<usize>r) * row;
    const strength: f32 = learnedStrength ? f32.load(headNumber(q, 1, r)) : 1;
    const k = similarity + offset;
    const w = read + offset;
    const dw = dRW + offset;
    let mean4 = f32x4.splat(0); //                                                (18)
    for (let i: usize = 0; i < row; i += 16) mean4 = madd(load(w + i), load(dw + i), mean4);
    const mean = f32x4.splat(sum(mean4));
    const beta = f32x4.splat(strength);
    const keyNorm = lengthOf(keys, r);
    const keyNorm4 = f32x4.splat(keyNorm);
    const zero = f32x4.splat(0);
    let dBeta = zero;
    let alongKey = zero;
    for (let i: usize = 0; i < row; i += 16) {
      const dScore = mul(load(w + i), sub(load(dw + i), mean));
      const similar = load(k + i);
      const slotNorm = load(norm + i);
      dBeta = madd(dScore, similar, dBeta);
      const denominator = madd(keyNorm4, slotNorm, f32x4.splat(EPSILON)); //      (17)
      const g = f32x4.div(mul(dScore, beta), denominator);
      store(coefficients + offset + i, g);
      const gk = mul(g, similar);
      alongKey = madd(gk, slotNorm, alongKey);
      // the norm's own derivative, 0 where a slot is 0
      const alongSlot = v128.and(f32x4.div(mul(gk, keyNorm4), slotNorm), f32x4.gt(slotNorm, zero));
      store(shrink + i, add(load(shrink + i), alongSlot));
    }
    f32.store(alongKeys + floats(r), keyNorm > 0 ? sum(alongKey) / keyNorm : 0);
    if (learnedStrength) f32.store(headNumber(dq, 1, r), sum(dBeta));

    const gate = f32.load(headNumber(q, 0, r)); //                                (22)
    const alpha = f32x4.splat(gate);
    let dGate4 = zero;
    for (let i: usize = 0; i < row; i += 16) {
      const dWrite = load(dWrites + offset + i);
      dGate4 = madd(dWrite, load(before + offset + i), dGate4);
      store(dw + i, mul(alpha, dWrite));
    }
    let dGate = sum(dGate4);
    for (let n = 0; n < R; n++) {
      dGate -= f32.load(dWrites + offset + floats(i32.load(least + floats(n))));
    }
    f32.store(headNumber(dq, 0, r), dGate);
  }
  scatter(vectors, dq + floats(R * W * G)); // da

  for (let i: usize = 0, end: usize = 0; i < row; i = end) { //                   (17)
    end = blockEnd(i);
    for (let r = 0; r < R; r += 4) {
      const offset = (<usize>r) * row;
      overSlots(coefficients + offset, m, dVectors + place(r, 0), i > 0, i, end);
      outer(coefficients + offset, keys + place(r, 0), dM, false, i, end);
    }
    for (let w = 0; w < W; w++) {
      const last = (<usize>w) * row + end;
      for (let at = (<usize>w) * row + i, k = shrink + i; at < last; at += 16, k += 16) {
        store(dM + at, sub(load(dM + at), mul(load(k), load(m + at))));
      }
    }
  }
  for (let r = 0; r < R; r++) {
    const along = f32.load(alongKeys + floats(r));
    for (let w = 0; w < W; w++) {
      const at = place(r, w);
      f32.store(dVectors + at, f32.load(dVectors + at) - along * f32.load(keys + at));
    }
  }
  scatter(dVectors, dq); // dk
}
