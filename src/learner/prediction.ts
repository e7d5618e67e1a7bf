import type { Floats } from '../model/tensors.js';

/** What the learner takes a drawing for. */
export interface Prediction {
  /** The most likely of the labels observed so far. */
  readonly label: string;
  /** How likely it is among them, 0 to 1: the softmax over the logits of their positions. */
  readonly confidence: number;
  /** Of every label observed so far, the most likely first. They sum to 1. */
  readonly confidences: readonly { readonly label: string; readonly confidence: number }[];
  /** Whether the network takes it for a class that it has seen; see docs/learner.md for how far to trust it. */
  readonly known: boolean;
  /**
   * What `known` is decided by, 0 to 1: the softmax over all C positions on labels observed so far (networks put
   * what is new on free ones), or the confidence when no position is free.
   */
  readonly familiarity: number;
}

/**
 * Familiarity from which on a drawing counts as known. While labels are free: a little more than the bound
 * labels would have if all C were alike. When none is free: this confidence. Both measured on Omniglot's
 * training classes.
 */
const knownFrom = (bound: number, C: number) => (bound < C ? (bound + 0.25) / C : 0.95);

/**
 * Reads the logits of a drawing.
 * @param labels in the order of their one-hot positions, at least one
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
