import type { Floats } from '../model/tensors.js';

/** The result of `learner.predict(drawing)`. */
export interface Prediction {
  /** The most likely of the labels observed so far. */
  readonly label: string;
  /** Its probability among them, 0 to 1: the softmax over their logits. */
  readonly confidence: number;
  /** The confidence of every label observed so far, the highest first. They sum to 1. */
  readonly confidences: readonly { readonly label: string; readonly confidence: number }[];
  /** Whether the drawing is taken to be of an observed class. docs/learner.md says how reliable it is. */
  readonly known: boolean;
  /**
   * What `known` depends on, 0 to 1: the network's own output where it learned familiarity. Otherwise, while outputs are
   * free, the part of the softmax over all C outputs that lies on observed labels (networks put new drawings on free
   * outputs), and when none is free, the confidence.
   */
  readonly familiarity: number;
}

/** From which learned familiarity on a drawing counts as known. Chosen on Omniglot's training classes, held out. */
const KNOWN_FROM = 0.5;

/**
 * The same where familiarity is not learned. While outputs are free it is a little more than the part that
 * the observed labels would have if all C outputs were equal; when none is free it is this confidence. Both were chosen
 * on Omniglot's training classes.
 */
const knownFrom = (bound: number, C: number) => (bound < C ? (bound + 0.25) / C : 0.95);

/**
 * The prediction for the logits of a drawing.
 * @param labels in the order of their outputs, at least one
 * @param logits [C]
 * @param learned the logit of familiarity, where the network learned it
 */
export function predictionOf(
  labels: readonly string[],
  logits: Floats,
  learned?: number,
): Prediction {
  const bound = softmax(logits.subarray(0, labels.length));
  const confidences = labels
    .map((label, i) => ({ label, confidence: bound[i]! }))
    .sort((a, b) => b.confidence - a.confidence);
  const { label, confidence } = confidences[0]!;
  const familiarity =
    learned !== undefined
      ? 1 / (1 + Math.exp(-learned))
      : shareOf(labels.length, logits, confidence);
  const from = learned !== undefined ? KNOWN_FROM : knownFrom(labels.length, logits.length);
  return { label, confidence, confidences, known: familiarity >= from, familiarity };
}

/** The part of the softmax that lies on the first outputs; when these are all, the confidence. */
function shareOf(bound: number, logits: Floats, confidence: number): number {
  if (bound === logits.length) return confidence;
  return softmax(logits)
    .subarray(0, bound)
    .reduce((sum, part) => sum + part, 0);
}

function softmax(logits: Floats): Float64Array {
  let largest = Number.NEGATIVE_INFINITY; // not by Math.max(...logits): there may be a million
  for (const x of logits) largest = Math.max(largest, x);
  const powers = Float64Array.from(logits, (x) => Math.exp(x - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
