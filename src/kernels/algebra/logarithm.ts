// The natural logarithm of four float32 at a time.
import { add, mul, madd, ones, sub } from './vector';

// Four copies each: see vector.ts.
// @ts-ignore: a builtin
const CONSTANTS = memory.data<f32>([
  1.17549435e-38, 1.17549435e-38, 1.17549435e-38, 1.17549435e-38, // 0: the smallest normal number
  0.707106781186547524, 0.707106781186547524, 0.707106781186547524, 0.707106781186547524, // 1: root of 1/2
  7.0376836292e-2, 7.0376836292e-2, 7.0376836292e-2, 7.0376836292e-2, // 2 to 10: ln(1 + x) (Cephes logf)
  -1.1514610310e-1, -1.1514610310e-1, -1.1514610310e-1, -1.1514610310e-1,
  1.1676998740e-1, 1.1676998740e-1, 1.1676998740e-1, 1.1676998740e-1,
  -1.2420140846e-1, -1.2420140846e-1, -1.2420140846e-1, -1.2420140846e-1,
  1.4249322787e-1, 1.4249322787e-1, 1.4249322787e-1, 1.4249322787e-1,
  -1.6668057665e-1, -1.6668057665e-1, -1.6668057665e-1, -1.6668057665e-1,
  2.0000714765e-1, 2.0000714765e-1, 2.0000714765e-1, 2.0000714765e-1,
  -2.4999993993e-1, -2.4999993993e-1, -2.4999993993e-1, -2.4999993993e-1,
  3.3333331174e-1, 3.3333331174e-1, 3.3333331174e-1, 3.3333331174e-1,
  -2.12194440e-4, -2.12194440e-4, -2.12194440e-4, -2.12194440e-4, // 11: ln(2), the rest
  0.693359375, 0.693359375, 0.693359375, 0.693359375, // 12: ln(2), high part
  -0.5, -0.5, -0.5, -0.5, // 13
]);

// @ts-ignore: decorator
@inline function constant(i: usize): v128 {
  return v128.load(CONSTANTS + i * 16);
}

/** ln(x) of numbers from 0 on, about -87 below the smallest normal number; relative error about 1e-7. */
// @ts-ignore: decorator
@inline export function log(x: v128): v128 {
  const bits = f32x4.pmax(constant(0), x);
  let e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(bits, 23), i32x4.splat(126)));
  // x = m 2^e, m from 1/2 to 1, then from root of 1/2 to root of 2
  let m = v128.or(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const low = f32x4.lt(m, constant(1));
  e = sub(e, v128.and(ones(), low));
  m = sub(add(m, v128.and(m, low)), ones());
  let p = madd(constant(2), m, constant(3));
  p = madd(p, m, constant(4));
  p = madd(p, m, constant(5));
  p = madd(p, m, constant(6));
  p = madd(p, m, constant(7));
  p = madd(p, m, constant(8));
  p = madd(p, m, constant(9));
  p = madd(p, m, constant(10));
  const squared = mul(m, m);
  p = madd(e, constant(11), mul(p, mul(m, squared)));
  p = madd(squared, constant(13), p);
  const result = madd(e, constant(12), add(m, p));
  return v128.or(result, v128.andnot(x, f32x4.eq(x, x))); // NaN stays, so that it is seen
}
