/**
 * A sweep's side of the queue: adds its runs, watches them, and collects what came of them.
 *
 * Events are only hints to look: everything is looked at now and then in any case, so a lost one costs seconds, and a
 * job that a server forgot is added again.
 */
import { join } from 'node:path';
import type { Job } from 'bullmq';
import { messageOf } from '../../common/errors.js';
import { makeFolder } from '../../common/files/atomic-file.js';
import { fileError } from '../../common/files/file-errors.js';
import type { DoneRun, RunResult } from '../result.js';
import type { SweepRun } from '../run.js';
import { claimRunFolder, keepResult } from '../run-files.js';
import { finishedRun } from '../train-child.js';
import { waitFor, waitNoLonger } from './notes.js';
import {
  type JobPayload,
  jobOf,
  keyOf,
  readDelivery,
  readFailure,
  readProgress,
  type WorkerProgress,
} from './payload.js';
import { DEATHS, pause, type QueueServer } from './server.js';
import type { Store } from './store/store.js';
import { CANCELLED } from './worker/attempt.js';

export interface RemoteOptions<R extends SweepRun = SweepRun> {
  readonly server: QueueServer;
  readonly store: Store;
  /** Whether the store is a shared folder. */
  readonly shared: boolean;
  /** Tells this sweep from all others, also when it is started again. */
  readonly sweep: string;
  /** The version of mann. */
  readonly version: string;
  /** Cancels the runs that nobody else waits for. */
  readonly signal: AbortSignal;
  readonly folderOf: (run: R) => string;
  /** A worker has taken it. */
  readonly onStart?: ((run: R) => void) | undefined;
  readonly onProgress?: ((run: R, progress: WorkerProgress) => void) | undefined;
  /** No worker has it, or none has it any more. */
  readonly onWaiting?: ((run: R) => void) | undefined;
  readonly onResult?: ((run: R, result: RunResult) => void) | undefined;
}

/** Runs that are looked at together. */
const AT_ONCE = 8;
/** Runs that may all be looked at as often as one. */
const MANY = 200;
/** Jobs added together. */
const BATCH = 200;
/** Tries of a training that failed: the second may be on another machine. */
const TRIES = 2;
/** Milliseconds in which workers must have stopped what was cancelled. */
const STOPPING = 60_000;

interface Watched<R> {
  readonly run: R;
  readonly key: string;
  readonly id: string;
  readonly data: JobPayload;
}

/**
 * Has workers train these runs: `const results = await runOnQueue(runs, { server, store, ... })`.
 * @returns a result for each, by the names of the runs; those that were cancelled are stopped
 */
export async function runOnQueue<R extends SweepRun>(
  runs: readonly R[],
  options: RemoteOptions<R>,
): Promise<Map<string, RunResult>> {
  return await new Remote(runs, options).watch();
}

class Remote<R extends SweepRun> {
  readonly #options: RemoteOptions<R>;
  readonly #left = new Map<string, Watched<R>>();
  readonly #results = new Map<string, RunResult>();
  /** To be looked at now. */
  readonly #hinted = new Set<string>();
  /** Known to be with a worker. */
  readonly #active = new Set<string>();
  #wake = new AbortController();
  /** How often what was delivered was not what it claimed to be. */
  readonly #spoilt = new Map<string, number>();

  constructor(runs: readonly R[], options: RemoteOptions<R>) {
    this.#options = options;
    for (const run of runs) {
      const key = keyOf(run);
      const data = jobOf(run, options.version, options.shared);
      this.#left.set(`run-${key}`, { run, key, id: `run-${key}`, data });
    }
  }

