/** What `mann worker` does: takes trainings from a queue, as many at a time as it has room for, until it is stopped. */
import { randomUUID } from 'node:crypto';
import type { Job, Worker } from 'bullmq';
import { messageOf, UserError } from '../../../common/errors.js';
import { quoted } from '../../../common/printable.js';
import type { SweepRun } from '../../run.js';
import { type JobPayload, readJob } from '../payload.js';
import { pause, type QueueServer, withinSeconds } from '../server.js';
import type { Store } from '../store/store.js';
import { Afterwards } from './afterwards.js';
import { Attempt, type Ending, type Train, type Workplace } from './attempt.js';
import { troubleWriting } from './disk.js';
import type { WorkFolder } from './work-folder.js';

export interface WorkerOptions {
  readonly server: QueueServer;
  readonly work: WorkFolder;
  /** Files through the queue. */
  readonly store: Store;
  /** Files through a folder that all machines have. */
  readonly shared?: Store | undefined;
  readonly train: Train;
  /** Throws a UserError for a run that this machine must not train. */
  readonly check: (run: SweepRun) => Promise<void>;
  /** The version of mann. */
  readonly version: string;
  /** Trainings at a time. */
  readonly slots: number;
  readonly threads?: number | undefined;
  /** The machine, for people. */
  readonly name: string;
  readonly say: (sentence: string) => void;
  /** Stops it: trainings are saved and given back. */
  readonly signal: AbortSignal;
  /** It ends when there is nothing left to do. */
  readonly once?: boolean | undefined;
}

/** How many attempts ended in which way. */
export type Endings = Record<Ending, number>;

/** Milliseconds between two looks at a full disk. */
const DISK = 5000;
const JOB_ID = /^run-([0-9a-f]{64})$/;

/**
 * Works until the signal is aborted: `await workOn({ server, work, store, train, ... })`.
 * @throws UserError where a job shows that this worker does not fit the sweep
 */
export async function workOn(options: WorkerOptions): Promise<Endings> {
  return await new Crew(options).work();
}

