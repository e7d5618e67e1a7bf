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
   * observed class, if half of all drawings are. Otherwise, while there can be more labels, the part of all probability
   * that lies on observed ones (networks put new drawings on free outputs, and spell new labels), and when there can be
   * no more, the confidence.
   */
  readonly familiarity: number;
}

/** From which learned familiarity on a drawing counts as known. Chosen on Omniglot's training classes, held out. */
export const KNOWN_FROM = 0.4;

/** What a network says of a drawing. */
export interface Answer {
  /** The logarithm of the probability of each label so far, among all that there can be. */
  readonly logProbabilities: Float64Array;
  /** How many labels there can be. */
  readonly capacity: number;
  /** The familiarity from which on it is known, where that is not learned. */
  readonly knownFrom: number;
  /** Where the network learned familiarity: its logit, and the one at which known and new are as likely. */
  readonly learned?: { readonly logit: number; readonly even: number } | undefined;
}

/**
 * The prediction for a drawing.
 * @param labels in the order of their outputs, at least one
 */
export function predictionOf(labels: readonly string[], answer: Answer): Prediction {
  const { logProbabilities, learned, capacity, knownFrom } = answer;
  const bound = softmax(logProbabilities);
  const confidences = labels
    .map((label, i) => ({ label, confidence: bound[i]! }))
    .sort((a, b) => b.confidence - a.confidence);
  const { label, confidence } = confidences[0]!;
  const familiarity = learned
    ? 1 / (1 + Math.exp(learned.even - learned.logit))
    : shareOf(logProbabilities, capacity, confidence);
  const from = learned ? KNOWN_FROM : knownFrom;
  return { label, confidence, confidences, known: familiarity >= from, familiarity };
}

/** The part of all probability that lies on the labels so far; when there can be no more, the confidence. */
function shareOf(logProbabilities: Float64Array, capacity: number, confidence: number): number {
  if (logProbabilities.length === capacity) return confidence;
  return logProbabilities.reduce((sum, log) => sum + Math.exp(log), 0);
}

function softmax(logs: Float64Array): Float64Array {
  const largest = logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = logs.map((log) => Math.exp(log - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