  async watch(): Promise<Map<string, RunResult>> {
    const { server, signal } = this.#options;
    const events = await server.events();
    const hint = ({ jobId }: { jobId: string }) => this.#hint(jobId);
    for (const name of [
      'active',
      'progress',
      'completed',
      'failed',
      'waiting',
      'removed',
    ] as const) {
      events.on(name, hint as never);
    }
    try {
      await this.#collectFinished();
      await this.#add([...this.#left.values()]);
      let all = 0;
      while (this.#left.size > 0 && !signal.aborted) {
        const isTime = performance.now() - all >= this.#period();
        if (isTime) all = performance.now();
        const due = isTime ? [...this.#left.values()] : this.#takeHints();
        await inParallel(due, (one) => this.#look(one));
        if (this.#hinted.size > 0 || this.#left.size === 0) continue;
        await pause(server.timing.look, [this.#wake.signal, signal]);
      }
      if (signal.aborted) await this.#cancel();
      return this.#results;
    } finally {
      await events.close().catch(() => undefined);
    }
  }

  /** Milliseconds between two looks at everything: longer for many runs, which cost the server something. */
  #period(): number {
    return this.#options.server.timing.look * Math.max(1, this.#left.size / MANY);
  }

  #hint(id: string): void {
    if (!this.#left.has(id)) return;
    this.#hinted.add(id);
    this.#wake.abort();
  }

  #takeHints(): Watched<R>[] {
    this.#wake = new AbortController();
    const due = [...this.#hinted].flatMap((id) => this.#left.get(id) ?? []);
    this.#hinted.clear();
    return due;
  }

  /** What was collected before this sweep was started again. */
  async #collectFinished(): Promise<void> {
    const { folderOf } = this.#options;
    await inParallel([...this.#left.values()], async (one) => {
      const finished = await finishedRun(one.run, folderOf(one.run));
      if (finished) await this.#finish(one, finished);
    });
  }

  /** Adds those that are not in the queue; a job that failed before gets another try. */
  async #add(watched: readonly Watched<R>[]): Promise<void> {
    const { server, sweep, signal } = this.#options;
    for (let at = 0; at < watched.length && !signal.aborted; at += BATCH) {
      const some = watched.slice(at, at + BATCH);
      // First: a worker that takes the job must see that somebody waits for it.
      await inParallel(some, ({ key }) => waitFor(server, key, sweep));
      const jobs = some.map(({ id, data }) => ({
        name: 'train',
        data,
        opts: { jobId: id, attempts: TRIES, backoff: { type: 'fixed', delay: 2000 } },
      }));
      await server.insist(() => server.trainings.addBulk(jobs));
      await inParallel(some, async ({ id }) => {
        const job = await server.insist(() => server.trainings.getJob(id));
        if (job && (await server.stateOf(job)) === 'failed') {
          await server
            .insist(() => job.retry('failed', { resetAttemptsMade: true }))
            .catch(() => undefined); // another sweep was quicker
        }
      });
    }
  }

  async #look(one: Watched<R>): Promise<void> {
    const { server, onStart, onProgress, onWaiting } = this.#options;
    const before = await server.insist(() => server.trainings.getJob(one.id));
    const state = before && (await server.stateOf(before));
    // It may have ended between the two: what came of it is only in a job that was read after that.
    const hasEnded = state === 'completed' || state === 'failed';
    const job = hasEnded ? await server.insist(() => server.trainings.getJob(one.id)) : before;
    if (!job) {
      await this.#add([one]);
      return;
    }
    switch (state) {
      case 'completed':
        await this.#collect(one, job);
        break;
      case 'failed':
        if (job.failedReason === CANCELLED) await this.#add([one]);
        else await this.#finish(one, { status: 'failed', error: failureOf(job) });
        break;
      case 'active': {
        if (!this.#active.has(one.id)) onStart?.(one.run);
        this.#active.add(one.id);
        const progress = readProgress(job.progress);
        if (progress) onProgress?.(one.run, progress);
        break;
      }
      case 'unknown':
        this.#hint(one.id);
        break;
      default:
        this.#active.delete(one.id);
        onWaiting?.(one.run);
    }
  }

  async #collect(one: Watched<R>, job: Job): Promise<void> {
    const { folderOf, store } = this.#options;
    const folder = folderOf(one.run);
    let result: DoneRun;
    try {
      const delivery = readDelivery(job.returnvalue);
      result = delivery.result;
      await makeFolder(folder).catch((error) => {
        throw fileError(error, `cannot write to ${folder}`);
      });
      await claimRunFolder(one.run, folder);
      for (const file of delivery.files) {
        await store.get(one.key, file, join(folder, file.name));
      }
      await keepResult(one.run, folder, result);
    } catch (error) {
      await this.#couldNotCollect(one, job, error);
      return;
    }
    await this.#finish(one, result);
  }

  async #couldNotCollect(one: Watched<R>, job: Job, error: unknown): Promise<void> {
    const { server } = this.#options;
    const failure: RunResult = { status: 'failed', error: messageOf(error) };
    if (isOfThisDisk(error)) {
      // What was delivered stays in the queue, and is collected when the sweep is started again.
      this.#tell(one, failure);
      return;
    }
    // Another sweep may have collected it and cleared up; then the job is gone too.
    const still = await server.insist(() => server.trainings.getJob(one.id));
    if (still && still.attemptsStarted === job.attemptsStarted) {
      const tries = (this.#spoilt.get(one.id) ?? 0) + 1;
      this.#spoilt.set(one.id, tries);
      if (tries >= TRIES) {
        await this.#finish(one, failure);
        return;
      }
      await server.insist(() => still.remove()).catch(() => undefined);
    }
    await this.#add([one]);
  }

  /** Gives a result, and clears up in the server where nobody else waits for the run. */
  async #finish(one: Watched<R>, result: RunResult): Promise<void> {
    await this.#release(one);
    this.#tell(one, result);
  }

