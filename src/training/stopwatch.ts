/** Batches over which the speed is averaged. */
const RECENT = 50;

/** How fast training goes and how long the rest will take. Never part of logs or checkpoints. */
export class Stopwatch {
  readonly #batches: number[] = [];
  #evaluations = 0;
  #evaluationTime = 0;

  /** A batch took so many milliseconds. */
  batch(milliseconds: number): void {
    this.#batches.push(milliseconds);
    if (this.#batches.length > RECENT) this.#batches.shift();
  }

  /** An evaluation took so many milliseconds. */
  evaluation(milliseconds: number): void {
    this.#evaluations++;
    this.#evaluationTime += milliseconds;
  }

  /**
   * @param left batches to come
   * @param evaluateEvery batches between two evaluations, 0 for none
   * @returns batches a second, and seconds to the end
   */
  estimate(left: number, evaluateEvery: number): { speed: number; secondsLeft: number } {
    const time = this.#batches.reduce((sum, one) => sum + one, 0);
    const perBatch = time / this.#batches.length;
    const perEvaluation = this.#evaluationTime / Math.max(1, this.#evaluations);
    const evaluations = evaluateEvery > 0 ? Math.ceil(left / evaluateEvery) : 0;
    return {
      speed: 1000 / perBatch,
      secondsLeft: (left * perBatch + evaluations * perEvaluation) / 1000,
    };
  }
}
