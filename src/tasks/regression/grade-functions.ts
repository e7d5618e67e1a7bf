/** How well functions are predicted: log densities of their values, a network's and the best possible. */
import type { Floats } from '../../model/tensors.js';
import { softplus } from '../../reference/linear.js';
import { LEAST_DEVIATION } from '../../reference/loss.js';
import { type Counts, type Measure, noCounts, ordinal } from '../scores.js';
import type { FunctionBatch } from './functions.js';
import { logNormal, predictEach } from './gaussian-process.js';

/** The steps of the table, counted from 1: step 1 knows nothing, step 2 one value. */
const STEPS = [1, 2, 5, 10, 20, 50, 100] as const;

/** So many values are known before the steps that make up the table's last column. */
const KNOWN = 20;

const AFTER = { key: `after ${KNOWN}`, title: `after ${KNOWN}` };

/** Log density by step, for episodes of T steps: each of 1, 2, 5, 10, ... by itself, and all at which 20 values are known. */
export function densityByStep(T: number): Measure {
  const steps = STEPS.filter((step) => step <= T).map((step) => ({
    key: String(step),
    title: ordinal(step),
  }));
  return {
    name: 'logDensity',
    title: 'log density, nats',
    by: 'point',
    columns: T > KNOWN ? [...steps, AFTER] : steps,
    scale: 1,
    digits: 2,
    boundName: 'exact process',
  };
}

/** What goes into the table of the log densities of episodes, [T] each. */
export function countDensities(episodes: readonly Float64Array[], { columns }: Measure): Counts[] {
  return episodes.map((densities) => {
    const counts = noCounts(columns.length);
    for (const [i, { key }] of columns.entries()) {
      const own =
        key === AFTER.key ? densities.subarray(KNOWN) : densities.subarray(+key - 1, +key);
      counts.sum[i] = own.reduce((sum, density) => sum + density, 0);
      counts.total[i] = own.length; // none in a shorter episode
    }
    return counts;
  });
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
