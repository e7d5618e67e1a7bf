// Looking up in the memory: the cosines of keys and slots over their first K numbers (equation 17), and the read
// weights (18), forward beside backward. An NTM looks up in the same way.
import { normsAt, readWeightsAt, similaritiesAt } from '../layout/batch';
import {
  alongKeys, coefficients, dVectors, keys, lengthOf, place, scatter, shrink, strengthOf,
} from './head-vectors';
import { blockEnd, outer, overSlots, overWords } from './products';
import { K, N, NP, R, W, floats, learnedStrength } from '../layout/shape';
import { slotNorms } from './slots';
import { add, exp, load, madd, mul, store, sub, sum } from '../algebra/vector';

const EPSILON: f32 = 1e-8;

/** Read weights of step t of sample b from the memory m; q holds the strengths, `keys` the keys. */
export function lookUp(t: i32, b: i32, q: usize, m: usize): void {
  const row = floats(NP);
  const similarity = similaritiesAt(t, b);
  const norm = normsAt(t, b);
  for (let i: usize = 0, end: usize = 0; i < row; i = end) { //                   (17)
    end = blockEnd(i);
    slotNorms(m, norm, i, end);
    for (let r = 0; r < R; r += 4) {
      overWords(keys + place(r, 0), m, similarity + (<usize>r) * row, K, false, i, end);
    }
  }
  for (let r = 0; r < R; r++) {
    const k = similarity + (<usize>r) * row;
    cosines(k, lengthOf(keys, r), norm);
    const strength: f32 = learnedStrength ? f32.load(strengthOf(q, r)) : 1;
    softmax(k, strength, readWeightsAt(t + 1, b) + (<usize>r) * row); //          (18)
  }
}

/** Equation 17: from the products of a key and the slots to their cosines. */
export function cosines(products: usize, keyLength: f32, norm: usize): void {
  const row = floats(NP);
  const keyNorm = f32x4.splat(keyLength);
  for (let i: usize = 0; i < row; i += 16) {
    const denominator = madd(keyNorm, load(norm + i), f32x4.splat(EPSILON));
    store(products + i, f32x4.div(load(products + i), denominator));
  }
}

/** Equation 18: w = softmax over slots of strength * similarity. */
export function softmax(similarity: usize, strength: f32, out: usize): void {
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

/** From dw^r_t to the keys' and strengths' part of dQ, and to the gradient dM of the memory m that was looked at. */
export function lookUpBackward(
  t: i32, b: i32, q: usize, dq: usize, m: usize, dM: usize, dRW: usize,
): void {
  const row = floats(NP);
  const read = readWeightsAt(t + 1, b);
  const similarity = similaritiesAt(t, b);
  const norm = normsAt(t, b);
  memory.fill(shrink, 0, row);
  for (let r = 0; r < R; r++) {
    const offset = (<usize>r) * row;
    const strength: f32 = learnedStrength ? f32.load(strengthOf(q, r)) : 1;
    const dBeta = scoresBackward( //                                              (18, 17)
      read + offset, dRW + offset, similarity + offset, norm, strength, lengthOf(keys, r), coefficients + offset,
      alongKeys + floats(r),
    );
    if (learnedStrength) f32.store(strengthOf(dq, r), dBeta);
  }

  for (let i: usize = 0, end: usize = 0; i < row; i = end) { //                   (17)
    end = blockEnd(i);
    for (let r = 0; r < R; r += 4) {
      const offset = (<usize>r) * row;
      overSlots(coefficients + offset, m, dVectors + place(r, 0), K, i > 0, i, end);
      outer(coefficients + offset, keys + place(r, 0), dM, K, false, i, end);
    }
    shrinkSlots(m, dM, i, end);
  }
  keysBackward(keys, alongKeys, dVectors, dq);
}

/**
 * From the gradient dw of a head's weights w back to the products of its key and the slots (`coefficient`); adds to `shrink`,
 * sets what the key's gradient loses along the key, and gives the gradient of the strength.
 */
export function scoresBackward(
  w: usize, dw: usize, k: usize, norm: usize, strength: f32, keyNorm: f32, coefficient: usize, along: usize,
): f32 {
  const row = floats(NP);
  let mean4 = f32x4.splat(0); //                                                  (18)
  for (let i: usize = 0; i < row; i += 16) mean4 = madd(load(w + i), load(dw + i), mean4);
  const mean = f32x4.splat(sum(mean4));
  const beta = f32x4.splat(strength);
  const keyNorm4 = f32x4.splat(keyNorm);
  const zero = f32x4.splat(0);
  let dBeta = zero;
  let alongKey = zero;
  for (let i: usize = 0; i < row; i += 16) {
    const dScore = mul(load(w + i), sub(load(dw + i), mean));
    const similar = load(k + i);
    const slotNorm = load(norm + i);
    dBeta = madd(dScore, similar, dBeta);
    const denominator = madd(keyNorm4, slotNorm, f32x4.splat(EPSILON)); //        (17)
    const g = f32x4.div(mul(dScore, beta), denominator);
    store(coefficient + i, g);
    const gk = mul(g, similar);
    alongKey = madd(gk, slotNorm, alongKey);
    // the norm's own derivative, 0 where a slot is 0
    const alongSlot = v128.and(f32x4.div(mul(gk, keyNorm4), slotNorm), f32x4.gt(slotNorm, zero));
    store(shrink + i, add(load(shrink + i), alongSlot));
  }
  f32.store(along, keyNorm > 0 ? sum(alongKey) / keyNorm : 0);
  return sum(dBeta);
}

/** What the gradient of a block of slots loses along the slots. */
export function shrinkSlots(m: usize, dM: usize, begin: usize, end: usize): void {
  const row = floats(NP);
  for (let w = 0; w < K; w++) {
    const last = (<usize>w) * row + end;
    for (let at = (<usize>w) * row + begin, k = shrink + begin; at < last; at += 16, k += 16) {
      store(dM + at, sub(load(dM + at), mul(load(k), load(m + at))));
    }
  }
}

/** The gradient of the keys, when that of their products is there. */
export function keysBackward(k: usize, alongs: usize, d: usize, dq: usize): void {
  for (let r = 0; r < R; r++) {
    const along = f32.load(alongs + floats(r));
    for (let w = 0; w < W; w++) {
      const at = place(r, w);
      f32.store(d + at, w < K ? f32.load(d + at) - along * f32.load(k + at) : 0);
    }
  }
  scatter(d, dq);
}
