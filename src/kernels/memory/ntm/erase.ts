// Erasing: M[w][i] times the product over four heads r of 1 - a[r][i] e[w][r], forward beside backward. Layouts, chunks of
// heads and blocks of slots are those of products.ts.
import { NP, R, W, floats } from '../../layout/shape';
import { add, load, madd, mul, ones, store, sub, sums } from '../../algebra/vector';
import { partial } from './scratch';

/** 1 - a e. */
// @ts-ignore: decorator
@inline function left(a: v128, e: v128): v128 {
  return sub(ones(), mul(a, e));
}

/** From one memory to another, or in place. */
export function erase(a: usize, e: usize, from: usize, to: usize, begin: usize, end: usize): void {
  if (R == 1) return erase1(a, e, from, to, begin, end);
  const row = floats(NP);
  const last = e + floats(4 * W);
  for (let i = begin; i < end; i += 16) {
    let x = a + i;
    const a0 = load(x), a1 = load(x + row);
    x += 2 * row;
    const a2 = load(x), a3 = load(x + row);
    let m = from + i, out = to + i;
    for (let y = e; y < last; y += 16) {
      const f01 = mul(left(a0, v128.load32_splat(y)), left(a1, v128.load32_splat(y, 4)));
      const f23 = mul(left(a2, v128.load32_splat(y, 8)), left(a3, v128.load32_splat(y, 12)));
      store(out, mul(load(m), mul(f01, f23)));
      m += row;
      out += row;
    }
  }
}

/** m: the memory before. dM in place; adds to da; de is of this block, and added to what is there unless it is the first. */
export function eraseBackward(
  a: usize, e: usize, m: usize, dM: usize, da: usize, de: usize, begin: usize, end: usize,
): void {
  memory.fill(partial, 0, floats(16 * W));
  if (R == 1) eraseBackward1(a, e, m, dM, da, begin, end);
  else eraseBackward4(a, e, m, dM, da, begin, end);
  for (let w = 0; w < W; w++) {
    const at = partial + floats(16 * w);
    const to = de + floats(4 * w);
    const all = sums(load(at), load(at + 16), load(at + 32), load(at + 48));
    store(to, begin > 0 ? add(load(to), all) : all);
  }
}

function eraseBackward4(a: usize, e: usize, m: usize, dM: usize, da: usize, begin: usize, end: usize): void {
  const row = floats(NP), row2 = row + row, row3 = row2 + row;
  const last = e + floats(4 * W);
  for (let i = begin; i < end; i += 16) {
    const x = a + i, dx = da + i;
    const a0 = load(x), a1 = load(x + row), a2 = load(x + row2), a3 = load(x + row3);
    let d0 = load(dx), d1 = load(dx + row), d2 = load(dx + row2), d3 = load(dx + row3);
    let at = m + i, dAt = dM + i;
    let part = partial;
    for (let y = e; y < last; y += 16) {
      const e0 = v128.load32_splat(y), e1 = v128.load32_splat(y, 4);
      const e2 = v128.load32_splat(y, 8), e3 = v128.load32_splat(y, 12);
      const f0 = left(a0, e0), f1 = left(a1, e1), f2 = left(a2, e2), f3 = left(a3, e3);
      const f01 = mul(f0, f1), f23 = mul(f2, f3);
      const d = load(dAt);
      const g = f32x4.neg(mul(d, load(at)));
      const g01 = mul(g, f23), g23 = mul(g, f01);
      const g0 = mul(g01, f1), g1 = mul(g01, f0), g2 = mul(g23, f3), g3 = mul(g23, f2);
      d0 = madd(g0, e0, d0);
      d1 = madd(g1, e1, d1);
      d2 = madd(g2, e2, d2);
      d3 = madd(g3, e3, d3);
      store(part, madd(g0, a0, load(part)));
      store(part + 16, madd(g1, a1, load(part + 16)));
      store(part + 32, madd(g2, a2, load(part + 32)));
      store(part + 48, madd(g3, a3, load(part + 48)));
      store(dAt, mul(d, mul(f01, f23)));
      at += row;
      dAt += row;
      part += 64;
    }
    store(dx, d0);
    store(dx + row, d1);
    store(dx + row2, d2);
    store(dx + row3, d3);
  }
}

function erase1(a: usize, e: usize, from: usize, to: usize, begin: usize, end: usize): void {
  const row = floats(NP);
  const last = e + floats(4 * W);
  for (let i = begin; i < end; i += 32) {
    const a0 = load(a + i), a1 = load(a + i + 16);
    let m = from + i, out = to + i;
    for (let y = e; y < last; y += 16) {
      const s = v128.load32_splat(y);
      store(out, mul(load(m), left(a0, s)));
      store(out + 16, mul(load(m + 16), left(a1, s)));
      m += row;
      out += row;
    }
  }
}

function eraseBackward1(a: usize, e: usize, m: usize, dM: usize, da: usize, begin: usize, end: usize): void {
  const row = floats(NP);
  const last = e + floats(4 * W);
  for (let i = begin; i < end; i += 32) {
    const a0 = load(a + i), a1 = load(a + i + 16);
    let d0 = load(da + i), d1 = load(da + i + 16);
    let at = m + i, dAt = dM + i;
    let part = partial;
    for (let y = e; y < last; y += 16) {
      const s = v128.load32_splat(y);
      const x0 = load(dAt), x1 = load(dAt + 16);
      const g0 = f32x4.neg(mul(x0, load(at))), g1 = f32x4.neg(mul(x1, load(at + 16)));
      d0 = madd(g0, s, d0);
      d1 = madd(g1, s, d1);
      store(part, madd(g0, a0, madd(g1, a1, load(part))));
      store(dAt, mul(x0, left(a0, s)));
      store(dAt + 16, mul(x1, left(a1, s)));
      at += row;
      dAt += row;
      part += 64;
    }
    store(da + i, d0);
    store(da + i + 16, d1);
  }
}
