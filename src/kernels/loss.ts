// What the outputs cost: the cross entropy of the classes' softmax and, where familiarity is learned, that of its
// logistic function. Each loss beside its gradient, all in lanes.
import { labelsIn, logitsAt, losses } from './layout/batch';
import { B, C, G, S, T, familiar, floats } from './layout/shape';
import { add, exp, load, mul, store, sub } from './algebra/vector';

/** Loss of each sample, summed over time; with `gradient`, logits become the gradient of the mean over the batch. */
export function lossOf(s0: i32, s1: i32, gradient: bool): void {
  for (let b = s0 * G; b < s1 * G && b < B; b++) f64.store(losses + ((<usize>b) << 3), 0);
  for (let s = s0; s < s1; s++) {
    for (let half = 0; half < G; half += 4) {
      for (let t = 0; t < T; t++) {
        crossEntropy(t, s, half, gradient);
        if (familiar) familiarityEntropy(t, s, half, gradient);
      }
    }
  }
}

/** 0 to C-1; C: none. */
function labelOf(t: i32, b: i32): i32 {
  return i32.load(labelsIn + floats(b * T + t));
}
function addLoss(b: i32, loss: f64): void {
  const to = losses + ((<usize>b) << 3);
  f64.store(to, f64.load(to) + loss);
}

/** The classes of four samples: softmax - onehot is the gradient. Drawings without a label cost nothing. */
function crossEntropy(t: i32, s: i32, half: i32, gradient: bool): void {
  const row = floats(G);
  const size = floats(C * G);
  const base = s * G + half;
  const at = logitsAt(t, s) + floats(half);
  let largest = load(at);
  for (let c = row; c < size; c += row) largest = f32x4.pmax(largest, load(at + c));
  let all = f32x4.splat(0);
  for (let c: usize = 0; c < size; c += row) all = add(all, exp(sub(load(at + c), largest)));
  for (let lane = 0; lane < 4 && base + lane < B; lane++) {
    const label = labelOf(t, base + lane);
    if (label == C) continue;
    const logit = f32.load(at + (<usize>label) * row + floats(lane));
    const most = lane == 0 ? f32x4.extract_lane(largest, 0) : lane == 1 ? f32x4.extract_lane(largest, 1)
      : lane == 2 ? f32x4.extract_lane(largest, 2) : f32x4.extract_lane(largest, 3);
    const sum = lane == 0 ? f32x4.extract_lane(all, 0) : lane == 1 ? f32x4.extract_lane(all, 1)
      : lane == 2 ? f32x4.extract_lane(all, 2) : f32x4.extract_lane(all, 3);
    addLoss(base + lane, <f64>Mathf.log(sum) + <f64>most - <f64>logit);
  }
  if (!gradient) return;
  const scale = f32x4.div(f32x4.splat(<f32>1 / <f32>B), all);
  for (let c: usize = 0; c < size; c += row) {
    store(at + c, mul(exp(sub(load(at + c), largest)), scale));
  }
  for (let lane = 0; lane < 4; lane++) {
    const b = base + lane;
    const label = b < B ? labelOf(t, b) : C;
    if (label < C) {
      const to = at + (<usize>label) * row + floats(lane);
      f32.store(to, f32.load(to) - <f32>1 / <f32>B);
    } else { // no label, or a sample that is not there
      for (let c: usize = 0; c < size; c += row) f32.store(at + c + floats(lane), 0);
    }
  }
}

/** Whether the drawing of step t has a label that came before. */
function isFamiliar(t: i32, b: i32): bool {
  const label = labelOf(t, b);
  if (label == C) return false;
  for (let before = t - 1; before >= 0; before--) if (labelOf(before, b) == label) return true;
  return false;
}

/** Familiarity of four samples, the logit behind those of the classes: σ - familiar is the gradient. */
function familiarityEntropy(t: i32, s: i32, half: i32, gradient: bool): void {
  for (let lane = half; lane < half + 4; lane++) {
    const b = s * G + lane;
    const at = logitsAt(t, s) + floats(C * G + lane);
    if (b >= B) {
      if (gradient) f32.store(at, 0);
      continue;
    }
    const logit = f32.load(at);
    const target: f32 = isFamiliar(t, b) ? 1 : 0;
    const small = Mathf.exp(-Mathf.abs(logit)); // log(1 + e^x) = max(x, 0) + log(1 + e^-|x|)
    addLoss(b, <f64>Mathf.max(logit, 0) - <f64>(target * logit) + <f64>Mathf.log1p(small));
    if (gradient) f32.store(at, ((logit >= 0 ? 1 : small) / (1 + small) - target) / <f32>B);
  }
}
