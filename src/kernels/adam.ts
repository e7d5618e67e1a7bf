import { first, floats, gradients, second, total, weights } from './shape';
import { add, load, madd, mul, store, sub } from './vector';

/**
 * One Adam update (Kingma & Ba 2015) of this thread's part of all weights; `epsilon` is added to the
 * bias-corrected root. `correct1` and `correct2` are 1 / (1 - β^step).
 */
export function adam(rate: f32, correct1: f32, correct2: f32, epsilonOfRoot: f32, rank: i32, size: i32): void {
  const vectors = total / 4;
  const from = floats(((vectors * rank) / size) * 4);
  const to = floats(((vectors * (rank + 1)) / size) * 4);
  const beta1 = f32x4.splat(0.9), rest1 = f32x4.splat(0.1);
  const beta2 = f32x4.splat(0.999), rest2 = f32x4.splat(0.001);
  const epsilon = f32x4.splat(epsilonOfRoot);
  const c1 = f32x4.splat(correct1 * rate), c2 = f32x4.splat(correct2);
  for (let i = from; i < to; i += 16) {
    const g = load(gradients + i);
    const m = madd(beta1, load(first + i), mul(rest1, g));
    const v = madd(beta2, load(second + i), mul(rest2, mul(g, g)));
    store(first + i, m);
    store(second + i, v);
    const step = f32x4.div(mul(m, c1), add(f32x4.sqrt(mul(v, c2)), epsilon));
    store(weights + i, sub(load(weights + i), step));
  }
}
