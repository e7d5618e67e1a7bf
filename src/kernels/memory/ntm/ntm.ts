// The external memory of a Neural Turing Machine (Graves et al. 2014), one sample and one step at a time, and its backward.
// R heads read and R heads write; addressing.ts says where.
//   M_t = M_{t-1} ∘ product over r of (1 - w^w_r ⊗ e_r), + sum over r of w^w_r ⊗ a_r;  r_t[r] = w^r_t[r] · M_t
// The memory lies as the other one's does (memory.ts), but M_t is kept of every step: what was erased can't be found again.
import {
  dMemoryAt, dQ, dRead, dReadWeightsAt, dRin, dWriteWeightsAt, memoryAfter, normsAt, qAt, readAt, readWeightsAt, rinAt,
  writeWeightsAt,
} from '../../layout/batch';
import { adds, dReads, gather, place, scatter, shrink, vectors } from '../head-vectors';
import { keysBackward, shrinkSlots } from '../lookup';
import { blockEnd, outer, overSlots, overWords } from '../products';
import { addFromRin, toRin } from '../rin';
import { G, I, NP, Q, R, RP, T, W, WP, floats, readsWeights } from '../../layout/shape';
import { slotNorms } from '../slots';
import { address, addressBackward, similaritiesOf } from './addressing';
import { erase, eraseBackward } from './erase';
import {
  READ, WRITE, addsOf, alongKeysOf, coefficientsOf, dErases, dKeysOf, erases, erasesOf, headsOf, keysOf, partly,
} from './scratch';

// --- forward ---------------------------------------------------------------------------------------------

/** Step t (from 0) of sample b, lane `lane` of group s; q holds what activations.ts has made of it. */
export function ntmForward(t: i32, b: i32, s: i32, lane: i32): void {
  const row = floats(NP);
  const q = qAt(t, s) + floats(lane);
  const m = memoryAfter(t, b);
  const next = memoryAfter(t + 1, b);
  const read = readWeightsAt(t + 1, b);
  const write = writeWeightsAt(t + 1, b);
  gatherHeads(q);

  for (let i: usize = 0, end: usize = 0; i < row; i = end) { //                   where
    end = blockEnd(i);
    slotNorms(m, normsAt(t, b), i, end);
    for (let kind = READ; kind <= WRITE; kind++) {
      for (let r = 0; r < R; r += 4) {
        overWords(keysOf(kind) + place(r, 0), m, similaritiesOf(kind, t, b) + (<usize>r) * row, W, false, i, end);
      }
    }
  }
  for (let kind = READ; kind <= WRITE; kind++) {
    for (let r = 0; r < R; r++) address(kind, r, t, b, q);
  }

  for (let i: usize = 0, end: usize = 0; i < row; i = end) { //                   M_t and r_t
    end = blockEnd(i);
    eraseWith(R, write, m, next, i, end);
    for (let r = 0; r < R; r += 4) outer(write + (<usize>r) * row, adds + place(r, 0), next, W, false, i, end);
    for (let r = 0; r < R; r += 4) {
      overSlots(read + (<usize>r) * row, next, vectors + place(r, 0), W, i > 0, i, end);
    }
  }
  scatter(vectors, readAt(t + 1, s) + floats(lane));
  if (readsWeights) toRin(read, rinAt(t + 1, s) + floats(lane));
}

function gatherHeads(q: usize): void {
  for (let kind = READ; kind <= WRITE; kind++) gather(headsOf(q, kind), keysOf(kind));
  gather(erasesOf(q), erases);
  gather(addsOf(q), adds);
}

/** What the first `heads` heads (whole chunks, or all) leave of a block of the memory. */
function eraseWith(heads: i32, write: usize, m: usize, to: usize, begin: usize, end: usize): void {
  for (let r = 0; r < heads; r += 4) {
    erase(write + floats(r * NP), erases + place(r, 0), r == 0 ? m : to, to, begin, end);
  }
}

// --- backward --------------------------------------------------------------------------------------------

/** Before the first backward step of a sample: nothing comes from beyond the end. */
export function ntmBackwardStart(b: i32): void {
  memory.fill(dMemoryAt(b), 0, floats(WP * NP));
  memory.fill(dReadWeightsAt(b), 0, floats(RP * NP));
  memory.fill(dWriteWeightsAt(b), 0, floats(RP * NP));
}

/**
 * Step t of sample b: takes dr_t from the lanes of dRead, and dM_t, dw^r_t and dw^w_t as carried; leaves the lanes of dQ (the
 * gradient of the activations), dM_{t-1}, dw^r_{t-1} and dw^w_{t-1}.
 */
export function ntmBackward(t: i32, b: i32, s: i32, lane: i32): void {
  const row = floats(NP);
  const q = qAt(t, s) + floats(lane);
  const dq = dQ + floats(s * Q * G + lane);
  const m = memoryAfter(t, b);
  const next = memoryAfter(t + 1, b);
  const read = readWeightsAt(t + 1, b);
  const write = writeWeightsAt(t + 1, b);
  const dM = dMemoryAt(b);
  const dReading = dReadWeightsAt(b);
  const dWriting = dWriteWeightsAt(b);
  gatherHeads(q);
  gather(dRead + floats(s * R * W * G + lane), dReads);
  if (readsWeights && t + 1 < T) addFromRin(dRin + floats(s * I * G + lane), dReading);

  for (let i: usize = 0, end: usize = 0; i < row; i = end) { //                   r_t and M_t
    end = blockEnd(i);
    for (let r = 0; r < R; r += 4) {
      const offset = (<usize>r) * row;
      overWords(dReads + place(r, 0), next, dReading + offset, W, true, i, end);
      outer(read + offset, dReads + place(r, 0), dM, W, false, i, end);
    }
    for (let r = 0; r < R; r += 4) {
      const offset = (<usize>r) * row;
      overWords(adds + place(r, 0), dM, dWriting + offset, W, true, i, end);
      overSlots(write + offset, dM, vectors + place(r, 0), W, i > 0, i, end);
    }
    for (let r = (R - 1) & ~3; r >= 0; r -= 4) {
      const offset = (<usize>r) * row;
      eraseWith(r, write, m, partly, i, end);
      eraseBackward(
        write + offset, erases + place(r, 0), r == 0 ? m : partly, dM, dWriting + offset, dErases + place(r, 0), i, end,
      );
    }
  }
  scatter(vectors, addsOf(dq));
  scatter(dErases, erasesOf(dq));

  memory.fill(shrink, 0, row); //                                                 where
  for (let kind = READ; kind <= WRITE; kind++) {
    for (let r = 0; r < R; r++) addressBackward(kind, r, t, b, q, dq);
  }
  for (let i: usize = 0, end: usize = 0; i < row; i = end) {
    end = blockEnd(i);
    for (let kind = READ; kind <= WRITE; kind++) {
      for (let r = 0; r < R; r += 4) {
        const coefficients = coefficientsOf(kind) + (<usize>r) * row;
        overSlots(coefficients, m, dKeysOf(kind) + place(r, 0), W, i > 0, i, end);
        outer(coefficients, keysOf(kind) + place(r, 0), dM, W, false, i, end);
      }
    }
    shrinkSlots(m, dM, i, end);
  }
  for (let kind = READ; kind <= WRITE; kind++) {
    keysBackward(keysOf(kind), alongKeysOf(kind), dKeysOf(kind), headsOf(dq, kind));
  }
}
