import { describe, expect, it } from 'vitest';
import { Random } from '../../../dist/common/random.js';
import { glyphs } from '../../../dist/data/glyphs.js';
import {
  drawings,
  nearestNeighbours,
} from '../../../dist/tasks/classification/baselines/nearest-neighbours.js';
import {
  accuracyByInstance,
  countEpisodes,
  INSTANCES,
} from '../../../dist/tasks/classification/by-instance.js';
import { EpisodeSampler } from '../../../dist/tasks/classification/episodes.js';
import { logitsOf } from '../../../dist/tasks/classification/predicted.js';
import { scoresOf, sumCounts } from '../../../dist/tasks/scores.js';

const accuracyOf = (counts: ReturnType<typeof countEpisodes>) =>
  scoresOf(sumCounts(counts, INSTANCES), accuracyByInstance(5));

/** Episodes in which a drawing is a single number. */
function onLine(episodes: readonly (readonly (readonly [x: number, label: number])[])[]) {
  const [B, T] = [episodes.length, episodes[0]!.length];
  const steps = episodes.flat();
  return {
    batch: B,
    length: T,
    inputs: Float32Array.from(steps.map(([x]) => x)),
    labels: Uint8Array.from(steps.map(([, label]) => label)),
  };
}

const numbers = drawings(1);

describe('nearest neighbours', () => {
  it('give the label of the nearest earlier drawing of the episode', () => {
    const batch = onLine([
      [[0, 3], [10, 1], [6, 4], [4, 2], [0, 0], [7, 0]],
      [[6, 2], [6, 4], [100, 1], [70, 3], [80, 0], [5, 2]],
    ]); // biome-ignore format: one episode a line
    // 6 is nearer to 10; 4 to 6; 0 was there; 7 is nearest to 6. Of two at the same place the earlier; 70 is nearest to 100.
    expect([...nearestNeighbours(batch, numbers)]).toEqual([0, 3, 1, 4, 3, 4, 0, 2, 2, 1, 3, 2]);
  });

  it('vote, and of equals the nearest wins', () => {
    const batch = onLine([
      [
        [0, 1],
        [1, 2],
        [3, 2],
        [0.1, 0],
      ],
    ]);
    const last = (k: number) => nearestNeighbours(batch, numbers, { k })[3];
    expect([1, 2, 3, 50].map(last)).toEqual([1, 1, 2, 2]);
    // With fewer drawings than k, those that there are.
    expect([...nearestNeighbours(batch, numbers, { k: 3 })].slice(0, 3)).toEqual([0, 1, 2]);
    expect(() => last(0)).toThrow(RangeError);
  });

  it('leave drawings without a label out', () => {
    const batch = onLine([
      [
        [0, 5],
        [1, 4],
        [0, 4],
        [0.1, 0],
      ],
    ]);
    expect([...nearestNeighbours(batch, numbers, { numClasses: 5 })]).toEqual([0, 0, 4, 4]);
    expect([...nearestNeighbours(batch, numbers)]).toEqual([0, 5, 5, 5]);
  });

  it('measure distances of whole vectors, given by any function of the batch', () => {
    const batch = onLine([
      [
        [0, 1],
        [0, 2],
        [0, 0],
      ],
    ]);
    // (3, 0) is nearer to (0, 0) than to (3, 4), though it shares a number with both.
    const vectors = Float32Array.of(3, 4, 0, 0, 3, 0);
    expect(nearestNeighbours(batch, () => vectors)[2]).toBe(2);
  });

  it('take the drawings of a batch without its labels', () => {
    const data = glyphs({ classes: 6, drawings: 10 });
    const options = { batchSize: 2, numClasses: 3, inputHeight: 4, inputWidth: 5, augment: false };
    const sampler = new EpisodeSampler(data, [0, 1, 2, 3, 4, 5], options, new Random(1));
    const batch = sampler.next({ classes: 3, length: 6 });
    const vectors = drawings(20)(batch);
    expect(vectors.length).toBe(2 * 6 * 20);
    for (let step = 0; step < 12; step++) {
      expect(vectors.subarray(step * 20, (step + 1) * 20)).toEqual(
        batch.inputs.subarray(step * 23, step * 23 + 20),
      );
    }
  });

  it('are graded by instance as networks are', () => {
    const data = glyphs({ classes: 40, drawings: 20 });
    const options = {
      batchSize: 40,
      numClasses: 5,
      inputHeight: 12,
      inputWidth: 12,
      augment: false,
    };
    const sampler = new EpisodeSampler(data, [...data.classes.keys()], options, new Random(1));
    const batch = sampler.next({ classes: 5, length: 50 });
    const predicted = nearestNeighbours(batch, drawings(144));
    const accuracy = accuracyOf(countEpisodes(batch, logitsOf(predicted, 5)));
    // The 1st is right only by chance, at the first step.
    expect(accuracy['1']).toBeLessThan(12);
    expect(accuracy['2']).toBeGreaterThan(30);
    expect(accuracy['10']).toBeGreaterThan(accuracy['2']! + 10);
    const perfect = accuracyOf(countEpisodes(batch, logitsOf(batch.labels, 5)));
    expect(new Set(Object.values(perfect))).toEqual(new Set([100]));
  });

  it('that say no class have no logit', () => {
    expect([...logitsOf([1, 2, 1], 2)]).toEqual([0, 1, 0, 0, 0, 1]);
    expect([...logitsOf([0, -1], 2)]).toEqual([1, 0, 0, 0]);
  });
});
