import { spawn } from '#platform';
import { messageOf } from '../common/errors.js';
import type { ThreadStart } from './wasm/kernels.js';
import type { Thread } from './wasm/thread.js';

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
