/** Episodes whose labels are strings. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../dist/common/random.js';
import type { DataSet } from '../../../dist/data/drawings.js';
import {
  type EpisodeBatch,
  type EpisodeOptions,
  EpisodeSampler,
} from '../../../dist/tasks/classification/episodes.js';
import {
  digitsOf,
  numStrings,
  type Spelling,
  textOf,
} from '../../../dist/tasks/classification/string-labels.js';

/** Twelve classes of twenty drawings of 2x2 pixels. */
const data: DataSet = {
  name: 'squares',
  classes: Array.from({ length: 12 }, (_, i) => ({ name: `${i}`, first: 20 * i, count: 20 })),
  side: 2,
  atlas: new Uint8Array(12 * 20 * 4).fill(255),
  digest: '',
};
const all = [...data.classes.keys()];
const five: Spelling = { characters: 5, alphabet: 5 };
const options: EpisodeOptions = {
  ...{ batchSize: 2, numClasses: 5, inputHeight: 1, inputWidth: 2, augment: false },
  spelling: five,
};
const sampler = (more: Partial<EpisodeOptions> = {}, seed = 1) =>
  new EpisodeSampler(data, all, { ...options, ...more }, new Random(seed));

const upTo = (max: number, min = 1) => fc.integer({ min, max });
const asked = fc.record({
  spelling: fc.record({ characters: upTo(4), alphabet: upTo(6, 2) }),
  kind: fc.constantFrom('default' as const, 'original' as const),
  classes: upTo(4),
  distractors: upTo(3, 0),
  length: upTo(20),
  seed: fc.nat(),
});

/** The class that a step shows. */
const classOf = (batch: EpisodeBatch, step: number) => Math.floor(batch.drawings[step]! / 20);

describe('episodes with labels as strings', () => {
  it('give each class a string of its own, spell it, and tell it one step later', () => {
    fc.assert(
      fc.property(asked, ({ spelling, kind, classes, distractors, length: T, seed }) => {
        const none = numStrings(spelling);
        fc.pre(classes <= none);
        const numClasses = 4; // more than an alphabet may have
        const episodes = sampler({ spelling, numClasses, sampler: kind }, seed);
        const batch = episodes.next({ classes, length: T, distractors });
        const { characters: G, alphabet: C } = spelling;
        const X = 2 + G * C;
        for (let b = 0; b < 2; b++) {
          const count = classes + distractors;
          const shown = [...batch.classes.subarray(b * count, (b + 1) * count)];
          const owners = new Map<number, number>();
          for (let t = 0; t < T; t++) {
            const step = b * T + t;
            const label = batch.labels[step]!;
            const target = [...batch.targets.subarray(step * G, (step + 1) * G)];
            expect(target).toEqual(label === none ? Array(G).fill(C) : digitsOf(label, spelling));
            const own = classOf(batch, step);
            // the original sampler may choose one class twice, for two labels or as a distractor
            const places = [...shown.keys()].filter((i) => shown[i] === own);
            if (label === none) expect(places.some((i) => i >= classes)).toBe(true);
            else {
              expect(owners.get(label) ?? own).toBe(own);
              owners.set(label, own);
              expect(places.some((i) => i < classes)).toBe(true);
            }
            const told = [...batch.inputs.subarray(step * X + 2, (step + 1) * X)];
            const before = t > 0 ? batch.labels[step - 1]! : none;
            const oneHots = before === none ? [] : digitsOf(before, spelling);
            expect(told.reduce((sum, x) => sum + x, 0)).toBe(oneHots.length);
            for (const [g, digit] of oneHots.entries()) expect(told[g * C + digit]).toBe(1);
          }
          const labelled = new Set(shown.slice(0, classes));
          expect(owners.size).toBeLessThanOrEqual(classes);
          if (kind === 'default') expect(new Set(owners.values()).size).toBe(owners.size);
          for (const own of owners.values()) expect(labelled).toContain(own);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('have as many labels as classes where all have come up, in training and with the original sampler', () => {
    for (const kind of ['default', 'original'] as const) {
      const batch = sampler({ sampler: kind, batchSize: 40 }).next({ classes: 4, length: 60 });
      for (let b = 0; b < 40; b++) {
        expect(new Set(batch.labels.subarray(60 * b, 60 * (b + 1))).size).toBe(4);
      }
    }
  });

  it('draw strings from all there are', () => {
    const batch = sampler({ batchSize: 400 }).next({ classes: 4, length: 8 });
    const strings = [...batch.labels].map((label) => textOf(label));
    for (let g = 0; g < 5; g++) {
      for (const letter of 'abcde') {
        const share = strings.filter((text) => text[g] === letter).length / strings.length;
        expect(Math.abs(share - 0.2)).toBeLessThan(0.05);
      }
    }
    expect(new Set(batch.labels).size).toBeGreaterThan(800); // of at most 1,600
  });

  it('are no one-hots in the arrays of a batch that had these', () => {
    // 25 numbers of feedback in both, but labels of 8 bits and of 16
    const spent = sampler({ spelling: undefined, numClasses: 25 }).next({ classes: 4, length: 8 });
    const task = { classes: 4, length: 8 };
    expect(sampler().next(task, spent)).toEqual(sampler().next(task));
    const oneHot = sampler({ spelling: undefined, numClasses: 25 }, 3);
    expect(oneHot.next(task, sampler().next(task))).toEqual(
      sampler({ spelling: undefined, numClasses: 25 }, 3).next(task),
    );
  });

  it('are right where all characters are, and only labelled drawings count', () => {
    const episodes = sampler({ batchSize: 1 });
    const batch = episodes.next({ classes: 2, length: 30, distractors: 2 });
    const logits = new Float32Array(30 * 25);
    const labelled = [...batch.labels.keys()].filter((step) => batch.labels[step]! < 3125);
    expect(labelled.length).toBeGreaterThan(5);
    expect(labelled.length).toBeLessThan(25);
    for (const step of labelled) {
      const digits = digitsOf(batch.labels[step]!);
      for (const [g, digit] of digits.entries()) logits[step * 25 + g * 5 + digit] = 1;
    }
    const sums = () => {
      const [{ sum, total }] = episodes.grade(batch, { logits }) as [
        { sum: number[]; total: number[] },
      ];
      return [sum, total].map((numbers) => numbers.reduce((a, b) => a + b, 0));
    };
    const counted = labelled.filter((step) => batch.instances[step]! <= 10).length;
    expect(sums()).toEqual([counted, counted]);
    const first = labelled[0]!;
    const digit = digitsOf(batch.labels[first]!)[4]!;
    logits[first * 25 + 20 + ((digit + 1) % 5)] = 2;
    expect(sums()).toEqual([counted - 1, counted]);
  });
});
