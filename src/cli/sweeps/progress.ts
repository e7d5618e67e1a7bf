/** How far a sweep is. */
import type { RunProgress, RunResult } from '../../sweeps/result.js';
import { type Best, bestOf } from '../../sweeps/results/summary.js';
import type { PlannedRun } from '../../sweeps/run.js';

export class SweepProgress {
  /** Those that run now, in the order in which they began. */
  readonly running = new Map<string, RunProgress | undefined>();
  readonly results = new Map<string, RunResult>();
  readonly #steps: ReadonlyMap<string, number>;
  /** Seconds of a batch, as the runs have told. */
  #pace: number | undefined;

  constructor(
    readonly runs: readonly PlannedRun[],
    /** At a time. Undefined: as many as run now. */
    readonly jobs?: number | undefined,
  ) {
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
    const { step, steps, secondsLeft } = progress;
    if (progress.phase !== 'training' || !secondsLeft || step >= steps) return;
    this.#pace = secondsLeft / (steps - step);
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

  /** Undefined until some run has told how fast it is. Tests are not counted. */
  get secondsLeft(): number | undefined {
    if (this.#pace === undefined) return undefined;
    const waiting = [...this.#steps].filter(
      ([name]) => !this.results.has(name) && !this.running.has(name),
    );
    const own = [...this.running].map(
      ([name, progress]) => progress?.secondsLeft ?? this.#pace! * this.#left(name),
    );
    const batches = waiting.reduce((sum, [, steps]) => sum + steps, 0);
    const work = own.reduce((sum, seconds) => sum + seconds, 0) + this.#pace * batches;
    return Math.max(0, ...own, work / (this.jobs ?? Math.max(1, this.running.size)));
  }

  #trained(name: string): number {
    const progress = this.running.get(name);
    if (!progress) return 0;
    return progress.phase === 'testing' ? this.#steps.get(name)! : progress.step;
  }

  #left(name: string): number {
    return this.#steps.get(name)! - this.#trained(name);
  }
}
