import type { Floats } from '../../model/tensors.js';
import type { CopyBatch } from './copy.js';

/** How one sequence was copied. */
export interface CopyGrade {
  /** L: vectors of the sequence. */
  readonly vectors: number;
  /** Bits that are wrong, of L·D. */
  readonly wrong: number;
}

/** How sequences of one length were copied. */
export interface CopyScore {
  readonly sequences: number;
  /** Wrong bits of a sequence, on average. */
  readonly wrong: number;
  /** Sequences without a wrong bit, in percent. */
  readonly whole: number;
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

/** Scores by the sequences' length, shortest first: `copyScores(grades).get(20)`. */
export function copyScores(grades: Iterable<CopyGrade>): Map<number, CopyScore> {
  const sums = new Map<number, { sequences: number; wrong: number; whole: number }>();
  for (const { vectors, wrong } of grades) {
    const sum = sums.get(vectors) ?? { sequences: 0, wrong: 0, whole: 0 };
    sums.set(vectors, sum);
    sum.sequences++;
    sum.wrong += wrong;
    if (wrong === 0) sum.whole++;
  }
  return new Map(
    [...sums]
      .sort(([a], [b]) => a - b)
      .map(([vectors, { sequences, wrong, whole }]) => [
        vectors,
        { sequences, wrong: wrong / sequences, whole: (100 * whole) / sequences },
      ]),
  );
}
