// The external memory, one sample and one step at a time: equations 17 to 23 of Santoro et al. 2016,
// and their backward. Slots lie side by side (shape.ts), so M is [WP][NP] and all weights are [RP][NP].
// Heads go in chunks of four; their vectors are gathered as [chunk][WP][4].
//
// Everything of weight is one of three products:
//   overWords  out[r][i] (+)= sum over w of v[w][r] M[w][i]     similarities; gradients of weights
//   overSlots  out[w][r]  =  sum over i of a[r][i] M[w][i]      reading; gradients of vectors
//   outer      M[w][i]   +=  sum over r of a[r][i] v[w][r]      writing; gradients of the memory
import {
  G, I, N, NP, Q, R, RP, W, WP, floats, gamma, learnedStrength, readsWeights,
  dMemoryAt, dReadWeightsAt, isSnapshot, leastUsedAt, memoryAt, normsAt, overwrittenAt, qAt, readAt,
  readWeightsAt, rinAt, scratchAt, similaritiesAt, snapshotAt, usageAt, writeWeightsAt,
  dQ, dRead, dRin, T,
} from './shape';
import { add, exp, load, madd, mul, store, sub, sum, sums } from './vector';

const EPSILON: f32 = 1e-8;

// --- the three products, on four heads ---------------------------------------------------------------

function overWords(v: usize, m: usize, out: usize, accumulate: bool): void {
  const row = floats(NP);
  for (let i: usize = 0; i < row; i += 32) {
    let at = m + i;
    let o = out + i;
    const o1 = o + row, o2 = o1 + row, o3 = o2 + row;
    let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
    if (accumulate) {
      a0 = load(o); a1 = load(o + 16); b0 = load(o1); b1 = load(o1 + 16);
      c0 = load(o2); c1 = load(o2 + 16); d0 = load(o3); d1 = load(o3 + 16);
    }
    const end = v + (<usize>WP << 4);
    for (let x = v; x < end; x += 16) {
      const m0 = v128.load(at), m1 = v128.load(at, 16);
      let s = v128.load32_splat(x);
      a0 = madd(s, m0, a0); a1 = madd(s, m1, a1);
      s = v128.load32_splat(x, 4);
      b0 = madd(s, m0, b0); b1 = madd(s, m1, b1);
      s = v128.load32_splat(x, 8);
      c0 = madd(s, m0, c0); c1 = madd(s, m1, c1);
      s = v128.load32_splat(x, 12);
      d0 = madd(s, m0, d0); d1 = madd(s, m1, d1);
      at += row;
    }
    store(o, a0); store(o + 16, a1); store(o1, b0); store(o1 + 16, b1);
    store(o2, c0); store(o2 + 16, c1); store(o3, d0); store(o3 + 16, d1);
  }
}

function overSlots(a: usize, m: usize, out: usize): void {
  const row = floats(NP);
  for (let w = 0; w < WP; w += 2) {
    let x = a;
    const end = a + row;
    let at = m + (<usize>w) * row;
    let p0 = f32x4.splat(0), p1 = p0, p2 = p0, p3 = p0, q0 = p0, q1 = p0, q2 = p0, q3 = p0;
    const next = at + row;
    const row2 = row + row, row3 = row2 + row;
    let step: usize = 0;
    while (x < end) {
      const m0 = load(at + step), m1 = load(next + step);
      let s = load(x);
      p0 = madd(s, m0, p0); q0 = madd(s, m1, q0);
      s = load(x + row);
      p1 = madd(s, m0, p1); q1 = madd(s, m1, q1);
      s = load(x + row2);
      p2 = madd(s, m0, p2); q2 = madd(s, m1, q2);
      s = load(x + row3);
      p3 = madd(s, m0, p3); q3 = madd(s, m1, q3);
      step += 16;
      x += 16;
    }
    store(out, sums(p0, p1, p2, p3));
    store(out + 16, sums(q0, q1, q2, q3));
    out += 32;
  }
}

