// Everything of weight in the external memory is one of three products, here on four heads at a time. Slots lie
// side by side (shape.ts), so M is [WP][NP] and all weights are [RP][NP]; a chunk's vectors are [WP][4].
//
//   overWords  out[r][i] (+)= sum over w of v[w][r] M[w][i]     similarities; gradients of weights
//   overSlots  out[w][r] (+)= sum over i of a[r][i] M[w][i]     reading; gradients of vectors
//   outer      M[w][i]   +=  sum over r of a[r][i] v[w][r]      writing; gradients of the memory
//
// `words` are the first of a slot's numbers that take part. With a single head the same on one row.
//
// Each for the slots whose bytes lie from `begin` to `end` of a row (blockEnd): what follows one another is done
// block by block, so that a memory too large for the cache is fetched once and not each time.
import { NP, R, floats } from '../layout/shape';
import { add, load, madd, store, sum, sums } from '../algebra/vector';

/** Bytes of a block of slots: a memory's and its gradient's 2 x 40 rows of them fit into a core's own caches. */
const BLOCK: usize = 1024;

/** Where the block that begins at `begin` ends. */
// @ts-ignore: decorator
@inline export function blockEnd(begin: usize): usize {
  const end = begin + BLOCK;
  const row = floats(NP);
  return end < row ? end : row;
}

export function overWords(
  v: usize, m: usize, out: usize, words: i32, accumulate: bool, begin: usize, end: usize,
): void {
  if (R == 1) return overWords1(v, m, out, words, accumulate, begin, end);
  const row = floats(NP);
  for (let i = begin; i < end; i += 32) {
    let at = m + i;
    let o = out + i;
    const o1 = o + row, o2 = o1 + row, o3 = o2 + row;
    let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
    if (accumulate) {
      a0 = load(o); a1 = load(o + 16); b0 = load(o1); b1 = load(o1 + 16);
      c0 = load(o2); c1 = load(o2 + 16); d0 = load(o3); d1 = load(o3 + 16);
    }
    const last = v + (<usize>words << 4);
    for (let x = v; x < last; x += 16) {
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

/** Words go in pairs: `words` is even, or the slot has one more. */
export function overSlots(
  a: usize, m: usize, out: usize, words: i32, accumulate: bool, begin: usize, end: usize,
): void {
  if (R == 1) return overSlots1(a, m, out, words, accumulate, begin, end);
  const row = floats(NP);
  for (let w = 0; w < words; w += 2) {
    let x = a + begin;
    const last = a + end;
    let at = m + (<usize>w) * row;
    let p0 = f32x4.splat(0), p1 = p0, p2 = p0, p3 = p0, q0 = p0, q1 = p0, q2 = p0, q3 = p0;
    const next = at + row;
    const row2 = row + row, row3 = row2 + row;
    let step = begin;
    while (x < last) {
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
    let p = sums(p0, p1, p2, p3), q = sums(q0, q1, q2, q3);
    if (accumulate) {
      p = add(load(out), p);
      q = add(load(out + 16), q);
    }
    store(out, p);
    store(out + 16, q);
    out += 32;
  }
}

/** With `minus`, subtracts. */
export function outer(
  a: usize, v: usize, m: usize, words: i32, minus: bool, begin: usize, end: usize,
): void {
  if (R == 1) return outer1(a, v, m, words, minus, begin, end);
  const row = floats(NP);
  for (let i = begin; i < end; i += 32) {
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
    const last = v + (<usize>words << 4);
    for (let y = v; y < last; y += 16) {
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

function overWords1(
  v: usize, m: usize, out: usize, words: i32, accumulate: bool, begin: usize, end: usize,
): void {
  const row = floats(NP);
  for (let i = begin; i < end; i += 32) {
    let at = m + i;
    const o = out + i;
    let a0 = f32x4.splat(0), a1 = a0;
    if (accumulate) { a0 = load(o); a1 = load(o + 16); }
    const last = v + (<usize>words << 4);
    for (let x = v; x < last; x += 16) {
      const s = v128.load32_splat(x);
      a0 = madd(s, v128.load(at), a0);
      a1 = madd(s, v128.load(at, 16), a1);
      at += row;
    }
    store(o, a0); store(o + 16, a1);
  }
}

function overSlots1(
  a: usize, m: usize, out: usize, words: i32, accumulate: bool, begin: usize, end: usize,
): void {
  const row = floats(NP);
  for (let w = 0; w < words; w++) {
    const at = m + (<usize>w) * row;
    let p0 = f32x4.splat(0), p1 = p0;
    for (let i = begin; i < end; i += 32) {
      p0 = madd(load(a + i), v128.load(at + i), p0);
      p1 = madd(load(a + i + 16), v128.load(at + i, 16), p1);
    }
    const total = sum(add(p0, p1));
    f32.store(out, accumulate ? f32.load(out) + total : total);
    out += 16;
  }
}

function outer1(
  a: usize, v: usize, m: usize, words: i32, minus: bool, begin: usize, end: usize,
): void {
  const row = floats(NP);
  for (let i = begin; i < end; i += 32) {
    let a0 = load(a + i), a1 = load(a + i + 16);
    if (minus) { a0 = f32x4.neg(a0); a1 = f32x4.neg(a1); }
    let at = m + i;
    const last = v + (<usize>words << 4);
    for (let y = v; y < last; y += 16) {
      const s = v128.load32_splat(y);
      v128.store(at, madd(s, a0, v128.load(at)));
      v128.store(at, madd(s, a1, v128.load(at, 16)), 16);
      at += row;
    }
  }
}
