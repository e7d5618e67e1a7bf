import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../dist/common/random.js';
import type { DataSet } from '../../dist/data/drawings.js';
import { UPRIGHT, warp } from '../../dist/data/warp.js';
import {
  type EpisodeBatch,
  type EpisodeOptions,
  EpisodeSampler,
} from '../../dist/tasks/classification/episodes.js';

/** Classes of these many drawings, every pixel inked, no two drawings alike. */
function dataOf(counts: readonly number[], side = 4): DataSet {
  let first = 0;
  const classes = counts.map((count, i) => {
    first += count;
    return { name: `class ${i}`, first: first - count, count };
  });
  const random = new Random(1);
  const atlas = Uint8Array.from({ length: first * side * side }, () => 1 + random.below(255));
  return { name: 'noise', classes, side, atlas, digest: '' };
}

const small: EpisodeOptions = {
  batchSize: 2,
  numClasses: 5,
  inputHeight: 3,
  inputWidth: 4,
  augment: true,
};

const bytesOf = ({ inputs }: EpisodeBatch) => Buffer.from(inputs.buffer).toString('base64');

/** A data set, a part of its classes, and a task that they suffice for. */
const asked = fc
  .record({
    counts: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 3, maxLength: 12 }),
    classes: fc.integer({ min: 1, max: 3 }),
    moreLabels: fc.integer({ min: 0, max: 3 }),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
    batchSize: fc.integer({ min: 1, max: 3 }),
    augment: fc.boolean(),
    seed: fc.integer(),
  })
  .map(({ counts, classes, moreLabels, part, batchSize, augment, seed }) => ({
    data: dataOf(counts),
    chosenFrom: [...counts.keys()].slice(counts.length > 5 ? 2 : 0),
    task: { classes, length: Math.max(1, Math.floor(part * classes * Math.min(...counts))) },
    options: { ...small, batchSize, augment, numClasses: classes + moreLabels },
    seed,
  }));

