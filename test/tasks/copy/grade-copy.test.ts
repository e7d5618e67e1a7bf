import { describe, expect, it } from 'vitest';
import { Random } from '../../../dist/common/random.js';
import { CopySampler } from '../../../dist/tasks/copy/copy-sampler.js';
import { copiedByLength, countCopies, gradeCopies } from '../../../dist/tasks/copy/grade-copy.js';
import { scoresOf, sumCounts } from '../../../dist/tasks/scores.js';

const batch = new CopySampler({ batchSize: 3, bits: 4 }, new Random(1)).next({
  length: 5,
  exact: true,
});
/** Right wherever bits are asked for, and wrong where they are not. */
const right = batch.targets.map((bit, i) =>
  batch.mask[Math.floor(i / 4)] === 1 ? 2 * bit - 1 : 1,
);

describe('grades of copies', () => {
  it('count the wrong bits of each sequence, where bits are asked for', () => {
    expect(gradeCopies(batch, right)).toEqual(new Array(3).fill({ vectors: 5, wrong: 0 }));
    const some = right.slice();
    const T = 11;
    some[(1 * T + 6) * 4] *= -1; // the first bit that is asked for
    some[(1 * T + 10) * 4 + 3] *= -1; // and the last
    some[(2 * T + 5) * 4] *= -1; // at the delimiter: nothing is asked
    expect(gradeCopies(batch, some).map(({ wrong }) => wrong)).toEqual([0, 2, 0]);
    expect(
      gradeCopies(
        batch,
        right.map((x) => -x),
      ).map(({ wrong }) => wrong),
    ).toEqual([20, 20, 20]);
  });

  it('take a logit of 0, and none at all, for wrong', () => {
    for (const nothing of [0, Number.NaN]) {
      const grades = gradeCopies(batch, right.slice().fill(nothing));
      expect(grades.map(({ wrong }) => wrong)).toEqual([20, 20, 20]);
    }
  });

  it('are counted by length: whole sequences, up to the longest', () => {
    const measure = copiedByLength(40);
    expect(measure.columns.map(({ title }) => title)).toEqual([
      '1',
      '2',
      '3-5',
      '6-10',
      '11-15',
      '16-20',
      '21-30',
      '31-40',
    ]);
    const grades = [
      { vectors: 20, wrong: 0 },
      { vectors: 3, wrong: 1 },
      { vectors: 20, wrong: 6 },
      { vectors: 16, wrong: 0 },
      { vectors: 17, wrong: 0 },
      { vectors: 41, wrong: 0 },
    ];
    const counts = sumCounts(countCopies(grades, measure), measure.columns.length);
    expect(scoresOf(counts, measure)).toEqual({ 5: 0, 20: 75 });
  });
});
