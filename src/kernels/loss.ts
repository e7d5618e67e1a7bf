// What the outputs cost: of the answer, in each of its forms, and where it is learned, of familiarity. Each loss beside its
// gradient, which takes the place of the logits. All in lanes.
import { logitsAt, losses, maskIn, targetsIn } from './layout/batch';
import {
  A, B, BITS, C, CLASSES, D, G, GAUSSIAN, S, STRINGS, T, characters, familiar, floats, output,
} from './layout/shape';
import { add, exp, load, mul, store, sub } from './algebra/vector';

/** ln(2 pi) / 2 */
const HALF_LOG_2_PI: f64 = 0.9189385332046727;
/** Deviations are greater than this: a density has no bounds where they come to 0. */
const LEAST_DEVIATION: f32 = 1e-3;

/** Whether the batch has a mask: steps without a 1 in it cost nothing. */
let masked = false;

/** Loss of each sample, summed over time; with `gradient`, logits become the gradient of the mean over the batch. */
export function lossOf(s0: i32, s1: i32, gradient: bool, hasMask: bool): void {
  masked = hasMask;
  for (let b = s0 * G; b < s1 * G && b < B; b++) f64.store(losses + ((<usize>b) << 3), 0);
  for (let s = s0; s < s1; s++) {
    for (let half = 0; half < G; half += 4) {
      for (let t = 0; t < T; t++) {
        if (output == CLASSES) crossEntropy(t, s, half, 0, 1, gradient);
        else if (output == STRINGS) {
          for (let g = 0; g < characters; g++) crossEntropy(t, s, half, g, characters, gradient);
        } else numbersLoss(t, s, half, gradient);
        if (familiar) familiarityEntropy(t, s, half, gradient);
      }
    }
  }
}

function counts(t: i32, b: i32): bool {
  return b < B && (!masked || i32.load(maskIn + floats(b * T + t)) != 0);
}
function addLoss(b: i32, loss: f64): void {
  const to = losses + ((<usize>b) << 3);
  f64.store(to, f64.load(to) + loss);
}

/** A label, or a character of it: 0 to C-1; C: none, or one that does not count. */
function labelOf(t: i32, b: i32, g: i32, labelSize: i32): i32 {
  return counts(t, b) ? i32.load(targetsIn + floats((b * T + t) * labelSize + g)) : C;
}

/**
 * The classes of four samples, or the letters of character g of a label: softmax - onehot is the gradient. What has no
 * label costs nothing.
 */
function crossEntropy(t: i32, s: i32, half: i32, g: i32, labelSize: i32, gradient: bool): void {
  const row = floats(G);
  const size = floats(C * G);
  const base = s * G + half;
  const at = logitsAt(t, s) + floats(g * C * G + half);
  let largest = load(at);
  for (let c = row; c < size; c += row) largest = f32x4.pmax(largest, load(at + c));
  let all = f32x4.splat(0);
  for (let c: usize = 0; c < size; c += row) all = add(all, exp(sub(load(at + c), largest)));
  for (let lane = 0; lane < 4 && base + lane < B; lane++) {
    const label = labelOf(t, base + lane, g, labelSize);
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
    const label = labelOf(t, base + lane, g, labelSize);
    if (label < C) {
      const to = at + (<usize>label) * row + floats(lane);
      f32.store(to, f32.load(to) - <f32>1 / <f32>B);
    } else {
      for (let c: usize = 0; c < size; c += row) f32.store(at + c + floats(lane), 0);
    }
  }
}

/** The D numbers or bits of four samples. */
function numbersLoss(t: i32, s: i32, half: i32, gradient: bool): void {
  for (let lane = half; lane < half + 4; lane++) {
    const b = s * G + lane;
    const at = logitsAt(t, s) + floats(lane);
    if (!counts(t, b)) {
      if (gradient) for (let n = 0; n < A; n++) f32.store(at + floats(n * G), 0);
      continue;
    }
    for (let d = 0; d < D; d++) {
      const right = f32.load(targetsIn + floats((b * T + t) * D + d));
      if (output == BITS) logisticEntropy(b, at + floats(d * G), right, gradient);
      else logDensity(b, at + floats(d * G), at + floats((D + d) * G), right, gradient);
    }
  }
}

/** Cross entropy of the logistic function of the logit `at` a place: σ - target is the gradient. */
function logisticEntropy(b: i32, at: usize, target: f32, gradient: bool): void {
  const logit = f32.load(at);
  const small = Mathf.exp(-Mathf.abs(logit)); // log(1 + e^x) = max(x, 0) + log(1 + e^-|x|)
  addLoss(b, <f64>Mathf.max(logit, 0) - <f64>(target * logit) + <f64>Mathf.log1p(small));
  if (gradient) f32.store(at, ((logit >= 0 ? 1 : small) / (1 + small) - target) / <f32>B);
}

/** Negative log density of y under the mean μ and the deviation σ = softplus(s) + 0.001, and its gradient to μ and s. */
function logDensity(b: i32, meanAt: usize, spreadAt: usize, y: f32, gradient: bool): void {
  const s = f32.load(spreadAt);
  const small = Mathf.exp(-Mathf.abs(s));
  const deviation = Mathf.max(s, 0) + Mathf.log1p(small) + LEAST_DEVIATION;
  const z = (y - f32.load(meanAt)) / deviation;
  addLoss(b, HALF_LOG_2_PI + <f64>Mathf.log(deviation) + 0.5 * <f64>z * <f64>z);
  if (!gradient) return;
  f32.store(meanAt, -z / deviation / <f32>B);
  f32.store(spreadAt, ((1 - z * z) / deviation) * ((s >= 0 ? 1 : small) / (1 + small)) / <f32>B);
}

/** Whether the drawing of step t has a label that came before: a class, or all characters of a string. */
function isFamiliar(t: i32, b: i32): bool {
  const size = output == STRINGS ? floats(characters) : floats(1);
  const first = targetsIn + <usize>(b * T) * size;
  const own = first + <usize>t * size;
  if (i32.load(own) == C) return false;
  for (let before = own; before > first; ) {
    before -= size;
    if (memory.compare(before, own, size) == 0) return true;
  }
  return false;
}

/** Familiarity of four samples, the logit behind those of the classes. */
function familiarityEntropy(t: i32, s: i32, half: i32, gradient: bool): void {
  for (let lane = half; lane < half + 4; lane++) {
    const b = s * G + lane;
    const at = logitsAt(t, s) + floats(A * G + lane);
    if (counts(t, b)) logisticEntropy(b, at, isFamiliar(t, b) ? 1 : 0, gradient);
    else if (gradient) f32.store(at, 0);
  }
}