describe('episodes', () => {
  it('are what they should be, whatever is asked for', () => {
    fc.assert(
      fc.property(asked, ({ data, chosenFrom, task, options, seed }) => {
        const sampler = new EpisodeSampler(data, chosenFrom, options, new Random(seed, 'episodes'));
        const batch = sampler.next(task);
        const [B, T, C, P] = [options.batchSize, task.length, options.numClasses, 12];
        expect([batch.batch, batch.length]).toEqual([B, T]);
        expect(batch.inputs.length).toBe(B * T * (P + C));
        for (const each of [batch.labels, batch.instances, batch.drawings]) {
          expect(each.length).toBe(B * T);
        }
        expect(batch.classes.length).toBe(B * task.classes);
        for (let b = 0; b < B; b++) checkEpisode(batch, b, data, chosenFrom, C, P);
      }),
    );
  });

  it('are one sequence for one seed, and go on from a saved state', () => {
    const data = dataOf(new Array(8).fill(5));
    const classes = [...data.classes.keys()];
    const make = (seed: number) => new EpisodeSampler(data, classes, small, new Random(seed));
    const task = { classes: 3, length: 9 };
    const whole = make(4);
    const batches = [whole.next(task), whole.next({ classes: 2, length: 4 }), whole.next(task)];
    expect(new Set(batches.map(bytesOf)).size).toBe(3);

    const begun = make(4);
    expect(begun.next(task)).toEqual(batches[0]);
    const saved = JSON.parse(JSON.stringify(begun.state));
    const resumed = make(99);
    resumed.restore(saved);
    expect(resumed.next({ classes: 2, length: 4 })).toEqual(batches[1]);
    expect(resumed.next(task)).toEqual(batches[2]);
    expect(make(5).next(task)).not.toEqual(batches[0]);
  });

  it('are the same in the arrays of a batch that is spent, where it fits', () => {
    fc.assert(
      fc.property(asked, ({ data, chosenFrom, options, task, seed }) => {
        const make = (more = {}) =>
          new EpisodeSampler(data, chosenFrom, { ...options, ...more }, new Random(seed));
        const [fresh, again, larger] = [make(), make(), make({ inputHeight: 4 })];
        const spent = again.next(task);
        expect(spent).toEqual(fresh.next(task));
        const batch = again.next(task, spent);
        expect(batch.inputs.buffer).toBe(spent.inputs.buffer);
        expect(batch).toEqual(fresh.next(task));
        expect(larger.next(task, batch)).toEqual(make({ inputHeight: 4 }).next(task));
      }),
    );
  });

  it('of repeated drawings show each class the same way whenever it comes up', () => {
    const data = dataOf(new Array(6).fill(7));
    const sampler = new EpisodeSampler(data, [0, 1, 2, 3, 4, 5], small, new Random(2));
    const { inputs, labels, drawings, batch, length } = sampler.next({
      classes: 3,
      length: 20,
      repeat: true,
    });
    for (let b = 0; b < batch; b++) {
      const first = new Map<number, number>();
      for (let step = b * length; step < (b + 1) * length; step++) {
        const same = first.get(labels[step]!) ?? step;
        first.set(labels[step]!, same);
        const pixels = (at: number) => inputs.subarray(at * 17, at * 17 + 12);
        expect(drawings[step]).toBe(drawings[same]);
        expect(pixels(step)).toEqual(pixels(same));
      }
      expect(first.size).toBe(3);
    }
  });

  it('without augmentation show the drawings upright', () => {
    const data = dataOf(new Array(6).fill(4));
    const options = { ...small, augment: false };
    const sampler = new EpisodeSampler(data, [0, 1, 2, 3, 4, 5], options, new Random(2));
    const batch = sampler.next({ classes: 5, length: 20 });
    const drawn = new Float32Array(12);
    for (let step = 0; step < 40; step++) {
      warp(data, batch.drawings[step]!, UPRIGHT, 3, 4, drawn, 0);
      expect(batch.inputs.subarray(step * 17, step * 17 + 12)).toEqual(drawn);
    }
  });

  it('turn a whole class by quarters, and each of its drawings a little', () => {
    const { inputs, labels, batch, length } = spots();
    const turns = new Set<number>();
    const places = new Set<string>();
    for (let b = 0; b < batch; b++) {
      const turnOf = new Map<number, number>();
      for (let step = b * length; step < (b + 1) * length; step++) {
        const { quarter, x, y } = spotOf(inputs.subarray(step * 405, step * 405 + 400));
        expect(turnOf.get(labels[step]!) ?? quarter).toBe(quarter);
        turnOf.set(labels[step]!, quarter);
        turns.add(quarter);
        places.add(`${x.toFixed(4)} ${y.toFixed(4)}`);
        // The spot lies 0.25 sides out both ways; it turns by 11.25° and moves by 10/105 at most.
        const furthest = Math.SQRT1_2 / 2;
        expect(Math.min(Math.abs(x), Math.abs(y))).toBeGreaterThan(
          furthest * Math.sin(((45 - 11.25) * Math.PI) / 180) - 10 / 105 - 0.02,
        );
        expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThan(
          furthest * Math.sin(((45 + 11.25) * Math.PI) / 180) + 10 / 105 + 0.02,
        );
      }
    }
    expect(turns.size).toBe(4);
    expect(places.size).toBe(batch * length);
  });

  it('that vary widely stretch and slant each drawing in its own way, and no other episode changes', () => {
    const data = dataOf(new Array(6).fill(4), 12);
    const episodesOf = (augment: EpisodeOptions['augment']) => {
      const options = { ...small, inputHeight: 12, inputWidth: 12, augment };
      const sampler = new EpisodeSampler(data, [0, 1, 2, 3, 4, 5], options, new Random(2));
      return sampler.next({ classes: 3, length: 12 });
    };
    const inkOf = ({ inputs }: EpisodeBatch, step: number) =>
      inputs.subarray(step * 149, step * 149 + 144).filter((x) => x > 0).length;
    const wide = episodesOf('wide');
    const inks = Array.from({ length: 24 }, (_, step) => inkOf(wide, step));
    expect(Math.min(...inks)).toBeLessThan(110);
    const plain = episodesOf(true);
    const plainInks = Array.from({ length: 24 }, (_, step) => inkOf(plain, step));
    const spread = (numbers: number[]) => Math.max(...numbers) - Math.min(...numbers);
    expect(spread(inks)).toBeGreaterThan(1.5 * spread(plainInks));
    expect(wide.labels.every((label) => label < 5)).toBe(true);
  });

  it('with distractors show further classes, which have no label and give none', () => {
    const data = dataOf(new Array(30).fill(20));
    const sampler = new EpisodeSampler(data, [...data.classes.keys()], small, new Random(4));
    const [B, T, P, C] = [2, 200, 12, 5];
    const batch = sampler.next({ classes: 5, length: T, distractors: 5 });
    expect(batch.classes.length).toBe(B * 10);
    for (let b = 0; b < B; b++) {
      const all = batch.classes.subarray(b * 10, (b + 1) * 10);
      expect(new Set(all).size).toBe(10);
      const shown = new Map<number, Set<number>>();
      for (let t = 0; t < T; t++) {
        const step = b * T + t;
        const label = batch.labels[step]!;
        const of = data.classes.findIndex(
          ({ first, count }) =>
            batch.drawings[step]! >= first && batch.drawings[step]! < first + count,
        );
        shown.set(label, (shown.get(label) ?? new Set()).add(of));
        const next = (step + 1) * (P + C) + P;
        if (t + 1 < T) {
          const expected = new Float32Array(C);
          if (label < C) expected[label] = 1;
          expect(batch.inputs.subarray(next, next + C)).toEqual(expected);
        }
      }
      expect([...shown.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5]);
      for (const [label, classes] of shown) expect(classes.size).toBe(label === C ? 5 : 1);
      const without = batch.labels.subarray(b * T, (b + 1) * T).filter((label) => label === C);
      expect(Math.abs(without.length / T - 0.5)).toBeLessThan(0.15);
    }
    expect(() => sampler.next({ classes: 5, length: 20, distractors: 26 })).toThrow(
      /5 classes and 26 without a label/,
    );
    expect(() => sampler.next({ classes: 5, length: 20, distractors: -1 })).toThrow(/distractors/);
  });

  it('draw classes, labels and steps evenly', () => {
    const data = dataOf(new Array(10).fill(20), 2);
    const options = { ...small, batchSize: 1000, inputHeight: 1, inputWidth: 1, augment: false };
    const sampler = new EpisodeSampler(
      data,
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      options,
      new Random(3),
    );
    const batch = sampler.next({ classes: 2, length: 10 });
    const count = (values: Iterable<number>, kinds: number) => {
      const counts = new Array(kinds).fill(0);
      for (const value of values) counts[value]++;
      return counts;
    };
    // About five standard deviations.
    for (const n of count(batch.classes, 10)) expect(Math.abs(n - 200)).toBeLessThan(65);
    // Two classes, but all five labels: the network must not learn that some are never used.
    for (const n of count(batch.labels, 5)) expect(Math.abs(n - 2000)).toBeLessThan(300);
    let repeats = 0;
    for (let step = 0; step < 10_000; step++) {
      if (step % 10 > 0 && batch.labels[step] === batch.labels[step - 1]) repeats++;
    }
    expect(Math.abs(repeats - 4500)).toBeLessThan(240); // the last step tells nothing of the next
  });

  it('show a drawing again only when the class has no other', () => {
    const data = dataOf([3, 3]);
    const sampler = new EpisodeSampler(data, [0, 1], small, new Random(1));
    for (let i = 0; i < 20; i++) {
      const { drawings } = sampler.next({ classes: 1, length: 3 });
      expect(new Set(drawings.subarray(0, 3)).size).toBe(3);
    }
  });

  it('of the original sampler draw classes and drawings with replacement', () => {
    const data = dataOf([3, 3, 3, 3]);
    const make = (sampler: 'default' | 'original', seed = 1) => {
      const options = { ...small, batchSize: 300, sampler };
      return new EpisodeSampler(data, [0, 1, 2, 3], options, new Random(seed));
    };
    const task = { classes: 3, length: 6 };
    const batch = make('original').next(task);
    let [doubled, again] = [0, 0];
    const labels = new Array(5).fill(0);
    for (let b = 0; b < 300; b++) {
      const classes = [...batch.classes.subarray(3 * b, 3 * b + 3)];
      if (new Set(classes).size < 3) doubled++;
      const own = new Map<number, number[]>(); // drawings by label
      for (let step = 6 * b; step < 6 * b + 6; step++) {
        const label = batch.labels[step]!;
        labels[label]++;
        const before = own.get(label) ?? [];
        const drawing = batch.drawings[step]!;
        // one class a label, however many labels a class
        const one = Math.floor(drawing / 3);
        expect(classes).toContain(one);
        for (const other of before) expect(Math.floor(other / 3)).toBe(one);
        if (before.length === 1 && before[0] === drawing) again++;
        own.set(label, [...before, drawing]);
        expect(batch.instances[step]).toBe(before.length + 1);
      }
      expect(own.size).toBeLessThanOrEqual(3);
    }
    // 1 - (4*3*2)/4^3 = 62.5% of the episodes; ±4 standard deviations of 2.8%
    expect(doubled / 300).toBeGreaterThan(0.51);
    expect(doubled / 300).toBeLessThan(0.74);
    // A third of all 2nd drawings is the 1st one; of the default sampler none is, with three drawings.
    expect(again).toBeGreaterThan(100);
    for (const count of labels) expect(count).toBeGreaterThan(200);
    expect(make('original').next(task)).toEqual(batch);
    expect(make('original', 2).next(task)).not.toEqual(batch);
    const { classes } = make('default').next(task);
    for (let b = 0; b < 300; b++) {
      expect(new Set(classes.subarray(3 * b, 3 * b + 3)).size).toBe(3);
    }
  });

  it('of the original sampler need no more classes and drawings than one', () => {
    const options = { ...small, sampler: 'original' as const };
    const sampler = new EpisodeSampler(dataOf([1]), [0], options, new Random(1));
    const { drawings, labels } = sampler.next({ classes: 5, length: 20 });
    expect(new Set(drawings)).toEqual(new Set([0]));
    expect(new Set(labels).size).toBe(5);
    const none = new EpisodeSampler(dataOf([1]), [], options, new Random(1));
    expect(() => none.next({ classes: 1, length: 1 })).toThrow(/has only 0/);
  });

  it('of the original sampler shift by whole pixels of 105', () => {
    const shifts = new Set<string>();
    const random = new Random(3);
    const sampler = new EpisodeSampler(
      dataOf([5, 5, 5], 35),
      [0, 1, 2],
      { ...small, sampler: 'original' },
      random,
    );
    const below = random.below.bind(random);
    let uniform = 0;
    random.uniform = (low, high) => {
      uniform++;
      expect([low, high]).toEqual([-Math.PI / 16, Math.PI / 16]); // angles alone
      return 0;
    };
    random.below = (n) => {
      const value = below(n);
      if (n === 21) shifts.add(String(value));
      return value;
    };
    sampler.next({ classes: 3, length: 200 });
    expect(uniform).toBe(2 * 200);
    expect(shifts.size).toBe(21);
  });

  it('are refused where classes or drawings do not suffice', () => {
    const data = dataOf([4, 4, 2, 4]);
    const make = (classes: number[]) => new EpisodeSampler(data, classes, small, new Random(1));
    expect(() => make([0, 1]).next({ classes: 3, length: 3 })).toThrow(
      'episodes of 3 classes were asked for, but this part of noise has only 2: give a smaller --num-classes',
    );
    expect(() => make([0, 1, 2]).next({ classes: 2, length: 5 })).toThrow(
      'the class class 2 of noise has 2 drawings, but an episode needs 3 of each class: ' +
        'give a smaller --num-samples or --episode-length, or add drawings',
    );
    expect(() => make([0, 1, 3]).next({ classes: 2, length: 5 })).not.toThrow();
  });

  it('are refused where they make no sense, before anything is drawn', () => {
    const data = dataOf(new Array(8).fill(9));
    const sampler = new EpisodeSampler(data, [...data.classes.keys()], small, new Random(1));
    const before = sampler.state;
    expect(() => sampler.next({ classes: 6, length: 6 })).toThrow(
      new RangeError('an episode of 6 classes needs more than 5 labels'),
    );
    for (const length of [0, -1, 2.5, Number.NaN]) {
      expect(() => sampler.next({ classes: 2, length })).toThrow(
        new RangeError(`length of an episode must be a whole number from 1, not ${length}`),
      );
    }
    expect(() => sampler.next({ classes: 0, length: 4 })).toThrow(RangeError);
    expect(sampler.state).toEqual(before);
  });
});

