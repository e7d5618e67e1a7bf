/** What the outputs of a step cost, each form beside its gradient. */
import type { ModelConfig } from '../model/fields.js';
import { type Shapes, shapesOf } from '../model/shapes.js';
import { sigmoid, softplus } from './linear.js';

/** The loss of a step's outputs in nats, and its gradient. */
export interface StepLoss {
  readonly loss: number;
  readonly gradient: Float64Array;
}

/** Deviations are greater than this: a density has no bounds where they come to 0. */
export const LEAST_DEVIATION = 1e-3;

/**
 * The loss of step t: of its answer and, where it is learned, of familiarity.
 * @param logits [Y]
 * @param targets of the whole episode: [T], [T, G] or [T, D]
 */
export function lossOf(
  config: ModelConfig,
  logits: Float64Array,
  targets: ArrayLike<number>,
  t: number,
): StepLoss {
  const shapes = shapesOf(config);
  const { C, G, D, A, Y, target } = shapes;
  const gradient = new Float64Array(logits.length);
  let loss = 0;
  const add = (part: StepLoss, at: number) => {
    loss += part.loss;
    gradient.set(part.gradient, at);
  };
  const right = (n: number) => targets[t * target + n]!;

  switch (config.output) {
    case 'classes': // softmax; a label of C means none
      if (right(0) < C) add(crossEntropy(logits.subarray(0, C), right(0)), 0);
      break;
    case 'strings': // a softmax for each character
      for (let g = 0; g < G; g++) {
        const own = logits.subarray(g * C, (g + 1) * C);
        if (right(g) < C) add(crossEntropy(own, right(g)), g * C);
      }
      break;
    case 'gaussian': {
      const [means, spreads] = [logits.subarray(0, D), logits.subarray(D, 2 * D)];
      for (let d = 0; d < D; d++) {
        const part = logDensity(means[d]!, spreads[d]!, right(d));
        loss += part.loss;
        [gradient[d], gradient[D + d]] = part.gradient;
      }
      break;
    }
    case 'bits':
      for (let d = 0; d < D; d++) add(logisticEntropy(logits[d]!, right(d)), d);
      break;
  }
  if (Y > A) add(logisticEntropy(logits[A]!, +isFamiliar(targets, t, shapes)), A);
  return { loss, gradient };
}

/** Whether the drawing of step t has a label that came before. @param targets [T] or [T, G] */
export function isFamiliar(
  targets: ArrayLike<number>,
  t: number,
  { C, target: G }: Pick<Shapes, 'C' | 'target'>,
): boolean {
  const own = t * G;
  if (targets[own] === C) return false;
  for (let before = own - G; before >= 0; before -= G) {
    let g = 0;
    while (g < G && targets[before + g] === targets[own + g]) g++;
    if (g === G) return true;
  }
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

/** Cross entropy of the logistic function of a logit with 0 or 1, and its gradient σ(logit) - target. */
function logisticEntropy(logit: number, target: number): StepLoss {
  const small = Math.exp(-Math.abs(logit)); // log(1 + e^x) = max(x, 0) + log(1 + e^-|x|)
  const loss = Math.max(logit, 0) - target * logit + Math.log1p(small);
  return { loss, gradient: Float64Array.of((logit >= 0 ? 1 : small) / (1 + small) - target) };
}

/**
 * Negative log density of y under a normal distribution of mean μ and deviation σ = softplus(s) + 0.001, and its gradient
 * to μ and s.
 */
function logDensity(
  mean: number,
  s: number,
  y: number,
): { loss: number; gradient: [number, number] } {
  const deviation = softplus(s) + LEAST_DEVIATION;
  const z = (y - mean) / deviation;
  return {
    loss: 0.5 * Math.log(2 * Math.PI) + Math.log(deviation) + 0.5 * z * z,
    gradient: [-z / deviation, ((1 - z * z) / deviation) * sigmoid(s)],
  };
}
