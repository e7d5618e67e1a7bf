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
   * What `known` depends on, 0 to 1. Where the network learned familiarity: the probability that the drawing is of an
   * observed class, if half of all drawings are. Otherwise, while outputs are free, the part of the softmax over all C
   * outputs that lies on observed labels (networks put new drawings on free outputs), and when none is free, the
   * confidence.
   */
  readonly familiarity: number;
}

/** From which learned familiarity on a drawing counts as known. Chosen on Omniglot's training classes, held out. */
export const KNOWN_FROM = 0.4;

/**
 * The same where familiarity is not learned. While outputs are free it is a little more than the part that
 * the observed labels would have if all C outputs were equal; when none is free it is this confidence. Both were chosen
 * on Omniglot's training classes.
 */
const knownFrom = (bound: number, C: number) => (bound < C ? (bound + 0.25) / C : 0.95);

/** What a network says of a drawing. */
export interface Answer {
  /** [C]. */
  readonly logits: Floats;
  /** The logit of familiarity, where the network learned it. */
  readonly familiar?: number | undefined;
  /** Classes without a label in the episodes that it was trained on. */
  readonly distractors: number;
  /** Number of observations so far. */
  readonly observations: number;
}

/**
 * The prediction for a drawing.
 * @param labels in the order of their outputs, at least one
 */
export function predictionOf(labels: readonly string[], answer: Answer): Prediction {
  const { logits, familiar } = answer;
  const bound = softmax(logits.subarray(0, labels.length));
  const confidences = labels
    .map((label, i) => ({ label, confidence: bound[i]! }))
    .sort((a, b) => b.confidence - a.confidence);
  const { label, confidence } = confidences[0]!;
  const learned = familiar !== undefined;
  const familiarity = learned
    ? familiarityOf(labels.length, familiar, answer)
    : shareOf(labels.length, logits, confidence);
  const from = learned ? KNOWN_FROM : knownFrom(labels.length, logits.length);
  return { label, confidence, confidences, known: familiarity >= from, familiarity };
}

/**
 * In training a step shows any class of the episode, so the more labels have come, the more often a drawing is of one of
 * them, and the network reckons with that; and the more drawings have come without a new class among them, the less it
 * expects one. Here both are taken out: as many drawings are known as new.
 */
function familiarityOf(labels: number, logit: number, answer: Answer): number {
  const { logits, distractors, observations } = answer;
  const without = Math.max(logits.length + distractors - labels, 0.5);
  return 1 / (1 + (observations / without) * Math.exp(-logit));
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
