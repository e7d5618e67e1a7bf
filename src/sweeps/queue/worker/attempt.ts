/**
 * One attempt at a job: from where others left off to the delivery. It is fenced by its name, which no other attempt has,
 * and by its lock on the job, without which the server takes no delivery.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Job } from 'bullmq';
import { messageOf, UserError } from '../../../common/errors.js';
import { makeFolder } from '../../../common/files/atomic-file.js';
import type { RunProgress, RunResult } from '../../result.js';
import type { SweepRun } from '../../run.js';
import { furthestCheckpoint, isAwaited, leaveCheckpoint } from '../notes.js';
import { deliveryOf, type JobPayload, type StoredFile } from '../payload.js';
import { pause, type QueueServer } from '../server.js';
import type { Store } from '../store/store.js';
import { isRefusal } from '../trouble.js';
import { troubleWriting } from './disk.js';
import { copyRun, newestCheckpoint, type WorkFolder } from './work-folder.js';

/** Trains a run in a folder, or goes on with what is there. It never throws. */
export type Train = (
  run: SweepRun,
  folder: string,
  options: {
    readonly signal: AbortSignal;
    readonly onProgress: (progress: RunProgress) => void;
    readonly threads?: number | undefined;
  },
) => Promise<RunResult>;

/** What all attempts of a worker have in common. */
export interface Workplace {
  readonly server: QueueServer;
  readonly store: Store;
  readonly work: WorkFolder;
  readonly train: Train;
  /** Throws a UserError for a run that this machine must not train, or would train otherwise than the sweep thinks. */
  readonly check: (run: SweepRun) => Promise<void>;
  readonly threads?: number | undefined;
  /** The machine, for people. */
  readonly worker: string;
  /** A sentence for people. */
  say(sentence: string): void;
}

/** How an attempt ended. */
export type Ending =
  | 'delivered'
  /** The job is another attempt's now; what was trained stays on this disk. */
  | 'lost'
  | 'failed'
  /** No sweep waits for it any more. */
  | 'cancelled'
  | 'given back'
  /** Given back, for this machine's disk takes no more. */
  | 'disk';

/** Why a training is stopped. */
type Reason = 'lost' | 'cancelled' | 'leaving';

/** The files that a finished run is made of, beside its checkpoint. */
const BESIDE = ['log.csv', 'log.jsonl', 'report.html'];
/** Those that a training goes on from. */
const LOGS = ['log.csv', 'log.jsonl'];
/** What a job that no sweep waits for fails with. */
export const CANCELLED = 'cancelled: no sweep waits for this run any more';
/** Milliseconds after which a job that this machine had no room for may be taken again. */
const AGAIN = 10_000;
/** Milliseconds between two reports of progress. */
const REPORT = 500;

export class Attempt {
  readonly #place: Workplace;
  readonly #job: Job;
  readonly #token: string;
  readonly #key: string;
  readonly #name: string;
  readonly #stop = new AbortController();
  /** Ends the timers, and before that the one that leaves copies of checkpoints. */
  readonly #over = new AbortController();
  readonly #trained = new AbortController();
  #files = 0;
  #published = -1;

  constructor(place: Workplace, job: Job, token: string, key: string) {
    this.#place = place;
    this.#job = job;
    this.#token = token;
    this.#key = key;
    this.#name = `${job.attemptsStarted}.${randomBytes(6).toString('hex')}`;
  }

  /** The worker has to go: what was trained is saved, and the job given back. */
  leave(): void {
    this.#halt('leaving');
  }

