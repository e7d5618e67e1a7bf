import type { Floats } from '../../model/tensors.js';
import { type Counts, type Measure, noCounts } from '../scores.js';
import type { CopyBatch } from './copy-sampler.js';

/** How one sequence was copied. */
export interface CopyGrade {
  /** L: vectors of the sequence. */
  readonly vectors: number;
  /** Bits that are wrong, of L·D. */
  readonly wrong: number;
}

/**
 * Grades each sequence of a batch: `gradeCopies(batch, logits)`.
 * @param logits [B, T, D]: above 0 says that a bit is 1; only steps count at which bits are asked for
 */
export function gradeCopies(batch: CopyBatch, logits: Floats): CopyGrade[] {
  const { batch: B, length: T, vectors, targets, mask } = batch;
  const D = targets.length / (B * T);
  return Array.from({ length: B }, (_, b) => {
    let wrong = 0;
    for (let step = b * T; step < (b + 1) * T; step++) {
      if (mask[step] === 0) continue;
      for (let i = step * D; i < (step + 1) * D; i++) {
        // Neither above nor below, and NaN, are wrong: they say nothing.
        const isRight = targets[i] === 1 ? logits[i]! > 0 : logits[i]! < 0;
        if (!isRight) wrong++;
      }
    }
    return { vectors, wrong };
  });
}

/** The columns of the table: lengths from one after the last column's to this. */
const LENGTHS = [1, 2, 5, 10, 15, 20, 30, 40, 60, 80, 100, 120] as const;

/** Whole copies by length of the sequence, up to `longest`: a sequence counts where no bit of it is wrong. */
export function copiedByLength(longest: number): Measure {
  const ends = LENGTHS.filter((length) => length < longest);
  return {
    name: 'copied',
    title: 'copied, %',
    by: 'length',
    columns: [...ends, longest].map((end, i) => {
      const begin = (ends[i - 1] ?? 0) + 1;
      const title = begin === end ? String(end) : `${begin}-${end}`;
      return { key: String(end), title };
    }),
    scale: 100,
    digits: 1,
  };
}

/** What goes into the table of copies. */
export function countCopies(grades: readonly CopyGrade[], { columns }: Measure): Counts[] {
  return grades.map(({ vectors, wrong }) => {
    const counts = noCounts(columns.length);
    const column = columns.findIndex(({ key }) => vectors <= Number(key));
    if (column < 0) return counts;
    counts.total[column] = 1;
    counts.sum[column] = wrong === 0 ? 1 : 0;
    return counts;
  });
}
