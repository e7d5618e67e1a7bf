/**
 * Accuracy by instance: the share of correct answers when a class appears for the 1st, 2nd, ... time in an episode. The
 * measure of Santoro et al. 2016, table 1.
 */
import type { EpisodeBatch } from '../data/episodes.js';
import type { Batch } from '../engine/engine.js';
import type { Floats } from '../model/tensors.js';

/** Number of instances that are counted, 1 to 10. */
export const INSTANCES = 10;
/** The instances in the paper's table. */
export const TABLE_INSTANCES = [1, 2, 3, 4, 5, 10] as const;
/** The 97.5% quantile of the standard normal distribution. */
const Z = 1.959963984540054;

/** Correct answers and all answers by instance; index 0 is the 1st. Length {@link INSTANCES}. */
export interface Counts {
  readonly correct: number[];
  readonly total: number[];
}

export function noCounts(): Counts {
  return { correct: new Array(INSTANCES).fill(0), total: new Array(INSTANCES).fill(0) };
}

/** Adds `more`, `sign` times, to `counts`. */
export function addCounts(counts: Counts, more: Counts, sign = 1): void {
  for (let i = 0; i < INSTANCES; i++) {
    counts.correct[i]! += sign * more.correct[i]!;
    counts.total[i]! += sign * more.total[i]!;
  }
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

/** The index of the largest of `count` numbers from `start`; the first of equals. */
export function argmax(numbers: Floats, start: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) {
    if (numbers[start + i]! > numbers[start + best]!) best = i;
  }
  return best;
}

/** The labels of a batch of episodes. */
export type LabelledBatch = Batch & EpisodeLabels;
export type EpisodeLabels = Pick<EpisodeBatch, 'batch' | 'length' | 'labels'>;

/**
 * Counts each episode of a batch. Drawings without a label are left out.
 * @param logits [B, T, C]
 */
export function countEpisodes(batch: EpisodeLabels, logits: Floats): Counts[] {
  const { batch: B, length: T, labels } = batch;
  const C = logits.length / (B * T);
  return Array.from({ length: B }, (_, b) => {
    const counts = noCounts();
    const instances = instancesOf(labels.subarray(b * T, (b + 1) * T));
    for (let t = 0; t < T; t++) {
      const at = b * T + t;
      const i = instances[t]! - 1;
      if (i >= INSTANCES || labels[at] === C) continue;
      counts.total[i]!++;
      if (argmax(logits, at * C, C) === labels[at]) counts.correct[i]!++;
    }
    return counts;
  });
}

/** The counts of all episodes together. */
export function sumCounts(episodes: Iterable<Counts>): Counts {
  const sum = noCounts();
  for (const counts of episodes) addCounts(sum, counts);
  return sum;
}

/** Percent by instance ("1" to "10"); instances that never came up are left out. */
export type ByInstance = Record<string, number>;

/** Accuracy in percent. */
export function accuracyOf(counts: Counts): ByInstance {
  const accuracy: ByInstance = {};
  for (let i = 0; i < INSTANCES; i++) {
    if (counts.total[i]! > 0) accuracy[i + 1] = (100 * counts.correct[i]!) / counts.total[i]!;
  }
  return accuracy;
}

/**
 * Half the width of the 95% interval of the accuracy, in percentage points, by instance.
 * Guesses of one episode hang together, so episodes are what is counted: the spread of a ratio of
 * sums over episodes (for equal numbers of guesses, 1.96 sd/sqrt(n)). Where all episodes agree and
 * there is no spread to measure, the farther end of Wilson's interval over the episodes.
 */
export function ci95Of(episodes: readonly Counts[]): ByInstance {
  const widths: ByInstance = {};
  const sum = sumCounts(episodes);
  for (let i = 0; i < INSTANCES; i++) {
    const total = sum.total[i]!;
    if (total === 0) continue;
    const share = sum.correct[i]! / total;
    let n = 0;
    let squares = 0;
    for (const { correct, total } of episodes) {
      if (total[i] === 0) continue;
      n++;
      squares += (correct[i]! - share * total[i]!) ** 2;
    }
    const deviation = n > 1 ? Math.sqrt((n / (n - 1)) * squares) / total : 0;
    widths[i + 1] = 100 * (deviation > 1e-12 ? Z * deviation : wilsonReach(share, n));
  }
  return widths;
}

/** How far Wilson's 95% interval of a share of n goes from that share. */
function wilsonReach(share: number, n: number): number {
  const [low, high] = wilson95(share * n, n);
  return Math.max(share - low, high - share);
}

/** Wilson's 95% interval for `successes` of `n` independent trials, as shares. */
export function wilson95(successes: number, n: number): [number, number] {
  const share = successes / n;
  const middle = share + Z ** 2 / (2 * n);
  const reach = Z * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n * n));
  const scale = 1 + Z ** 2 / n;
  return [Math.max(0, (middle - reach) / scale), Math.min(1, (middle + reach) / scale)];
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

/** "1st", "2nd", "3rd", "4th", ... */
export function ordinal(instance: number): string {
  const teen = instance % 100 > 10 && instance % 100 < 14;
  return `${instance}${(!teen && ['th', 'st', 'nd', 'rd'][instance % 10]) || 'th'}`;
}