  /** @param payload of the job, checked */
  async run({ run }: JobPayload): Promise<Ending> {
    const { server, work, say } = this.#place;
    const folder = work.attempt(this.#key, this.#name);
    const { lock, look } = server.timing;
    const over = this.#over.signal;
    const timers = [
      every(lock / 3, over, () => this.#keepLock()),
      every(look, over, () => this.#lookForSweeps()),
    ];
    try {
      await this.#place.check(run);
      const from = await this.#begin(folder);
      if (from !== undefined) say(`${run.name}: goes on after batch ${from}.`);
      const copies = every(server.timing.publish, this.#trained.signal, () =>
        this.#publish(folder),
      );
      const result = await this.#train(run, folder);
      // After a delivery nothing may be added that nobody would remove.
      this.#trained.abort();
      await copies;
      return await this.#end(run, folder, result);
    } catch (error) {
      const reason = this.#reason();
      if (reason === 'lost' || isRefusal(error)) return await this.#giveUp();
      if (reason) return await this.#end(run, folder, { status: 'stopped' });
      return await this.#fail(run, messageOf(error));
    } finally {
      this.#trained.abort();
      this.#over.abort();
      await Promise.all(timers);
    }
  }

  /**
   * Puts what there is of the run into the folder: what this machine has, or what was left in the queue.
   * @returns the batch that it goes on after
   */
  async #begin(folder: string): Promise<number | undefined> {
    const { work, server, store } = this.#place;
    const [own] = await work.earlier(this.#key);
    const left = await furthestCheckpoint(server, this.#key);
    this.#published = left?.step ?? -1;
    if (left && left.step > (own?.step ?? -1)) {
      try {
        await makeFolder(folder);
        for (const file of left.files) {
          await store.get(this.#key, file, join(folder, file.name), this.#stop.signal);
        }
        await work.forget(this.#key, folder);
        return left.step;
      } catch (error) {
        // Another attempt has just replaced it, or its disk was broken: less is lost than a run.
        if (!(error instanceof UserError)) throw error;
        await work.forget(this.#key, own?.path);
      }
    }
    if (!own || own.step < 0) {
      await work.forget(this.#key);
      await makeFolder(folder);
      return undefined;
    }
    await copyRun(own.path, folder);
    await work.forget(this.#key, folder);
    return own.step;
  }

  async #train(run: SweepRun, folder: string): Promise<RunResult> {
    let told = 0;
    const onProgress = (progress: RunProgress) => {
      const now = performance.now();
      if (now - told < REPORT) return;
      told = now;
      const { worker } = this.#place;
      // One that is lost is followed by another.
      this.#job.updateProgress({ ...progress, attempt: this.#name, worker }).catch(() => undefined);
    };
    const { train, threads } = this.#place;
    const options = { signal: this.#stop.signal, onProgress, ...(threads && { threads }) };
    return await train(run, folder, options);
  }

  async #end(run: SweepRun, folder: string, result: RunResult): Promise<Ending> {
    if (result.status === 'done') return await this.#deliver(run, folder, result);
    const reason = this.#reason();
    if (reason === 'lost') return await this.#giveUp();
    const { server } = this.#place;
    if (result.status === 'failed' && !reason) return await this.#fail(run, result.error);
    await this.#publish(folder);
    if (reason === 'cancelled') {
      await server.insist(() =>
        this.#job.moveToFailed(server.final(CANCELLED), this.#token, false),
      );
      return 'cancelled';
    }
    await server.insist(() => this.#job.moveToWait(this.#token));
    return 'given back';
  }

  async #deliver(
    run: SweepRun,
    folder: string,
    result: Extract<RunResult, { status: 'done' }>,
  ): Promise<Ending> {
    const { server, store, work, worker } = this.#place;
    const files = await this.#put(folder, [result.checkpoint, ...BESIDE]);
    const delivery = deliveryOf({ attempt: this.#name, worker, result, files });
    try {
      await server.insist(() => this.#job.moveToCompleted(delivery, this.#token, false));
    } catch (error) {
      if (!isRefusal(error)) return await this.#fail(run, messageOf(error));
      // The answer to the first try may have been lost on its way.
      if (!(await this.#wasAccepted())) {
        for (const file of files) await store.remove(this.#key, file);
        return await this.#giveUp();
      }
    }
    await work.forget(this.#key);
    return 'delivered';
  }

  /** The job is another's. Where that one was collected already, what this one has added since is removed. */
  async #giveUp(): Promise<Ending> {
    const { server, store } = this.#place;
    const job = await server.insist(() => server.trainings.getJob(this.#job.id!));
    if (!job && !(await isAwaited(server, this.#key))) await store.clear(this.#key);
    return 'lost';
  }

  async #wasAccepted(): Promise<boolean> {
    const { server } = this.#place;
    const job = await server.insist(() => server.trainings.getJob(this.#job.id!));
    const { attempt } = Object(job?.returnvalue) as { attempt?: unknown };
    // Collected and removed already? Then it was another's delivery, or this one: nobody needs it any more.
    return attempt === this.#name;
  }

  /** The server tries it once more, perhaps on another machine. A full disk is no fault of the run. */
  async #fail(run: SweepRun, why: string): Promise<Ending> {
    const { server, say, work } = this.#place;
    if (await troubleWriting(work.path)) {
      await server.insist(() => this.#job.moveToDelayed(Date.now() + AGAIN, this.#token));
      return 'disk';
    }
    const sentence = server.address.conceal(why);
    say(`${run.name}: failed: ${sentence}`);
    const error = new UserError(sentence);
    delete error.stack; // it names folders of this machine
    await server.insist(() => this.#job.moveToFailed(error, this.#token, false));
    return 'failed';
  }

  /** Leaves a copy of the newest checkpoint for others. */
  async #publish(folder: string): Promise<void> {
    const newest = await newestCheckpoint(folder);
    if (!newest || newest.step <= this.#published || this.#reason() === 'lost') return;
    const { server, store } = this.#place;
    const files = await this.#put(folder, [newest.name, ...LOGS]);
    if (!files.some(({ name }) => name === newest.name)) return; // it was replaced while it was read
    const checkpoint = { attempt: this.#name, step: newest.step, files };
    await leaveCheckpoint(server, store, this.#key, checkpoint);
    this.#published = newest.step;
  }

  /** The checkpoint comes first: what was logged is not behind it then. */
  async #put(folder: string, names: readonly string[]): Promise<StoredFile[]> {
    const files: StoredFile[] = [];
    for (const name of names) {
      const file = { name, attempt: this.#name, number: this.#files++ };
      try {
        files.push(await this.#place.store.put(this.#key, join(folder, name), file));
      } catch (error) {
        const { code } = Object((error as Error).cause) as { code?: unknown };
        if (code !== 'ENOENT') throw error; // it has no report, say
      }
    }
    return files;
  }

  async #keepLock(): Promise<void> {
    const { lock } = this.#place.server.timing;
    // While the server is away the training goes on: the lock may still be ours when it is back.
    const kept = await this.#job.extendLock(this.#token, lock).catch((error: unknown) => {
      return isRefusal(error) ? 0 : undefined;
    });
    if (kept === 0 && !this.#over.signal.aborted) this.#halt('lost');
  }

  async #lookForSweeps(): Promise<void> {
    if (!(await isAwaited(this.#place.server, this.#key))) this.#halt('cancelled');
  }

  #halt(reason: Reason): void {
    if (!this.#stop.signal.aborted) this.#stop.abort(reason);
  }

  #reason(): Reason | undefined {
    return this.#stop.signal.aborted ? (this.#stop.signal.reason as Reason) : undefined;
  }
}

/** Does something again and again until that is over, never twice at a time. */
async function every(
  milliseconds: number,
  over: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  for (;;) {
    await pause(milliseconds, [over]);
    if (over.aborted) return;
    await work().catch(() => undefined); // the next time may go better
  }
}
