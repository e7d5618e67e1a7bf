import { spawn } from '#platform';
import { messageOf } from '../common/errors.js';
import type { Job, ThreadStart } from './kernels.js';

/** A worker that does one thread's part of each job. */
export interface Thread {
  /** Settles when the thread has its kernels; jobs may be given to a pool when all of it is ready. */
  readonly ready: Promise<void>;
  run(job: Job): Promise<void>;
  end(): Promise<void>;
}

/**
 * Starts threads. Where workers cannot start (a content security policy forbids them, a bundler has left out
 * their file) it says so once and gives none: the calling thread does the work.
 */
export async function startThreads(starts: readonly ThreadStart[]): Promise<Thread[]> {
  const pool: Thread[] = [];
  try {
    for (const start of starts) pool.push(spawn(start));
    await Promise.all(pool.map((thread) => thread.ready));
    return pool;
  } catch (error) {
    for (const thread of pool) thread.ready.catch(() => {}); // one failure has been told
    await Promise.allSettled(pool.map((thread) => thread.end()));
    warnOfOneThread(`no worker could be started (${messageOf(error)})`);
    return [];
  }
}

let warned = false;

/** @param why there are no threads; said once, whatever the reason */
export function warnOfOneThread(why: string): void {
  if (warned) return;
  warned = true;
  console.warn(`mann: ${why}, so the calling thread does all the work`);
}