/** Recounts one episode from its drawings. */
function checkEpisode(
  batch: EpisodeBatch,
  b: number,
  data: DataSet,
  chosenFrom: readonly number[],
  C: number,
  P: number,
): void {
  const T = batch.length;
  const k = batch.classes.length / batch.batch;
  const classes = batch.classes.subarray(b * k, (b + 1) * k);
  expect(new Set(classes).size).toBe(k);
  for (const one of classes) expect(chosenFrom).toContain(one);

  const labelOf = new Map<number, number>();
  const shown = new Map<number, number[]>();
  for (let t = 0; t < T; t++) {
    const step = b * T + t;
    const drawing = batch.drawings[step]!;
    const one = data.classes.findIndex(
      ({ first, count }) => drawing >= first && drawing < first + count,
    );
    expect(classes).toContain(one);
    const label = batch.labels[step]!;
    expect(label).toBeLessThan(C);
    expect(labelOf.get(one) ?? label).toBe(label);
    labelOf.set(one, label);

    const before = shown.get(one) ?? [];
    const { count } = data.classes[one]!;
    expect(before.slice(before.length - (before.length % count))).not.toContain(drawing);
    shown.set(one, [...before, drawing]);
    expect(batch.instances[step]).toBe(before.length + 1);

    const row = batch.inputs.subarray(step * (P + C), (step + 1) * (P + C));
    const pixels = [...row.subarray(0, P)];
    expect(Math.max(...pixels)).toBeCloseTo(1, 6); // to the last bit or so of a float32
    expect(Math.min(...pixels)).toBeGreaterThanOrEqual(0);
    const hot = new Array(C).fill(0);
    if (t > 0) hot[batch.labels[step - 1]!] = 1;
    expect([...row.subarray(P)]).toEqual(hot);
  }
  expect(new Set(labelOf.values()).size).toBe(labelOf.size);
}

