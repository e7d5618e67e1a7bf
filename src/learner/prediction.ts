import type { Floats } from '../model/tensors.js';

/** The result of `learner.predict(drawing)`. */
export interface Prediction {
  /** The most likely of the labels observed so far. */
  readonly label: string;
  /** Its probability among them, 0 to 1: the softmax over their logits. */
  readonly confidence: number;
  /** The confidence of every label observed so far, the highest first. They sum to 1. */
  readonly confidences: readonly { readonly label: string; readonly confidence: number }[];
  /** Whether the drawing seems to be of an observed class. It is a hint: docs/learner.md says how reliable it is. */
  readonly known: boolean;
  /**
   * What `known` depends on, 0 to 1. While outputs are free: the part of the softmax over all C outputs that lies on
   * observed labels (networks put new drawings on free outputs). When none is free: the confidence.
   */
  readonly familiarity: number;
}

/**
 * The familiarity from which a drawing counts as known. While outputs are free it is a little more than the part that
 * the observed labels would have if all C outputs were equal; when none is free it is this confidence. Both were chosen
 * on Omniglot's training classes.
 */
const knownFrom = (bound: number, C: number) => (bound < C ? (bound + 0.25) / C : 0.95);

/**
 * The prediction for the logits of a drawing.
 * @param labels in the order of their outputs, at least one
 * @param logits [C]
 */
export function predictionOf(labels: readonly string[], logits: Floats): Prediction {
  const all = softmax(logits);
  const bound = softmax(logits.subarray(0, labels.length));
  const confidences = labels
    .map((label, i) => ({ label, confidence: bound[i]! }))
    .sort((a, b) => b.confidence - a.confidence);
  const { label, confidence } = confidences[0]!;
  const isFull = labels.length === logits.length;
  let familiarity = confidence;
  if (!isFull) {
    familiarity = 0;
    for (let i = 0; i < labels.length; i++) familiarity += all[i]!;
  }
  const known = familiarity >= knownFrom(labels.length, logits.length);
  return { label, confidence, confidences, known, familiarity };
}

function softmax(logits: Floats): Float64Array {
  let largest = Number.NEGATIVE_INFINITY; // not by Math.max(...logits): there may be a million
  for (const x of logits) largest = Math.max(largest, x);
  const powers = Float64Array.from(logits, (x) => Math.exp(x - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