class Crew {
  readonly #options: WorkerOptions;
  readonly #worker: Worker;
  readonly #attempts = new Map<Attempt, Promise<void>>();
  readonly #endings: Endings = {
    ...{ delivered: 0, lost: 0, failed: 0, cancelled: 0, 'given back': 0, disk: 0 },
  };
  /** What this machine is training: a job that comes back too early waits for the attempt before. */
  readonly #busy = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  readonly #afterwards: Afterwards;
  #misfit: UserError | undefined;
  /** How many attempts a full disk had ended when it was last found to have room. */
  #seenDisk = 0;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#worker = options.server.worker();
    this.#afterwards = new Afterwards(options.server);
  }

  async work(): Promise<Endings> {
    const { slots, signal } = this.#options;
    const stop = () => this.#leave();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      await this.#worker.waitUntilReady();
      await this.#worker.startStalledCheckTimer();
      while (!this.#stop.signal.aborted) {
        if (this.#attempts.size >= slots) await Promise.race(this.#attempts.values());
        else if (!(await this.#takeOne())) break;
      }
      await Promise.all(this.#attempts.values());
      await withinSeconds(10, this.#afterwards.look(true));
    } finally {
      signal.removeEventListener('abort', stop);
      await withinSeconds(3, this.#worker.close(true));
    }
    if (this.#misfit) throw this.#misfit;
    return this.#endings;
  }

  #leave(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    for (const attempt of this.#attempts.keys()) attempt.leave();
  }

  /** @returns whether to go on */
  async #takeOne(): Promise<boolean> {
    const { once, say, server, work } = this.#options;
    const trouble = await this.#diskTrouble();
    if (trouble) {
      say(`No more runs are taken, for ${work.path} can't be written: ${trouble}.`);
      while (!this.#stop.signal.aborted && (await this.#diskTrouble())) {
        await pause(DISK, [this.#stop.signal]);
      }
      if (!this.#stop.signal.aborted) say(`${work.path} can be written again: goes on.`);
      return true;
    }
    if (server.isLost) {
      await server
        .insist(() => server.trainings.getVersion(), this.#stop.signal)
        .catch(() => undefined);
      return true;
    }
    await this.#afterwards.look().catch(() => undefined);
    const token = randomUUID();
    const began = performance.now();
    const job = await this.#next(token);
    if (job) {
      await this.#begin(job, token);
      return true;
    }
    if (once && this.#attempts.size === 0) return false;
    // A server that is away answers at once, without a job.
    if (performance.now() - began < 100) await pause(500, [this.#stop.signal]);
    return true;
  }

  async #diskTrouble(): Promise<string | undefined> {
    const isSuspect = this.#endings.disk > this.#seenDisk;
    if (!isSuspect) return undefined;
    const trouble = await troubleWriting(this.#options.work.path);
    if (!trouble) this.#seenDisk = this.#endings.disk;
    return trouble;
  }

  /** The next job; one that comes after this worker was stopped is given back. */
  async #next(token: string): Promise<Job | undefined> {
    const { once } = this.#options;
    // Without an answer the server is away, and has been said to be.
    const coming = this.#worker.getNextJob(token, { block: !once }).catch(() => undefined);
    const arrived = new AbortController();
    await Promise.race([
      coming.then(() => arrived.abort()),
      // as long as a timer can wait; the queue answers every few seconds
      pause(2 ** 31 - 1, [this.#stop.signal, arrived.signal]),
    ]);
    if (arrived.signal.aborted) return await coming;
    await withinSeconds(
      3,
      coming.then((job) => job?.moveToWait(token)),
    );
    return undefined;
  }

  async #begin(job: Job, token: string): Promise<void> {
    const { server, say } = this.#options;
    const key = JOB_ID.exec(job.id ?? '')?.[1];
    let payload: JobPayload;
    try {
      if (!key) throw new UserError('this job was not added by mann sweep');
      payload = readJob(job.data, key);
    } catch (error) {
      await this.#refuse(job, token, error);
      return;
    }
    const misfit = this.#misfitOf(payload);
    if (misfit) {
      this.#misfit = misfit;
      await server.insist(() => job.moveToWait(token)).catch(() => undefined);
      this.#leave();
      return;
    }
    const { run, shared } = payload;
    const { work, train, check, threads, name: worker } = this.#options;
    const store = shared ? this.#options.shared! : this.#options.store;
    const place: Workplace = { server, store, work, train, check, threads, worker, say };
    const attempt = new Attempt(place, job, token, key);
    say(
      `${run.name}: begins${job.attemptsStarted > 1 ? ` (attempt ${job.attemptsStarted})` : ''}.`,
    );
    const { outages } = server;
    const before = this.#busy.get(key);
    const ended = (before ?? Promise.resolve())
      .then(() => attempt.run(payload))
      .then(
        (ending) => {
          this.#endings[ending]++;
          if (ending === 'lost' || server.outages > outages) this.#afterwards.add(key, store);
          if (ending !== 'failed') say(`${run.name}: ${SAID[ending]}`);
        },
        (error: unknown) => say(`${run.name}: ${server.address.conceal(messageOf(error))}`),
      )
      .finally(() => {
        this.#attempts.delete(attempt);
        if (this.#busy.get(key) === ended) this.#busy.delete(key);
      });
    this.#busy.set(key, ended);
    this.#attempts.set(attempt, ended);
  }

  /** Why this worker is none for this sweep. */
  #misfitOf({ mann, shared }: JobPayload): UserError | undefined {
    const { version } = this.#options;
    if (mann !== version) {
      return new UserError(
        `a sweep of mann ${quoted(mann)} waits in the queue, and this worker is mann ${version}: ` +
          'install the same version on all machines',
      );
    }
    if (shared && !this.#options.shared) {
      return new UserError(
        'a sweep in the queue keeps its files in a folder that all machines share: ' +
          'name it for this worker too, with --shared',
      );
    }
    return undefined;
  }

  async #refuse(job: Job, token: string, error: unknown): Promise<void> {
    const { server, say } = this.#options;
    const why = server.address.conceal(messageOf(error));
    say(`${quoted(String(job.id))}: refused: ${why}`);
    this.#endings.failed++;
    const final = server.final(`refused by the worker: ${why}`);
    delete final.stack;
    await server.insist(() => job.moveToFailed(final, token, false)).catch(() => undefined);
  }
}

const SAID: Readonly<Record<Exclude<Ending, 'failed'>, string>> = {
  delivered: 'done.',
  lost: 'given to another worker, for this one gave no sign of life for too long; what was trained here is kept.',
  cancelled: 'stopped, for no sweep waits for it any more.',
  'given back': 'saved and given back.',
  disk: 'given back, for the disk is full.',
};
