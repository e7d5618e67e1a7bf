/** From o_t = [h_t, r_t] to the logits, and their loss. */
import { linear, linearBackward, type Weights } from './linear.js';

/** The logits of a step, with what their backward needs. */
export interface OutputStep {
  /** [O] = [h_t, r_t]. */
  readonly output: Float64Array;
  /** relu(o_t · hidden.kernel + hidden.bias), where there is such a layer. */
  readonly hidden: Float64Array | undefined;
  /** [Y]: those of the classes, and where it is learned, that of familiarity. */
  readonly logits: Float64Array;
}

/** out_t = o_t · out.kernel + out.bias, plus hidden · hidden.out. */
export function outputForward(weights: Weights, output: Float64Array): OutputStep {
  const logits = linear(output, weights.get('out.kernel')!, weights.get('out.bias')!);
  const kernel = weights.get('hidden.kernel');
  if (!kernel) return { output, hidden: undefined, logits };
  const hidden = linear(output, kernel, weights.get('hidden.bias')!).map((x) => Math.max(x, 0));
  const more = linear(hidden, weights.get('hidden.out')!, new Float64Array(logits.length));
  return { output, hidden, logits: logits.map((x, c) => x + more[c]!) };
}

/** Given dlogits: adds to the gradients of the output's weights, returns do_t. */
export function outputBackward(
  weights: Weights,
  { output, hidden }: OutputStep,
  dLogits: Float64Array,
  gradients: Weights,
): Float64Array {
  const back = (kernel: string, x: Float64Array, dy: Float64Array, dBias: Float64Array) =>
    linearBackward(x, weights.get(kernel)!, dy, gradients.get(kernel)!, dBias);
  const dOutput = back('out.kernel', output, dLogits, gradients.get('out.bias')!);
  if (!hidden) return dOutput;
  const none = new Float64Array(dLogits.length);
  const dHidden = back('hidden.out', hidden, dLogits, none).map((g, n) => (hidden[n]! > 0 ? g : 0)); // relu'(0) = 0
  const more = back('hidden.kernel', output, dHidden, gradients.get('hidden.bias')!);
  return dOutput.map((g, n) => g + more[n]!);
}

/** The cross entropy of a step's outputs, and its gradient. */
export interface StepLoss {
  readonly loss: number;
  readonly gradient: Float64Array;
}

/**
 * The loss of a step with `labels` [T]: of its classes, and of familiarity where there is a logit behind theirs. A label
 * of C means none.
 */
export function lossOf(
  logits: Float64Array,
  C: number,
  labels: ArrayLike<number>,
  t: number,
): StepLoss {
  const gradient = new Float64Array(logits.length);
  let loss = 0;
  const add = (part: StepLoss, at: number) => {
    loss += part.loss;
    gradient.set(part.gradient, at);
  };
  const label = labels[t]!;
  if (label < C) add(crossEntropy(logits.subarray(0, C), label), 0);
  if (logits.length > C) add(logisticEntropy(logits[C]!, isFamiliar(labels, t, C)), C);
  return { loss, gradient };
}

/** Whether the drawing of step t has a label that came before. */
export function isFamiliar(labels: ArrayLike<number>, t: number, C: number): boolean {
  if (labels[t] === C) return false;
  for (let before = t - 1; before >= 0; before--) if (labels[before] === labels[t]) return true;
  return false;
}

/** Cross entropy of logits [C] with the true class, and its gradient softmax(logits) - onehot(label). */
function crossEntropy(logits: Float64Array, label: number): StepLoss {
  const largest = Math.max(...logits);
  const gradient = logits.map((x) => Math.exp(x - largest));
  const sum = gradient.reduce((a, b) => a + b, 0);
  for (let c = 0; c < gradient.length; c++) gradient[c]! /= sum;
  const loss = Math.log(sum) + largest - logits[label]!;
  gradient[label]! -= 1;
  return { loss, gradient };
}

/** Cross entropy of the logistic function of a logit with a yes or no, and its gradient σ(logit) - target. */
function logisticEntropy(logit: number, target: boolean): StepLoss {
  const small = Math.exp(-Math.abs(logit)); // log(1 + e^x) = max(x, 0) + log(1 + e^-|x|)
  const loss = Math.max(logit, 0) - +target * logit + Math.log1p(small);
  return { loss, gradient: Float64Array.of((logit >= 0 ? 1 : small) / (1 + small) - +target) };
}
