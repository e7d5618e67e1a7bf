import { accuracyOf, addCounts, type ByInstance, type Counts, noCounts } from './metrics.js';

/** Batches that the running statistics look back on. */
export const WINDOW = 100;

/** Of each of the last batches, oldest first. */
export interface StatisticsState {
  readonly losses: readonly number[];
  /** Right guesses by instance. */
  readonly correct: readonly (readonly number[])[];
  /** Guesses by instance. */
  readonly total: readonly (readonly number[])[];
}

/** Loss and accuracy of training over the last {@link WINDOW} batches. */
export class RunningStatistics {
  #losses: number[] = [];
  #counts: Counts[] = [];
  readonly #sum = noCounts();

  constructor(state?: StatisticsState) {
    state?.losses.forEach((loss, i) => {
      this.add(loss, { correct: [...state.correct[i]!], total: [...state.total[i]!] });
    });
  }

  add(loss: number, counts: Counts): void {
    this.#losses.push(loss);
    this.#counts.push(counts);
    addCounts(this.#sum, counts);
    if (this.#losses.length > WINDOW) {
      this.#losses.shift();
      addCounts(this.#sum, this.#counts.shift()!, -1);
    }
  }

  /** The mean loss, summed afresh so that it depends on nothing but the window; NaN of nothing. */
  get loss(): number {
    return this.#losses.reduce((sum, loss) => sum + loss, 0) / this.#losses.length;
  }

  /** Percent by instance. */
  get accuracy(): ByInstance {
    return accuracyOf(this.#sum);
  }

  get state(): StatisticsState {
    return {
      losses: [...this.#losses],
      correct: this.#counts.map(({ correct }) => [...correct]),
      total: this.#counts.map(({ total }) => [...total]),
    };
  }
}