/** With `minus`, subtracts. */
function outer(a: usize, v: usize, m: usize, minus: bool): void {
  const row = floats(NP);
  for (let i: usize = 0; i < row; i += 32) {
    let x = a + i;
    let a0 = load(x), a1 = load(x + 16);
    x += row;
    let b0 = load(x), b1 = load(x + 16);
    x += row;
    let c0 = load(x), c1 = load(x + 16);
    x += row;
    let d0 = load(x), d1 = load(x + 16);
    if (minus) {
      a0 = f32x4.neg(a0); a1 = f32x4.neg(a1); b0 = f32x4.neg(b0); b1 = f32x4.neg(b1);
      c0 = f32x4.neg(c0); c1 = f32x4.neg(c1); d0 = f32x4.neg(d0); d1 = f32x4.neg(d1);
    }
    let at = m + i;
    const end = v + (<usize>WP << 4);
    for (let y = v; y < end; y += 16) {
      let m0 = v128.load(at), m1 = v128.load(at, 16);
      let s = v128.load32_splat(y);
      m0 = madd(s, a0, m0); m1 = madd(s, a1, m1);
      s = v128.load32_splat(y, 4);
      m0 = madd(s, b0, m0); m1 = madd(s, b1, m1);
      s = v128.load32_splat(y, 8);
      m0 = madd(s, c0, m0); m1 = madd(s, c1, m1);
      s = v128.load32_splat(y, 12);
      m0 = madd(s, d0, m0); m1 = madd(s, d1, m1);
      v128.store(at, m0);
      v128.store(at, m1, 16);
      at += row;
    }
  }
}

// --- small helpers ---------------------------------------------------------------------------------------

/** A thread's scratch: the vectors of all heads, [chunk][WP][4] each, and rows over the slots. */
let keys: usize = 0;
let adds: usize = 0;
let vectors: usize = 0;
let dVectors: usize = 0;
let dReads: usize = 0;
let coefficients: usize = 0; // [RP][NP]
let dWrites: usize = 0; // [RP][NP]
let shrink: usize = 0; // [NP]
let alongKeys: usize = 0; // [RP]

export function useScratch(rank: i32): void {
  const all = floats(RP * WP);
  keys = scratchAt(rank) + 512;
  adds = keys + all;
  vectors = adds + all;
  dVectors = vectors + all;
  dReads = dVectors + all;
  coefficients = dReads + all;
  dWrites = coefficients + floats(RP * NP);
  shrink = dWrites + floats(RP * NP);
  alongKeys = shrink + floats(NP);
}

/** Where head r's number w lies in vectors of all heads. */
// @ts-ignore: decorator
@inline function place(r: i32, w: i32): usize {
  return floats(((r >> 2) * WP + w) * 4 + (r & 3));
}

/** [RW] lanes of one sample to vectors of all heads. */
function gather(lanes: usize, to: usize): void {
  const next = floats(G);
  for (let r = 0; r < R; r++) {
    let at = to + place(r, 0);
    for (let w = 0; w < W; w++) {
      f32.store(at, f32.load(lanes));
      at += 16;
      lanes += next;
    }
  }
}

/** The other way. */
function scatter(from: usize, lanes: usize): void {
  const next = floats(G);
  for (let r = 0; r < R; r++) {
    let at = from + place(r, 0);
    for (let w = 0; w < W; w++) {
      f32.store(lanes, f32.load(at));
      at += 16;
      lanes += next;
    }
  }
}

/** |v_r| of head r. */
function lengthOf(v: usize, r: i32): f32 {
  let at = v + place(r, 0);
  let total: f32 = 0;
  for (let w = 0; w < W; w++) {
    const x = f32.load(at);
    total += x * x;
    at += 16;
  }
  return Mathf.sqrt(total);
}

/** |M(i)| of all slots. */
function slotNorms(m: usize, out: usize): void {
  const row = floats(NP);
  for (let i: usize = 0; i < row; i += 32) {
    let low = f32x4.splat(0), high = low;
    let at = m + i;
    for (let w = 0; w < W; w++) {
      const m0 = v128.load(at), m1 = v128.load(at, 16);
      low = madd(m0, m0, low);
      high = madd(m1, m1, high);
      at += row;
    }
    store(out + i, f32x4.sqrt(low));
    store(out + i + 16, f32x4.sqrt(high));
  }
}

