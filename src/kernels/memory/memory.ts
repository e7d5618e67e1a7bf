// The external memory, one sample and one step at a time: equations 17 to 23 of Santoro et al. 2016,
// and their backward. Slots lie side by side (shape.ts), so M is [WP][NP] and all weights are [RP][NP].
// Heads go in chunks of four (products.ts, head-vectors.ts). Cosines are in lookup.ts.
import {
  dMemoryAt, dQ, dRead, dReadWeightsAt, dRin, isSnapshot, leastUsedAt, memoryAt, overwrittenAt, qAt, readAt, readWeightsAt,
  rinAt, snapshotAt, usageAt, writeWeightsAt,
} from '../layout/batch';
import { adds, dReads, dWrites, gateOf, gather, keys, place, scatter, vectors } from './head-vectors';
import { lookUp, lookUpBackward } from './lookup';
import { blockEnd, outer, overSlots, overWords } from './products';
import { addFromRin, toRin } from './rin';
import { G, I, NP, Q, R, RP, T, W, WP, afterWrite, floats, gamma, gated, readsWeights } from '../layout/shape';
import { addToSlot, eraseSlot, findLeastUsed, restoreSlot, saveSlot } from './slots';
import { add, load, madd, mul, store, sum } from '../algebra/vector';

// --- forward ---------------------------------------------------------------------------------------------

/** Step t (from 0) of sample b, lane `lane` of group s; q holds keys, adds, gates and strengths. */
export function memoryForward(t: i32, b: i32, s: i32, lane: i32): void {
  const row = floats(NP);
  const m = memoryAt(b);
  const q = qAt(t, s) + floats(lane);
  const read = readWeightsAt(t + 1, b); // w^r_t
  const write = writeWeightsAt(t, b);
  const usage = usageAt(b);
  const least = leastUsedAt(t, b);
  gather(q, keys);
  gather(q + floats(R * W * G), adds);
  if (isSnapshot(t)) memory.copy(snapshotAt(t, b), m, floats(WP * NP));

  findLeastUsed(usage, least); //                                                 (21)
  if (!afterWrite) lookUp(t, b, q, m); //                                         (17, 18)

  writeWeights(readWeightsAt(t, b), q, least, write); //                          (22)
  for (let n = 0; n < R; n++) {
    saveSlot(m, i32.load(least + floats(n)), overwrittenAt(t, b) + floats(n * WP));
  }
  eraseSlot(m, i32.load(least)); //                                               (23)
  if (!gated) {
    for (let n = 0; n < R; n++) addToSlot(m, i32.load(least + floats(n)), adds);
  }
  if (afterWrite) {
    if (gated) writeTo(m, write);
    lookUp(t, b, q, m); //                                                        (17, 18)
  }
  for (let i: usize = 0, end: usize = 0; i < row; i = end) {
    end = blockEnd(i);
    for (let r = 0; r < R && gated && !afterWrite; r += 4) {
      outer(write + (<usize>r) * row, adds + place(r, 0), m, W, false, i, end);
    }
    for (let r = 0; r < R; r += 4) { //                                           (19)
      overSlots(read + (<usize>r) * row, m, vectors + place(r, 0), W, i > 0, i, end);
    }
  }

  const decay = f32x4.splat(gamma); //                                            (20)
  for (let i: usize = 0; i < row; i += 16) {
    store(usage + i, mul(load(usage + i), decay));
  }
  for (let offset: usize = 0; offset < (<usize>R) * row; offset += row) {
    for (let i: usize = 0; i < row; i += 16) {
      const both = add(load(read + offset + i), load(write + offset + i));
      store(usage + i, add(load(usage + i), both));
    }
  }

  scatter(vectors, readAt(t + 1, s) + floats(lane));
  if (readsWeights) toRin(read, rinAt(t + 1, s) + floats(lane));
}

/** Equation 22: between the weights read last and the least used slots, or those alone. */
function writeWeights(before: usize, q: usize, least: usize, write: usize): void {
  const row = floats(NP);
  if (!gated) memory.fill(write, 0, (<usize>R) * row);
  for (let r = 0; r < R; r++) {
    const gate: f32 = gated ? f32.load(gateOf(q, r)) : 0;
    const offset = (<usize>r) * row;
    if (gated) {
      const alpha = f32x4.splat(gate);
      for (let i: usize = offset; i < offset + row; i += 16) {
        store(write + i, mul(alpha, load(before + i)));
      }
    }
    for (let n = 0; n < R; n++) {
      const at = write + offset + floats(i32.load(least + floats(n)));
      f32.store(at, f32.load(at) + (1 - gate));
    }
  }
}

