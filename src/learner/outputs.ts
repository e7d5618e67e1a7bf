/** How a network is told labels and says them: an output for each, or letters that spell them. */
import type { ModelConfig } from '../model/config.js';
import { shapesOf } from '../model/shapes.js';
import type { Floats } from '../model/tensors.js';
import { digitsOf, numStrings } from '../tasks/classification/string-labels.js';

/** The labels of a network, numbered from 0 in the order in which they come. */
export interface Outputs {
  /** How many there can be. */
  readonly capacity: number;
  /** The places of the feedback, [F], that are 1 after a drawing with this label. */
  feedback(label: number): number[];
  /** The logarithm of the probability of each of the first `count` labels, among all that there can be. */
  logProbabilities(logits: Floats, count: number): Float64Array;
  /**
   * From which familiarity on a drawing counts as known where that is not learned and `count` labels have come. Chosen on
   * Omniglot's training classes.
   */
  knownFrom(count: number): number;
  /** The logit of learned familiarity at which a drawing is as likely known as new, after observations of `count` labels. */
  evenLogit(count: number, observations: number): number;
}

/**
 * What a network's labels are: `outputsOf(config).capacity`.
 * @param distractors classes without a label in the episodes that it was trained on
 */
export function outputsOf(config: ModelConfig, distractors = 0): Outputs {
  const { C, G } = shapesOf(config);
  return config.output === 'strings' ? spelt(C, G) : oneEach(C, distractors);
}

function oneEach(C: number, distractors: number): Outputs {
  return {
    capacity: C,
    feedback: (label) => [label],
    logProbabilities: (logits, count) => logSoftmax(logits).subarray(0, count),
    // a little more than the part of these outputs if all were equal; with none free it is the confidence
    knownFrom: (count) => (count < C ? (count + 0.25) / C : 0.95),
    // In training a step shows any class of the episode, so the more labels have come, the more often a drawing is of one of
    // them, and the network reckons with that; and the more drawings have come without a new class among them, the less it
    // expects one. Here both are taken out: as many drawings are known as new.
    evenLogit: (count, observations) =>
      Math.log(observations / Math.max(C + distractors - count, 0.5)),
  };
}

/** The more labels have come, the likelier some of them becomes for a drawing of none: at so many, as likely as not. */
const HALF = 250;

/** A label is as likely as all its letters together. */
function spelt(alphabet: number, characters: number): Outputs {
  const spelling = { characters, alphabet };
  const isFar = isPrime(alphabet) && characters <= alphabet;
  const spell = (label: number) => {
    const digits = digitsOf(label, spelling);
    return isFar ? farApart(digits, alphabet) : digits;
  };
  return {
    capacity: numStrings(spelling),
    feedback: (label) => spell(label).map((letter, g) => g * alphabet + letter),
    logProbabilities(logits, count) {
      const letters = Array.from({ length: characters }, (_, g) =>
        logSoftmax(logits.subarray(g * alphabet, (g + 1) * alphabet)),
      );
      return Float64Array.from({ length: count }, (_, label) =>
        spell(label).reduce((sum, letter, g) => sum + letters[g]![letter]!, 0),
      );
    },
    knownFrom: (count) => count / (count + HALF),
    // The same, fitted to where as many known drawings are called new as new ones known: the number of classes in an episode was not
    // always the same, and there can be more than there ever were. Chosen on Omniglot's training classes, held out.
    evenLogit: (count, observations) =>
      1.8 * Math.log(observations + 10) + 0.8 * Math.log(count + 5) - 9,
  };
}

/**
 * Reed and Solomon 1960: the digits of a label's number are the coefficients of a polynomial, the highest power first, and
 * its values at 0, 1, ... modulo a prime are the letters. Two polynomials of degree d agree at d places at most, so of
 * five letters the first 25 labels differ in four or more, and the first 125 in three.
 */
function farApart(digits: readonly number[], prime: number): number[] {
  return digits.map((_, x) => digits.reduce((value, digit) => (value * x + digit) % prime, 0));
}

function isPrime(n: number): boolean {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return n > 1;
}

function logSoftmax(logits: Floats): Float64Array {
  let largest = Number.NEGATIVE_INFINITY; // not by Math.max(...logits): there may be a million
  for (const x of logits) largest = Math.max(largest, x);
  let sum = 0;
  for (const x of logits) sum += Math.exp(x - largest);
  const log = largest + Math.log(sum);
  return Float64Array.from(logits, (x) => x - log);
}