/** Episodes of drawings that all show one spot in the middle of their upper left quarter. */
function spots(): EpisodeBatch {
  const side = 20;
  const atlas = new Uint8Array(5 * 10 * side * side);
  for (let drawing = 0; drawing < 50; drawing++) {
    for (const y of [4, 5]) for (const x of [4, 5]) atlas[(drawing * side + y) * side + x] = 255;
  }
  const classes = [0, 1, 2, 3, 4].map((c) => ({ name: `${c}`, first: 10 * c, count: 10 }));
  const data: DataSet = { name: 'spots', classes, side, atlas, digest: '' };
  const options = { batchSize: 8, numClasses: 5, inputHeight: 20, inputWidth: 20, augment: true };
  const sampler = new EpisodeSampler(data, [0, 1, 2, 3, 4], options, new Random(6));
  return sampler.next({ classes: 5, length: 25 });
}

/** The quarter of the picture that the ink lies in, and its middle in sides from the picture's middle. */
function spotOf(pixels: Float32Array): { quarter: number; x: number; y: number } {
  let [x, y, ink] = [0, 0, 0];
  for (const [i, value] of pixels.entries()) {
    x += value * (((i % 20) + 0.5) / 20 - 0.5);
    y += value * ((Math.floor(i / 20) + 0.5) / 20 - 0.5);
    ink += value;
  }
  return { quarter: (x > 0 ? 1 : 0) + (y > 0 ? 2 : 0), x: x / ink, y: y / ink };
}
