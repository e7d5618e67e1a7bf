/** Runs the trainings of a sweep on this machine, some at a time. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { folderName } from './file/combinations.js';
import type { RunProgress, RunResult } from './result.js';
import type { SweepRun } from './run.js';
import { type RunTrainingOptions, runTraining } from './train-child.js';

/** How many run at a time, and on how many threads each. */
export interface Shares {
  readonly jobs: number;
  readonly threads: number;
}

/**
 * Divides the cores of a machine among runs: `sharesOf(12, {})`. As many as there are cores run at a time, on one thread
 * each; with fewer runs than cores each has several. What is given stays as it is.
 * @param runs how many there are to do
 */
export function sharesOf(
  runs: number,
  given: { readonly jobs?: number | undefined; readonly threads?: number | undefined },
  cores = availableParallelism(),
): Shares {
  const jobs = given.jobs ?? Math.max(1, Math.floor(cores / (given.threads ?? 1)));
  const atOnce = Math.max(1, Math.min(jobs, runs));
  return { jobs: atOnce, threads: given.threads ?? Math.max(1, Math.floor(cores / atOnce)) };
}

export interface ScheduleOptions extends Shares {
  /** The folder of Omniglot, for runs that do not say where it is. */
  readonly data?: string | undefined;
  /** The sweep's folder: each run has one of its own in it. */
  readonly folder: string;
  /** Stops all that run, and starts no more. */
  readonly signal?: AbortSignal | undefined;
  readonly onStart?: ((run: SweepRun) => void) | undefined;
  readonly onProgress?: ((run: SweepRun, progress: RunProgress) => void) | undefined;
  readonly onResult?: ((run: SweepRun, result: RunResult) => void) | undefined;
  /** Does one run. Default: {@link runTraining}. */
  readonly work?:
    | ((run: SweepRun, folder: string, options: RunTrainingOptions) => Promise<RunResult>)
    | undefined;
}

/**
 * Does all runs, in their order: `await runAll(runs, { folder, jobs: 2, threads: 1 })`. One that fails does not stop the others.
 * @returns the results, by the names of the runs; after the signal there are none of those that were not begun
 */
export async function runAll<R extends SweepRun>(
  runs: readonly R[],
  options: ScheduleOptions,
): Promise<Map<string, RunResult>> {
  const { folder, jobs, threads, data, signal, onStart, onProgress, onResult } = options;
  const work = options.work ?? runTraining;
  const results = new Map<string, RunResult>();
  const waiting = [...runs];
  const worker = async () => {
    for (let run = waiting.shift(); run && !signal?.aborted; run = waiting.shift()) {
      const current = run;
      onStart?.(current);
      const result = await work(current, join(folder, folderName(current.name)), {
        ...{ signal, threads, data },
        onProgress: (progress) => onProgress?.(current, progress),
      });
      results.set(current.name, result);
      onResult?.(current, result);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return results;
}