/** Equation 23, when the slot is erased. */
function writeTo(m: usize, write: usize): void {
  const row = floats(NP);
  for (let i: usize = 0, end: usize = 0; i < row; i = end) {
    end = blockEnd(i);
    for (let r = 0; r < R; r += 4) {
      outer(write + (<usize>r) * row, adds + place(r, 0), m, W, false, i, end);
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
  const read = readWeightsAt(t + 1, b);
  const write = writeWeightsAt(t, b);
  const least = leastUsedAt(t, b);
  gather(q, keys);
  gather(q + floats(R * W * G), adds);
  gather(dRead + floats(s * R * W * G + lane), dReads);
  if (readsWeights && t + 1 < T) addFromRin(dRin + floats(s * I * G + lane), dRW);

  const whole = gated && !afterWrite; // one pass over the memory for both equations
  for (let i: usize = 0, end: usize = 0; i < row; i = end) {
    end = blockEnd(i);
    for (let r = 0; r < R; r += 4) { //                                           (19)
      const offset = (<usize>r) * row;
      overWords(dReads + place(r, 0), m, dRW + offset, W, true, i, end);
      outer(read + offset, dReads + place(r, 0), dM, W, false, i, end);
    }
    if (whole) writtenBackward(write, m, dM, t, i, end); //                       (23)
  }
  if (afterWrite) lookUpBackward(t, b, q, dq, m, dM, dRW); //                     (18, 17)
  if (gated && afterWrite) { //                                                   (23)
    for (let i: usize = 0, end: usize = 0; i < row; i = end) {
      end = blockEnd(i);
      writtenBackward(write, m, dM, t, i, end);
    }
  }
  if (!gated) slotsBackward(least, dM); //                                        (23)
  scatter(vectors, dq + floats(R * W * G)); // da
  eraseSlot(dM, i32.load(least));
  if (isSnapshot(t)) m = snapshotAt(t, b);
  else {
    for (let n = 0; n < R; n++) {
      restoreSlot(m, i32.load(least + floats(n)), overwrittenAt(t, b) + floats(n * WP));
    }
  }

  if (!afterWrite) lookUpBackward(t, b, q, dq, m, dM, dRW); //                    (18, 17)
  if (gated) gatesBackward(readWeightsAt(t, b), q, dq, least, dRW); //            (22)
  else memory.fill(dRW, 0, (<usize>R) * row);
}

/** Of a block of slots: da, dw^w, and M_{t-1} but for the slots that were overwritten. */
function writtenBackward(write: usize, m: usize, dM: usize, t: i32, begin: usize, end: usize): void {
  const row = floats(NP);
  for (let r = 0; r < R; r += 4) {
    const offset = (<usize>r) * row;
    overWords(adds + place(r, 0), dM, dWrites + offset, W, false, begin, end);
    overSlots(write + offset, dM, vectors + place(r, 0), W, begin > 0, begin, end);
    // take back what was written; what was overwritten is put back later
    if (!isSnapshot(t)) outer(write + offset, adds + place(r, 0), m, W, true, begin, end);
  }
}

/** da where whole slots are written: every head's is the sum over these slots. */
function slotsBackward(least: usize, dM: usize): void {
  for (let w = 0; w < W; w++) {
    let total: f32 = 0;
    for (let n = 0; n < R; n++) total += f32.load(dM + floats(w * NP + i32.load(least + floats(n))));
    for (let r = 0; r < R; r++) f32.store(vectors + place(r, w), total);
  }
}

/** From dw^w to the gates, and to dw^r_{t-1} (in place of dw^r_t). */
function gatesBackward(before: usize, q: usize, dq: usize, least: usize, dRW: usize): void {
  const row = floats(NP);
  for (let r = 0; r < R; r++) {
    const offset = (<usize>r) * row;
    const gate = f32.load(gateOf(q, r));
    const alpha = f32x4.splat(gate);
    let dGate4 = f32x4.splat(0);
    for (let i: usize = 0; i < row; i += 16) {
      const dWrite = load(dWrites + offset + i);
      dGate4 = madd(dWrite, load(before + offset + i), dGate4);
      store(dRW + offset + i, mul(alpha, dWrite));
    }
    let dGate = sum(dGate4);
    for (let n = 0; n < R; n++) {
      dGate -= f32.load(dWrites + offset + floats(i32.load(least + floats(n))));
    }
    f32.store(gateOf(dq, r), dGate);
  }
}
