// Four float32 at a time: multiply-add, sums, and the functions that networks need.

// Constants lie in memory, four copies each: V8 rebuilds f32x4.splat(constant) at every use.
// @ts-ignore: a builtin
const CONSTANTS = memory.data<f32>([
  -87, -87, -87, -87, // 0: below this exp is 0
  88, 88, 88, 88, // 1
  1.44269504088896341, 1.44269504088896341, 1.44269504088896341, 1.44269504088896341, // 2: log2(e)
  12582912, 12582912, 12582912, 12582912, // 3: 1.5 * 2^23, rounds to a whole number in the low bits
  -0.693359375, -0.693359375, -0.693359375, -0.693359375, // 4: -ln(2), high part
  2.12194440e-4, 2.12194440e-4, 2.12194440e-4, 2.12194440e-4, // 5: -ln(2), the rest
  1.9875691500e-4, 1.9875691500e-4, 1.9875691500e-4, 1.9875691500e-4, // 6 to 11: e^r (Cephes expf)
  1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3,
  8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3,
  4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2,
  1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1,
  5.0000001201e-1, 5.0000001201e-1, 5.0000001201e-1, 5.0000001201e-1,
  1, 1, 1, 1, // 12
  0.5, 0.5, 0.5, 0.5, // 13
  7.90531110763549805, 7.90531110763549805, 7.90531110763549805, 7.90531110763549805, // 14
  -7.90531110763549805, -7.90531110763549805, -7.90531110763549805, -7.90531110763549805, // 15
  -2.76076847742355e-16, -2.76076847742355e-16, -2.76076847742355e-16, -2.76076847742355e-16, // 16 to 22: tanh, odd
  2.00018790482477e-13, 2.00018790482477e-13, 2.00018790482477e-13, 2.00018790482477e-13,
  -8.60467152213735e-11, -8.60467152213735e-11, -8.60467152213735e-11, -8.60467152213735e-11,
  5.12229709037114e-8, 5.12229709037114e-8, 5.12229709037114e-8, 5.12229709037114e-8,
  1.48572235717979e-5, 1.48572235717979e-5, 1.48572235717979e-5, 1.48572235717979e-5,
  6.37261928875436e-4, 6.37261928875436e-4, 6.37261928875436e-4, 6.37261928875436e-4,
  4.89352455891786e-3, 4.89352455891786e-3, 4.89352455891786e-3, 4.89352455891786e-3,
  1.19825839466702e-6, 1.19825839466702e-6, 1.19825839466702e-6, 1.19825839466702e-6, // 23 to 26: tanh, even
  1.18534705686654e-4, 1.18534705686654e-4, 1.18534705686654e-4, 1.18534705686654e-4,
  2.26843463243900e-3, 2.26843463243900e-3, 2.26843463243900e-3, 2.26843463243900e-3,
  4.89352518554385e-3, 4.89352518554385e-3, 4.89352518554385e-3, 4.89352518554385e-3,
]);

// @ts-ignore: decorator
@inline function constant(i: usize): v128 {
  return v128.load(CONSTANTS + i * 16);
}

// @ts-ignore: decorator
@inline export function ones(): v128 {
  return constant(12);
}

// @ts-ignore: decorator
@inline export function load(at: usize): v128 {
  return v128.load(at);
}

// @ts-ignore: decorator
@inline export function store(at: usize, x: v128): void {
  v128.store(at, x);
}

/** a * b + c, fused where the machine has it. */
// @ts-ignore: decorator
@inline export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

// @ts-ignore: decorator
@inline export function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}

// @ts-ignore: decorator
@inline export function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b);
}

// @ts-ignore: decorator
@inline export function mul(a: v128, b: v128): v128 {
  return f32x4.mul(a, b);
}

/** x (1 - x), the derivative of σ by its value. */
// @ts-ignore: decorator
@inline export function slopeOfSigmoid(x: v128): v128 {
  return mul(x, sub(ones(), x));
}

/** 1 - x², the derivative of tanh by its value. */
// @ts-ignore: decorator
@inline export function slopeOfTanh(x: v128): v128 {
  return sub(ones(), mul(x, x));
}

/** So many bytes of numbers through relu, in place. NaN stays. */
export function rectify(at: usize, bytes: usize): void {
  for (let n: usize = 0; n < bytes; n += 16) store(at + n, f32x4.max(load(at + n), f32x4.splat(0)));
}

/** Gradients at d of what relu gave at a, in place: 0 where that is 0. */
export function rectifyBackward(d: usize, a: usize, bytes: usize): void {
  for (let n: usize = 0; n < bytes; n += 16) {
    store(d + n, v128.and(load(d + n), f32x4.gt(load(a + n), f32x4.splat(0))));
  }
}

/** The four sums of a, b, c and d. */
// @ts-ignore: decorator
@inline export function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** The sum of the four lanes, in the order of `sums`. */
// @ts-ignore: decorator
@inline export function sum(a: v128): f32 {
  const pairs = add(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** e^x, 0 below -87; relative error about 1e-7. */
// @ts-ignore: decorator
@inline export function exp(x: v128): v128 {
  const alive = f32x4.gt(x, constant(0));
  x = f32x4.pmin(x, constant(1));
  const shifted = madd(x, constant(2), constant(3));
  const n = sub(shifted, constant(3));
  const r = madd(n, constant(5), madd(n, constant(4), x)); // x - n ln(2)
  let p = madd(constant(6), r, constant(7));
  p = madd(p, r, constant(8));
  p = madd(p, r, constant(9));
  p = madd(p, r, constant(10));
  p = madd(p, r, constant(11));
  p = add(madd(p, mul(r, r), r), constant(12));
  const scaled = i32x4.add(p, i32x4.shl(shifted, 23)); // p * 2^n: n is in the low bits of `shifted`
  // NaN compares as dead: let it through, so that it is seen
  return v128.or(v128.and(scaled, alive), v128.andnot(x, f32x4.eq(x, x)));
}

/** tanh(x): a rational function (Eigen's), error a few units in the last place. */
// @ts-ignore: decorator
@inline export function tanh(x: v128): v128 {
  x = f32x4.pmax(f32x4.pmin(x, constant(14)), constant(15));
  const x2 = mul(x, x);
  let p = madd(constant(16), x2, constant(17));
  p = madd(p, x2, constant(18));
  p = madd(p, x2, constant(19));
  p = madd(p, x2, constant(20));
  p = madd(p, x2, constant(21));
  p = mul(madd(p, x2, constant(22)), x);
  let q = madd(constant(23), x2, constant(24));
  q = madd(q, x2, constant(25));
  q = madd(q, x2, constant(26));
  return f32x4.div(p, q);
}

/** σ(x) = (1 + tanh(x/2)) / 2. */
// @ts-ignore: decorator
@inline export function sigmoid(x: v128): v128 {
  return madd(tanh(mul(x, constant(13))), constant(13), constant(13));
}
