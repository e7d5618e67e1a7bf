/** How well functions are predicted: log densities of their values, a network's and the best possible. */
import type { Floats } from '../../model/tensors.js';
import { softplus } from '../../reference/linear.js';
import type { FunctionBatch } from './functions.js';
import { logNormal, predictEach } from './gaussian-process.js';

/** Deviations of networks are at least this, so that no density is infinite. */
const LEAST_DEVIATION = 0.001;

/** The steps of the table, counted from 1: step 1 knows nothing, step 2 one value. */
const STEPS = [1, 2, 5, 10, 20, 50, 100] as const;

/** So many values are known before the steps that make up the table's last column. */
const KNOWN = 20;

/** The table's column over all steps at which at least 20 values are known. */
export const AFTER = `after ${KNOWN}`;

/** The 97.5% quantile of the standard normal distribution. */
const Z = 1.959963984540054;

/** Log densities in nats by column: "1", "2", "5", ..., and "after 20" where episodes are that long. */
export type ByStep = Record<string, number>;

export interface FunctionScores {
  readonly mean: ByStep;
  /** Half the width of the 95% interval over episodes. */
  readonly ci95: ByStep;
}

/**
 * The log density that a network gave each value, one [T] for each episode: `gradeNetwork(batch, outputs)`.
 * @param outputs [B, T, 2]: the mean, and a number whose softplus is the deviation, less 0.001
 */
export function gradeNetwork(
  { batch: B, length: T, targets }: Pick<FunctionBatch, 'batch' | 'length' | 'targets'>,
  outputs: Floats,
): Float64Array[] {
  return Array.from({ length: B }, (_, b) =>
    Float64Array.from({ length: T }, (_, t) => {
      const at = b * T + t;
      const deviation = softplus(outputs[2 * at + 1]!) + LEAST_DEVIATION;
      return logNormal(targets[at]!, outputs[2 * at]!, deviation);
    }),
  );
}

/**
 * The log density of each value by the process that the function was drawn from, one [T] for each episode:
 * `gradeProcess(batch)`. It knows the function's length scale and scale. No prediction is better on average.
 */
export function gradeProcess(batch: FunctionBatch): Float64Array[] {
  const { batch: B, length: T, points, targets, lengths, scales, noise } = batch;
  const D = points.length / (B * T);
  return Array.from({ length: B }, (_, b) => {
    const own = points.subarray(b * T * D, (b + 1) * T * D);
    const process = { length: lengths[b]!, scale: scales[b]!, noise };
    return predictEach(own, targets.subarray(b * T, (b + 1) * T), D, process).logDensities;
  });
}

/**
 * The table's row: `scoresOf([...gradeNetwork(batch, outputs), ...])`. Each of steps 1, 2, 5, 10, 20, 50 and 100 by
 * itself, as far as episodes go, and the mean over the steps after 20 values.
 * @param episodes of equal length
 */
export function scoresOf(episodes: readonly Float64Array[]): FunctionScores {
  const mean: ByStep = {};
  const ci95: ByStep = {};
  const T = episodes[0]?.length ?? 0;
  const add = (column: string, of: (episode: Float64Array) => number) => {
    [mean[column], ci95[column]] = meanOf(episodes.map(of));
  };
  for (const step of STEPS) if (step <= T) add(String(step), (episode) => episode[step - 1]!);
  if (T > KNOWN) add(AFTER, (episode) => meanOf(episode.subarray(KNOWN))[0]);
  return { mean, ci95 };
}

/** The mean of numbers, and half the width of its 95% interval: 0 for a single number. */
function meanOf(numbers: ArrayLike<number>): [mean: number, reach: number] {
  const n = numbers.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += numbers[i]!;
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (numbers[i]! - mean) ** 2;
  return [mean, n > 1 ? Z * Math.sqrt(squares / (n - 1) / n) : 0];
}