/** Equation 21: the R slots of smallest usage, least first; among equals the higher index is less used. */
function findLeastUsed(usage: usize, out: usize): void {
  let found = 0;
  let worst: f32 = Infinity; // the usage of the last one found
  for (let i = N - 1; i >= 0; i--) {
    const u = f32.load(usage + floats(i));
    if (found == R && !(u < worst)) continue;
    let at = found < R ? found++ : R - 1;
    while (at > 0) { // insert, after those that are used as little
      const other = i32.load(out + floats(at - 1));
      if (!(u < f32.load(usage + floats(other)))) break;
      i32.store(out + floats(at), other);
      at--;
    }
    i32.store(out + floats(at), i);
    worst = f32.load(usage + floats(i32.load(out + floats(found - 1))));
  }
}

/** Copies a slot out of the memory, or back. */
function saveSlot(m: usize, slot: i32, to: usize): void {
  let at = m + floats(slot);
  for (let w = 0; w < W; w++) {
    f32.store(to + floats(w), f32.load(at));
    at += floats(NP);
  }
}
function restoreSlot(m: usize, slot: i32, from: usize): void {
  let at = m + floats(slot);
  for (let w = 0; w < W; w++) {
    f32.store(at, f32.load(from + floats(w)));
    at += floats(NP);
  }
}
function eraseSlot(m: usize, slot: i32): void {
  let at = m + floats(slot);
  for (let w = 0; w < W; w++) {
    f32.store(at, 0);
    at += floats(NP);
  }
}

/** The lanes of head numbers behind keys and adds: gates (k = 0) and strengths (k = 1) of head r. */
// @ts-ignore: decorator
@inline function headNumber(q: usize, k: i32, r: i32): usize {
  return q + floats((2 * R * W + k * R + r) * G);
}

// --- forward ---------------------------------------------------------------------------------------------

/** Equation 18: w = softmax over slots of strength * similarity. */
function softmax(similarity: usize, strength: f32, out: usize): void {
  let largest: f32 = -Infinity;
  for (let i = 0; i < N; i++) {
    const x = f32.load(similarity + floats(i));
    if (!(x <= largest)) largest = x;
  }
  const beta = f32x4.splat(strength);
  const shift = f32x4.splat(-strength * largest);
  const row = floats(NP);
  for (let i: usize = 0; i < row; i += 16) {
    store(out + i, exp(madd(beta, load(similarity + i), shift)));
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

  slotNorms(m, norm);
  for (let r = 0; r < R; r += 4) { //                                             (17)
    overWords(keys + place(r, 0), m, similarity + (<usize>r) * row, false);
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
  for (let r = 0; r < R; r += 4) outer(write + (<usize>r) * row, adds + place(r, 0), m, false);

  for (let r = 0; r < R; r += 4) { //                                             (19)
    overSlots(read + (<usize>r) * row, m, vectors + place(r, 0));
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
  let m = t + 1 < T && isSnapshot(t + 1) ? snapshotAt(t + 1, b) : memoryAt(b);
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

  for (let r = 0; r < R; r += 4) { //                                             (19)
    const offset = (<usize>r) * row;
    overWords(dReads + place(r, 0), m, dRW + offset, true);
    outer(read + offset, dReads + place(r, 0), dM, false);
  }

  for (let r = 0; r < R; r += 4) { //                                             (23)
    const offset = (<usize>r) * row;
    overWords(adds + place(r, 0), dM, dWrites + offset, false);
    overSlots(write + offset, dM, vectors + place(r, 0));
  }
  const erased = i32.load(least);
  eraseSlot(dM, erased);
  if (isSnapshot(t)) m = snapshotAt(t, b);
  else { // M_{t-1}: take back what was written, put back what was overwritten
    if (m != memoryAt(b)) {
      memory.copy(memoryAt(b), m, floats(WP * NP));
      m = memoryAt(b);
    }
    for (let r = 0; r < R; r += 4) outer(write + (<usize>r) * row, adds + place(r, 0), m, true);
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

  for (let r = 0; r < R; r += 4) { //                                             (17)
    const offset = (<usize>r) * row;
    overSlots(coefficients + offset, m, dVectors + place(r, 0));
    outer(coefficients + offset, keys + place(r, 0), dM, false);
  }
  for (let w = 0; w < W; w++) {
    const at = (<usize>w) * row;
    for (let i: usize = 0; i < row; i += 16) {
      store(dM + at + i, sub(load(dM + at + i), mul(load(shrink + i), load(m + at + i))));
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
