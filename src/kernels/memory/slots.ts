// What is done with single slots: their norms, their usage, taking them out and putting them back.
import { place } from './head-vectors';
import { K, N, NP, R, W, floats } from '../layout/shape';
import { madd, store } from '../algebra/vector';

/** |m(i)| of the slots of a block (products.ts), over the first K numbers. */
export function slotNorms(m: usize, out: usize, begin: usize, end: usize): void {
  const row = floats(NP);
  for (let i = begin; i < end; i += 32) {
    let low = f32x4.splat(0), high = low;
    let at = m + i;
    for (let w = 0; w < K; w++) {
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
export function findLeastUsed(usage: usize, out: usize): void {
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
export function saveSlot(m: usize, slot: i32, to: usize): void {
  let at = m + floats(slot);
  for (let w = 0; w < W; w++) {
    f32.store(to + floats(w), f32.load(at));
    at += floats(NP);
  }
}
export function restoreSlot(m: usize, slot: i32, from: usize): void {
  let at = m + floats(slot);
  for (let w = 0; w < W; w++) {
    f32.store(at, f32.load(from + floats(w)));
    at += floats(NP);
  }
}
export function eraseSlot(m: usize, slot: i32): void {
  let at = m + floats(slot);
  for (let w = 0; w < W; w++) {
    f32.store(at, 0);
    at += floats(NP);
  }
}
/** Adds the sum of all heads' vectors (head-vectors.ts) to a slot. */
export function addToSlot(m: usize, slot: i32, adds: usize): void {
  let at = m + floats(slot);
  for (let w = 0; w < W; w++) {
    let total = f32.load(at);
    for (let r = 0; r < R; r++) total += f32.load(adds + place(r, w));
    f32.store(at, total);
    at += floats(NP);
  }
}
