import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DataSet } from '../../dist/data/drawings.js';
import { holdOut, splitClasses } from '../../dist/data/splits.js';

/** Names alone: splitting does not look at drawings. */
function dataOf(count: number): DataSet {
  const classes = Array.from({ length: count }, (_, i) => ({
    name: `class ${i}`,
    first: i,
    count: 1,
  }));
  return { name: 'names', classes, side: 1, atlas: new Uint8Array(count), digest: '' };
}

const ascending = (a: number, b: number) => a - b;

describe('the random split', () => {
  it("gives Omniglot's 1,623 classes the paper's 1,200 and 423, always the same", () => {
    const { train, test } = splitClasses(dataOf(1623));
    expect([train.length, test.length]).toEqual([1200, 423]);
    expect(splitClasses(dataOf(1623), 'random')).toEqual({ train, test });
    // Other numbers here are other test classes, and no result so far could be compared any more.
    expect(test.slice(0, 8)).toEqual([0, 10, 15, 17, 18, 19, 23, 26]);
  });

  it('is another with another seed', () => {
    expect(splitClasses(dataOf(100), 'random', 1)).not.toEqual(splitClasses(dataOf(100)));
  });

  it('has every class once, some on either side, in the proportion of the paper', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 400 }), fc.integer(), (count, seed) => {
        const { train, test } = splitClasses(dataOf(count), 'random', seed);
        expect(test.length).toBeGreaterThan(0);
        expect(Math.abs(train.length - (count * 1200) / 1623)).toBeLessThanOrEqual(1);
        for (const part of [train, test]) expect(part).toEqual([...part].sort(ascending));
        expect([...train, ...test].sort(ascending)).toEqual([...dataOf(count).classes.keys()]);
      }),
    );
  });

  it('needs two classes', () => {
    expect(() => splitClasses(dataOf(1))).toThrow(
      'names has 1 classes: at least two are needed, to train on and to test on',
    );
  });
});

describe('the split by alphabets', () => {
  it('is the one that comes with the data', () => {
    const alphabets = { train: [0, 2], test: [1] };
    expect(splitClasses({ ...dataOf(3), alphabets }, 'alphabets')).toEqual(alphabets);
  });

  it('is refused where there is none', () => {
    expect(() => splitClasses(dataOf(3), 'alphabets')).toThrow(
      'names has no background and evaluation alphabets (only omniglot has): use --split random',
    );
  });
});

describe('held out classes', () => {
  it('are taken from the training classes, always the same', () => {
    const { train } = splitClasses(dataOf(50));
    const held = holdOut(train, 7);
    expect(held).toEqual(holdOut(train, 7));
    expect(held).not.toEqual(holdOut(train, 7, 1));
    expect(held.test.length).toBe(7);
    expect([...held.train, ...held.test].sort(ascending)).toEqual(train);
  });
});
