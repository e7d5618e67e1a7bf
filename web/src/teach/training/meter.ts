import { type Counts, type EpisodeBatch, type EpisodeSource, scoresOf, sumCounts } from 'mann';
import type { Point } from './messages.js';

/** Points of a curve, whatever its length. */
const POINTS = 200;
/** Batches that a point is the mean of, at least. */
const LEAST = 20;

/** Answers that an accuracy is of, at least: less is noise. */
const ANSWERS = 20;

/** The learning curve of a training. Its points depend on the batches alone, not on how fast the machine is. */
export class Meter {
  readonly #every: number;
  readonly #window: number;
  #source: EpisodeSource<EpisodeBatch> | undefined;
  #last: { counts: Counts; episodes: number }[] = [];
  #points: Point[] = [];

  /** @param batches of the whole training */
  constructor(batches: number) {
    this.#every = Math.ceil(batches / POINTS);
    this.#window = Math.max(LEAST, this.#every);
  }

  /** The same episodes; their grades are counted here too. */
  watching(source: EpisodeSource<EpisodeBatch>): EpisodeSource<EpisodeBatch> {
    this.#source = source;
    return {
      measure: source.measure,
      next: (task, spent, views) => source.next(task, spent, views),
      grade: (batch, answers) => {
        const graded = source.grade(batch, answers);
        const counts = sumCounts(graded, source.measure.columns.length);
        this.#last.push({ counts, episodes: graded.length });
        if (this.#last.length > this.#window) this.#last.shift();
        return graded;
      },
      get state() {
        return source.state;
      },
      restore: (state) => source.restore(state),
    };
  }

  /** After each batch. @param batch its number, from 1 */
  add(batch: number): void {
    const { measure } = this.#source!;
    if (batch % this.#every !== 0) return;
    const counts = this.#last.map(({ counts }) => counts);
    const sum = sumCounts(counts, measure.columns.length);
    const total = sum.total.map((answers) => (answers < ANSWERS ? 0 : answers));
    const accuracy = scoresOf({ ...sum, total }, measure);
    this.#points.push({ batch, episodes: batch * this.#last.at(-1)!.episodes, accuracy });
  }

  /** The points since this was called last. */
  take(): Point[] {
    return this.#points.splice(0);
  }

  reset(): void {
    this.#last = [];
    this.#points = [];
  }
}
