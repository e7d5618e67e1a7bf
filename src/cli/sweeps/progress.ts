/** How far a sweep is. */
import type { RunProgress, RunResult } from '../../sweeps/result.js';
import { type Best, bestOf } from '../../sweeps/results/summary.js';
import type { PlannedRun } from '../../sweeps/run.js';

/** Of training, before the time left is estimated. */
const LEAST_SECONDS = 5;

export class SweepProgress {
  /** Those that run now, in the order in which they began. */
  readonly running = new Map<string, RunProgress | undefined>();
  readonly results = new Map<string, RunResult>();
  readonly #steps: ReadonlyMap<string, number>;
  /** The batches that this sweep has trained, and since when: of a resumed run only those after the first that it told of. */
  readonly #seen = new Map<string, { readonly first: number; last: number }>();
  #begun: number | undefined;

  constructor(readonly runs: readonly PlannedRun[]) {
    this.#steps = new Map(runs.map(({ name, steps }) => [name, steps]));
  }

  started(name: string): void {
    this.running.set(name, undefined);
  }

  /** Its worker is gone. */
  waits(name: string): void {
    this.running.delete(name);
  }

  told(name: string, progress: RunProgress): void {
    this.running.set(name, progress);
    if (progress.phase !== 'training') return;
    this.#begun ??= Date.now();
    const { step } = progress;
    const seen = this.#seen.get(name);
    if (seen) seen.last = step;
    else this.#seen.set(name, { first: step, last: step });
  }

  ended(name: string, result: RunResult): void {
    this.running.delete(name);
    this.results.set(name, result);
  }

  count(status: RunResult['status']): number {
    return [...this.results.values()].filter((result) => result.status === status).length;
  }

  get best(): Best | undefined {
    return bestOf(this.runs, this.results);
  }

  /** Of all batches of all runs; runs that ended count as whole. */
  get share(): number {
    let [done, all] = [0, 0];
    for (const [name, steps] of this.#steps) {
      all += steps;
      done += this.results.has(name) ? steps : this.#trained(name);
    }
    return all === 0 ? 1 : done / all;
  }

  /**
   * By the batches that all runs together have trained since the first one told of any, so that starts and tests count too.
   * Undefined at the beginning, when that says little.
   */
  get secondsLeft(): number | undefined {
    const trained = [...this.#seen.values()].reduce(
      (sum, { first, last }) => sum + last - first,
      0,
    );
    const seconds = (Date.now() - (this.#begun ?? Date.now())) / 1000;
    const left = [...this.#steps].reduce(
      (sum, [name, steps]) => sum + (this.results.has(name) ? 0 : steps - this.#trained(name)),
      0,
    );
    if (seconds < LEAST_SECONDS || trained === 0) return undefined;
    return (left * seconds) / trained;
  }

  #trained(name: string): number {
    const progress = this.running.get(name);
    if (!progress) return 0;
    return progress.phase === 'testing' ? this.#steps.get(name)! : progress.step;
  }
}
