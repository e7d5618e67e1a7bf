import { barrier } from './barrier';
import { floats } from './layout/shape';
import { PART, first, gradients, normParts, second, total, weights } from './layout/tensors';
import { add, load, madd, mul, store, sub } from './algebra/vector';

/**
 * The norm of the whole gradient: sums over parts of fixed size, then over the parts in order, so it does not depend on
 * the number of threads.
 */
export function gradientNorm(rank: i32, size: i32): f32 {
  const parts = (total + PART - 1) / PART;
  for (let part = rank; part < parts; part += size) {
    const begin = gradients + floats(part * PART);
    const end = part == parts - 1 ? gradients + floats(total) : begin + floats(PART);
    let low = f64x2.splat(0), high = low;
    for (let at = begin; at < end; at += 16) {
      const g = load(at);
      const a = f64x2.promote_low_f32x4(g);
      const b = f64x2.promote_low_f32x4(v128.shuffle<f32>(g, g, 2, 3, 0, 1));
      low = f64x2.add(low, f64x2.mul(a, a));
      high = f64x2.add(high, f64x2.mul(b, b));
    }
    const both = f64x2.add(low, high);
    f64.store(normParts + ((<usize>part) << 3), f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1));
  }
  barrier(size);
  let sum: f64 = 0;
  for (let part = 0; part < parts; part++) sum += f64.load(normParts + ((<usize>part) << 3));
  return <f32>Math.sqrt(sum);
}

/**
 * One Adam update (Kingma & Ba 2015) of this thread's part of all weights; `epsilon` is added to the bias-corrected
 * root. `correct1` and `correct2` are 1 / (1 - β^step); gradients count `scale` times.
 */
export function adam(
  rate: f32, correct1: f32, correct2: f32, epsilon: f32, scale: f32, rank: i32, size: i32,
): void {
  const vectors = total / 4;
  const from = floats(((vectors * rank) / size) * 4);
  const to = floats(((vectors * (rank + 1)) / size) * 4);
  const beta1 = f32x4.splat(0.9), rest1 = f32x4.splat(0.1);
  const beta2 = f32x4.splat(0.999), rest2 = f32x4.splat(0.001);
  const ofRoot = f32x4.splat(epsilon);
  const scaled = f32x4.splat(scale);
  const c1 = f32x4.splat(correct1 * rate), c2 = f32x4.splat(correct2);
  for (let i = from; i < to; i += 16) {
    const g = mul(load(gradients + i), scaled);
    const m = madd(beta1, load(first + i), mul(rest1, g));
    const v = madd(beta2, load(second + i), mul(rest2, mul(g, g)));
    store(first + i, m);
    store(second + i, v);
    const step = f32x4.div(mul(m, c1), add(f32x4.sqrt(mul(v, c2)), ofRoot));
    store(weights + i, sub(load(weights + i), step));
  }
}
