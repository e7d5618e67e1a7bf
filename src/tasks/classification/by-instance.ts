/**
 * Accuracy by instance: the share of correct answers when a class appears for the 1st, 2nd, ... time in an episode. The
 * measure of Santoro et al. 2016, table 1.
 */
import type { Floats } from '../../model/tensors.js';
import { argmax, type Counts, type Measure, noCounts, ordinal, type Scores } from '../scores.js';

/** Number of instances that are counted, 1 to 10. */
export const INSTANCES = 10;
/** The instances in the paper's table. */
export const TABLE_INSTANCES = [1, 2, 3, 4, 5, 10] as const;

const instances = Array.from({ length: INSTANCES }, (_, i) => i + 1);
const byInstance = (score: (instance: number) => number): Scores =>
  Object.fromEntries(instances.map((i) => [i, score(i)]));

/**
 * The measure of episodes of five classes: `accuracyByInstance(5)`.
 * @param guessable whether a new class's label can be guessed: one of C can, one of thousands of strings can't
 */
export function accuracyByInstance(numClasses: number, guessable = true): Measure {
  return {
    name: 'accuracy',
    title: 'accuracy, %',
    by: 'instance',
    columns: instances.map((i) => ({ key: String(i), title: ordinal(i) })),
    shown: TABLE_INSTANCES.map(String),
    scale: 100,
    digits: 1,
    guessing: Math.log(numClasses),
    chance: byInstance(() => (guessable ? chance(numClasses) : 0)),
    bound: byInstance((i) => (guessable || i > 1 ? ceiling(numClasses, i) : 0)),
  };
}

/** For each of T steps, which appearance of its label it is, from 1. `labels` is [T]. */
export function instancesOf(labels: ArrayLike<number>): number[] {
  const seen = new Map<number, number>();
  return Array.from(labels, (label) => {
    const instance = (seen.get(label) ?? 0) + 1;
    seen.set(label, instance);
    return instance;
  });
}

/** Episodes as far as they are graded. */
export interface LabelledEpisodes {
  readonly batch: number;
  readonly length: number;
  /** [B, T]: the label of each step; C for drawings without one. */
  readonly labels: Uint8Array | Uint16Array;
  /** [B, T]: which appearance of its label each step is, from 1, where that is known already. */
  readonly instances?: Uint16Array | undefined;
}

/**
 * Counts right answers in each episode of a batch: `countEpisodes(batch, logits)`. Drawings without a label are left out.
 * @param logits [B, T, C]
 */
export function countEpisodes(batch: LabelledEpisodes, logits: Floats): Counts[] {
  const C = logits.length / (batch.batch * batch.length);
  return countRight(batch, C, (step) => argmax(logits, step * C, C) === batch.labels[step]);
}

/** Counts by instance in each episode of a batch, where `isRight` says whether the answer to a step (of B·T) is right. */
export function countRight(
  { batch: B, length: T, labels, instances }: LabelledEpisodes,
  none: number,
  isRight: (step: number) => boolean,
): Counts[] {
  const all: Counts[] = [];
  for (let from = 0; from < B * T; from += T) {
    const counts = noCounts(INSTANCES);
    const { sum, total } = counts;
    const own = instances ? undefined : instancesOf(labels.subarray(from, from + T));
    for (let step = from; step < from + T; step++) {
      const i = (own ? own[step - from]! : instances![step]!) - 1;
      if (i >= INSTANCES || labels[step] === none) continue;
      total[i]!++;
      if (isRight(step)) sum[i]!++;
    }
    all.push(counts);
  }
  return all;
}

/** The accuracy of random guessing in percent: `chance(5)` is 20. */
export function chance(numClasses: number): number {
  return 100 / numClasses;
}

/**
 * The best possible accuracy on an instance in percent: `ceiling(5, 1)` is 45.67.
 *
 * From the 2nd instance on it is 100. On the 1st the label can't be known. The best is to recognise that the class is new
 * and guess among the labels not given yet, which is correct with probability 1/C for the first new class, 1/(C-1) for
 * the next, ..., 1 for the last: on average H_C / C. (For episodes in which all C classes appear.)
 */
export function ceiling(numClasses: number, instance: number): number {
  if (instance > 1) return 100;
  let sum = 0;
  for (let left = 1; left <= numClasses; left++) sum += 1 / left;
  return (100 * sum) / numClasses;
}
