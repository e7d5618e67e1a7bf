import { describe, expect, it } from 'vitest';
import { Random } from '../../dist/common/random.js';
import {
  accuracyByInstance,
  ceiling,
  chance,
  countEpisodes,
  INSTANCES,
  instancesOf,
} from '../../dist/tasks/classification/by-instance.js';
import * as scores from '../../dist/tasks/scores.js';

const { ordinal, wilson95 } = scores;
const measure = accuracyByInstance(3);
const noCounts = () => scores.noCounts(INSTANCES);
const sumCounts = (episodes: readonly scores.Counts[]) => scores.sumCounts(episodes, INSTANCES);
const accuracyOf = (counts: scores.Counts) => scores.scoresOf(counts, measure);
const ci95Of = (episodes: readonly scores.Counts[]) => scores.ci95Of(episodes, measure);

/** Logits [B, T, C] that make these guesses. */
function guesses(guesses: number[], classes: number): Float32Array {
  const logits = new Float32Array(guesses.length * classes);
  guesses.forEach((guess, i) => {
    logits[i * classes + guess] = 1;
  });
  return logits;
}

/** One episode in which the 1st instance came up `total` times and was right `correct` times. */
function episode(correct: number, total: number) {
  const counts = noCounts();
  counts.sum[0] = correct;
  counts.total[0] = total;
  return counts;
}

describe('accuracy by instance', () => {
  it('counts appearances', () => {
    expect(instancesOf([2, 0, 2, 2, 1, 0])).toEqual([1, 1, 2, 3, 1, 2]);
  });

  it('of two episodes, by hand', () => {
    const labels = Uint8Array.of(0, 1, 0, 0, /* second episode */ 2, 2, 2, 1);
    const logits = guesses([0, 0, 0, 1, /* second episode */ 1, 2, 2, 1], 3);
    const episodes = countEpisodes({ batch: 2, length: 4, labels }, logits);
    expect(episodes[0]!.sum.slice(0, 4)).toEqual([1, 1, 0, 0]);
    expect(episodes[0]!.total.slice(0, 4)).toEqual([2, 1, 1, 0]);
    expect(episodes[1]!.sum.slice(0, 4)).toEqual([1, 1, 1, 0]);
    expect(episodes[1]!.total.slice(0, 4)).toEqual([2, 1, 1, 0]);
    expect(accuracyOf(sumCounts(episodes))).toEqual({ 1: 50, 2: 100, 3: 50 });
  });

  it('leaves drawings without a label out', () => {
    const labels = Uint8Array.of(0, 3, 0, 3);
    const [counts] = countEpisodes({ batch: 1, length: 4, labels }, guesses([0, 0, 0, 0], 3));
    expect(counts!.total.slice(0, 2)).toEqual([1, 1]);
    expect(counts!.sum.slice(0, 2)).toEqual([1, 1]);
  });

  it('does not count beyond the 10th', () => {
    const labels = new Uint8Array(12);
    const [counts] = countEpisodes({ batch: 1, length: 12, labels }, guesses(Array(12).fill(0), 2));
    expect(counts!.total).toEqual(Array(10).fill(1));
    expect(counts!.sum).toEqual(Array(10).fill(1));
  });

  it('counts NaN as some guess, never as an error', () => {
    const logits = new Float32Array(2).fill(Number.NaN);
    const [counts] = countEpisodes({ batch: 1, length: 1, labels: Uint8Array.of(1) }, logits);
    expect(counts!.sum[0]).toBe(0);
  });
});

describe('95% intervals', () => {
  it('are 1.96 sd/sqrt(n) over episodes of equal size', () => {
    // Shares 0.2, 0.4, 0.6, 0.8: mean 0.5, sd 0.258199, /2 = 0.129099, *1.96 = 0.253030.
    const episodes = [1, 2, 3, 4].map((correct) => episode(correct, 5));
    expect(ci95Of(episodes)['1']).toBeCloseTo(25.303, 3);
  });

  it('are of a ratio of sums over episodes of other sizes', () => {
    // 3 of 4: residuals 1 - 0.75 * 1 and 2 - 0.75 * 3; sqrt(2 * (0.0625 + 0.0625)) / 4 = 0.125.
    expect(ci95Of([episode(1, 1), episode(2, 3)])['1']).toBeCloseTo(24.4995, 3);
  });

  it('are of Wilson where all episodes agree', () => {
    const [low] = wilson95(10, 10);
    expect(low).toBeCloseTo(0.72247, 5);
    expect(ci95Of(Array(10).fill(episode(5, 5)))['1']).toBeCloseTo(100 - 72.247, 2);
    expect(ci95Of([episode(0, 5)])['1']).toBeCloseTo(79.345, 2);
  });

  it('know a textbook case of Wilson', () => {
    const [low, high] = wilson95(50, 100);
    expect(low).toBeCloseTo(0.40383, 5);
    expect(high).toBeCloseTo(0.59617, 5);
  });

  it('cover the truth 95 times in 100', () => {
    const random = new Random(3, 'cover');
    let covered = 0;
    for (let trial = 0; trial < 1000; trial++) {
      const episodes = Array.from({ length: 100 }, () => {
        const skill = random.uniform(); // differs by episode: guesses hang together
        let right = 0;
        for (let i = 0; i < 5; i++) if (random.uniform() < skill) right++;
        return episode(right, 5);
      });
      const accuracy = accuracyOf(sumCounts(episodes))['1']!;
      if (Math.abs(accuracy - 50) <= ci95Of(episodes)['1']!) covered++;
    }
    expect(covered).toBeGreaterThan(930);
    expect(covered).toBeLessThan(970);
  });
});

describe('what is possible', () => {
  it('by chance and at best', () => {
    expect(chance(5)).toBe(20);
    expect(ceiling(5, 1)).toBeCloseTo(45.67, 2);
    expect(ceiling(1, 1)).toBe(100);
    expect(ceiling(2, 1)).toBe(75);
    expect(ceiling(5, 2)).toBe(100);
  });

  it('the ceiling of the 1st instance, played out', () => {
    const random = new Random(1, 'ceiling');
    let right = 0;
    for (let trial = 0; trial < 4000; trial++) {
      const left = [0, 1, 2, 3, 4];
      for (const label of random.shuffle([0, 1, 2, 3, 4])) {
        if (left[random.below(left.length)] === label) right++;
        left.splice(left.indexOf(label), 1);
      }
    }
    expect((100 * right) / 20_000).toBeCloseTo(ceiling(5, 1), -0.5);
  });

  it('in words', () => {
    expect([1, 2, 3, 4, 5, 10, 11, 12, 13, 21, 112].map(ordinal)).toEqual(
      '1st 2nd 3rd 4th 5th 10th 11th 12th 13th 21st 112th'.split(' '),
    );
  });
});
