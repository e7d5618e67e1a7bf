import { describe, expect, it } from 'vitest';
import { Random } from '../../../dist/common/random.js';
import { type FunctionBatch, FunctionSampler } from '../../../dist/tasks/regression/functions.js';
import { predictEach } from '../../../dist/tasks/regression/gaussian-process.js';
import {
  countDensities,
  densityByStep,
  gradeNetwork,
  gradeProcess,
} from '../../../dist/tasks/regression/grade-functions.js';
import { scoresOf, sumCounts } from '../../../dist/tasks/scores.js';

const process = { length: [0.1, 0.6], scale: [0.2, 1], noise: 0.05 } as const;
const sample = (dimensions: number, batchSize: number, length: number) =>
  new FunctionSampler({ batchSize, dimensions, process }, new Random(1)).next({ length });

/** What a network would put out that knows the process as well as possible. */
function bestOutputs({ batch: B, length: T, points, targets, lengths, scales }: FunctionBatch) {
  const outputs = new Float64Array(B * T * 2);
  for (let b = 0; b < B; b++) {
    const known = { length: lengths[b]!, scale: scales[b]!, noise: 0.05 };
    const own = points.subarray(b * T * 2, (b + 1) * T * 2);
    const values = targets.subarray(b * T, (b + 1) * T);
    const { means, deviations } = predictEach(own, values, 2, known);
    for (let t = 0; t < T; t++) {
      outputs[2 * (b * T + t)] = means[t]!;
      outputs[2 * (b * T + t) + 1] = Math.log(Math.expm1(deviations[t]! - 0.001));
    }
  }
  return outputs;
}

describe('grades of functions', () => {
  it('are the log density of a normal distribution', () => {
    const targets = Float32Array.of(0.5, -1);
    const outputs = Float32Array.of(0.25, 0, -1, 3);
    const [[first, second]] = gradeNetwork({ batch: 1, length: 2, targets }, outputs) as [
      Float64Array,
    ];
    const sigma = Math.log(2) + 0.001;
    const density = Math.exp(-((0.25 / sigma) ** 2) / 2) / (sigma * Math.sqrt(2 * Math.PI));
    expect(first).toBeCloseTo(Math.log(density), 12);
    expect(second).toBeCloseTo(-Math.log((Math.log1p(Math.exp(3)) + 0.001) * 2.5066282746), 9);
  });

  it('of a network that knows all that can be known are those of the process', () => {
    const batch = sample(2, 3, 40);
    const network = gradeNetwork(batch, bestOutputs(batch));
    const best = gradeProcess(batch);
    expect(network.length).toBe(3);
    for (const [b, episode] of network.entries()) {
      expect(episode.length).toBe(40);
      for (const [t, density] of episode.entries()) expect(density).toBeCloseTo(best[b]![t]!, 7);
    }
  });

  it('are best, on average, for the process that it was', () => {
    const batch = sample(1, 60, 30);
    const mean = (other: FunctionBatch) => {
      const episodes = gradeProcess(other);
      return episodes.flatMap((episode) => [...episode]).reduce((a, b) => a + b, 0) / (60 * 30);
    };
    const best = mean(batch);
    for (const factor of [0.7, 1.4]) {
      expect(mean({ ...batch, lengths: batch.lengths.map((x) => x * factor) })).toBeLessThan(best);
      expect(mean({ ...batch, scales: batch.scales.map((x) => x * factor) })).toBeLessThan(best);
      expect(mean({ ...batch, noise: batch.noise * factor })).toBeLessThan(best);
    }
  });

  it('are in a column for each step of the table, and one for the steps after 20', () => {
    const episode = (T: number, of: (step: number) => number) =>
      Float64Array.from({ length: T }, (_, t) => of(t + 1));
    const scores = (T: number, ...episodes: Float64Array[]) => {
      const measure = densityByStep(T);
      const counts = countDensities(episodes, measure);
      return scoresOf(sumCounts(counts, measure.columns.length), measure);
    };
    expect(
      scores(
        50,
        episode(50, (n) => n),
        episode(50, (n) => n + 2),
      ),
    ).toEqual({
      '1': 2,
      '2': 3,
      '5': 6,
      '10': 11,
      '20': 21,
      '50': 51,
      'after 20': 36.5, // 21 to 50, and two more
    });
    const columns = (T: number) => densityByStep(T).columns.map(({ key }) => key);
    expect(columns(20)).toEqual(['1', '2', '5', '10', '20']);
    expect(columns(100)).toContain('100');
    // an episode of training may be shorter than the table's
    expect(
      scores(
        50,
        episode(2, (n) => n),
      ),
    ).toEqual({ '1': 1, '2': 2 });
  });
});