  #tell({ id, run }: Watched<R>, result: RunResult): void {
    if (!this.#left.delete(id)) return;
    this.#results.set(run.name, result);
    this.#options.onResult?.(run, result);
  }

  async #release({ key, id }: Watched<R>): Promise<void> {
    const { server, store, sweep } = this.#options;
    if (!(await waitNoLonger(server, key, sweep))) return;
    const job = await server.insist(() => server.trainings.getJob(id));
    await server.insist(async () => await job?.remove()).catch(() => undefined);
    await store.clear(key);
    if (this.#options.shared) await server.forget(key);
  }

  /** Takes waiting runs out of the queue, and waits for the workers to save and stop those that run. */
  async #cancel(): Promise<void> {
    const { server, sweep } = this.#options;
    const stopping: Watched<R>[] = [];
    await inParallel([...this.#left.values()], async (one) => {
      if (!(await waitNoLonger(server, one.key, sweep))) return;
      const job = await server.insist(() => server.trainings.getJob(one.id));
      const gone = !job || (await removed(job));
      if (!gone) stopping.push(one);
    });
    const patience = performance.now() + STOPPING;
    await inParallel(stopping, async (one) => {
      while (performance.now() < patience) {
        const job = await server.insist(() => server.trainings.getJob(one.id));
        if (!job || (await removed(job))) return;
        await pause(300);
      }
    });
    for (const one of [...this.#left.values()]) this.#tell(one, { status: 'stopped' });
  }
}

/** BullMQ's own words for a job that lost its worker too often are none for people. */
function failureOf({ failedReason }: Job): string {
  return /^job stalled more than/.test(failedReason ?? '')
    ? `${DEATHS} workers died while they trained it`
    : readFailure(failedReason);
}

/** A file could not be written or read here: an error of the file system is its cause. */
function isOfThisDisk(error: unknown): boolean {
  const { code } = Object((error as Error)?.cause) as { code?: unknown };
  return typeof code === 'string';
}

/** A job that a worker has at the moment can't be removed. */
const removed = (job: Job): Promise<boolean> =>
  job.remove().then(
    () => true,
    () => false,
  );

/** A few at a time. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const one = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}
