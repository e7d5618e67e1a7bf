/**
 * Labels as strings of characters (Santoro et al. 2016, section 4.1): with many classes a one-hot label becomes hard to
 * learn, and five characters out of five make 3,125 labels.
 */
import type { Random } from '../../common/random.js';
import type { Targets } from '../../engine/engine.js';
import type { Floats } from '../../model/tensors.js';
import { checkWhole } from '../check.js';
import { argmax, type Measure } from '../scores.js';
import { accuracyByInstance } from './by-instance.js';

export interface Spelling {
  /** G: characters of a label. */
  readonly characters: number;
  /** C: different characters, `a` and those that follow it; at most 26. */
  readonly alphabet: number;
}

/** The paper's: five characters out of `a` to `e`. */
export const FIVE_OF_FIVE: Spelling = { characters: 5, alphabet: 5 };

/** Labels of batches have 16 bits, and one more number stands for none. */
const MOST_LABELS = 65535;

const A = 'a'.charCodeAt(0);

/**
 * How many labels there are: `numStrings({ characters: 5, alphabet: 5 })` is 3125.
 * @throws RangeError if there are too many, or no such strings
 */
export function numStrings({ characters, alphabet }: Spelling): number {
  checkWhole('characters of a label', characters, 1, 16);
  checkWhole('alphabet of labels', alphabet, 2, 26);
  const count = alphabet ** characters;
  if (count > MOST_LABELS) {
    throw new RangeError(
      `${alphabet} characters make ${count} labels of ${characters}: at most ${MOST_LABELS} are possible`,
    );
  }
  return count;
}

/**
 * Draws different labels, as numbers: `stringLabels(5, random)`, one for each class of an episode.
 * @throws RangeError if there are not so many
 */
export function stringLabels(
  count: number,
  random: Random,
  spelling: Spelling = FIVE_OF_FIVE,
): number[] {
  const all = numStrings(spelling);
  checkWhole('number of labels', count, 0, all);
  return random.sample(all, count);
}

/** The characters of a label as numbers from 0, first one first: `digitsOf(7)` is [0, 0, 0, 1, 2]. */
export function digitsOf(label: number, spelling: Spelling = FIVE_OF_FIVE): number[] {
  checkWhole('label', label, 0, numStrings(spelling) - 1);
  const { characters: G, alphabet: C } = spelling;
  return Array.from({ length: G }, (_, g) => Math.floor(label / C ** (G - 1 - g)) % C);
}

/** A label as text: `textOf(7)` is 'aaabc'. */
export function textOf(label: number, spelling: Spelling = FIVE_OF_FIVE): string {
  return String.fromCharCode(...digitsOf(label, spelling).map((digit) => A + digit));
}

/** Accuracy by instance: a label is right when all its characters are. */
export function accuracyOfStrings(spelling: Spelling = FIVE_OF_FIVE): Measure {
  const { characters, alphabet } = spelling;
  const guessing = characters * Math.log(alphabet);
  return { ...accuracyByInstance(numStrings(spelling)), guessing, bound: undefined };
}

/** Writes a label as a step's target, G letters; of no label (their number) each character is `alphabet`, for none. */
export function spell(label: number, spelling: Spelling, targets: Targets, step: number): void {
  const { characters: G, alphabet: C } = spelling;
  if (label === numStrings(spelling)) targets.fill(C, step * G, (step + 1) * G);
  else targets.set(digitsOf(label, spelling), step * G);
}

/**
 * The labels that a network says: `readStrings(logits)`. In each of the G groups the largest logit counts, the first of
 * equals; so a label is right when all its characters are.
 * @param logits [..., G·C]
 * @returns one label for each G·C numbers
 */
export function readStrings(logits: Floats, spelling: Spelling = FIVE_OF_FIVE): Uint16Array {
  const { characters: G, alphabet: C } = spelling;
  numStrings(spelling);
  const labels = new Uint16Array(logits.length / (G * C));
  for (let i = 0; i < labels.length * G; i++) {
    const label = Math.floor(i / G);
    labels[label] = labels[label]! * C + argmax(logits, i * C, C);
  }
  return labels;
}
