import { type Counts, type Measure, type Scores, scoresOf, sumCounts } from '../tasks/scores.js';

/** Batches that the running statistics look back on. */
export const WINDOW = 100;

/** Of each of the last batches, oldest first. */
export interface StatisticsState {
  readonly losses: readonly number[];
  /** What answers were worth by column: how many were right, where it is shares that are measured. */
  readonly correct: readonly (readonly number[])[];
  /** Answers by column. */
  readonly total: readonly (readonly number[])[];
}

/** Loss and scores of training over the last {@link WINDOW} batches, summed afresh so that they depend on nothing else. */
export class RunningStatistics {
  readonly #measure: Measure;
  #losses: number[] = [];
  #counts: Counts[] = [];

  constructor(measure: Measure, state?: StatisticsState) {
    this.#measure = measure;
    state?.losses.forEach((loss, i) => {
      this.add(loss, { sum: [...state.correct[i]!], total: [...state.total[i]!] });
    });
  }

  add(loss: number, counts: Counts): void {
    this.#losses.push(loss);
    this.#counts.push(counts);
    if (this.#losses.length > WINDOW) {
      this.#losses.shift();
      this.#counts.shift();
    }
  }

  /** The mean loss; NaN of nothing. */
  get loss(): number {
    return this.#losses.reduce((sum, loss) => sum + loss, 0) / this.#losses.length;
  }

  get scores(): Scores {
    return scoresOf(sumCounts(this.#counts, this.#measure.columns.length), this.#measure);
  }

  get state(): StatisticsState {
    return {
      losses: [...this.#losses],
      correct: this.#counts.map(({ sum }) => [...sum]),
      total: this.#counts.map(({ total }) => [...total]),
    };
  }
}
