/** What `mann worker` does. */
import { hostname } from 'node:os';
import colours from 'picocolors';
import type { Timing } from '../../sweeps/queue/server.js';
import { WorkFolder } from '../../sweeps/queue/worker/work-folder.js';
import { workOn } from '../../sweeps/queue/worker/worker.js';
import { sharesOf } from '../../sweeps/schedule.js';
import { runTraining } from '../../sweeps/train-child.js';
import { count } from '../display/format.js';
import { say } from '../display/wrapped.js';
import { EXIT } from '../process/exit.js';
import { onInterrupt } from '../process/interrupt.js';
import { version } from '../process/version.js';
import { jobChecker } from './check-job.js';
import { endSoon, openQueue, type QueueFlags } from './queue.js';

export interface WorkerFlags extends QueueFlags {
  queue: string;
  folder?: string;
  data?: string;
  allowData?: string[];
  jobs?: number;
  threads?: number;
  timeout?: number;
  untilEmpty?: true;
}

/** Where a worker keeps its runs. */
export const WORK_FOLDER = 'mann-worker';

/**
 * Trains what sweeps put into a queue, until it is stopped.
 * @returns the exit code
 */
export async function runWorker(flags: WorkerFlags): Promise<number> {
  const { data } = flags;
  const { jobs, threads } = sharesOf(Number.POSITIVE_INFINITY, flags);
  const work = await WorkFolder.open(flags.folder ?? WORK_FOLDER);
  const { address, server, store, shared } = await openQueue(flags, say, timing(flags.timeout));
  const interrupt = onInterrupt(() =>
    say(colours.bold('Stopping: each run saves and is given back. Ctrl-C again quits at once.')),
  );
  try {
    say(
      `Worker    mann ${version}, ${count(jobs)} ${jobs === 1 ? 'run' : 'runs'} at a time on ` +
        `${count(threads)} ${threads === 1 ? 'thread' : 'threads'} each\n` +
        `Queue     ${address.shown}\nFolder    ${work.path}`,
    );
    const endings = await workOn({
      server,
      work,
      store,
      shared,
      train: (run, path, options) => runTraining(run, path, { ...options, data }),
      check: jobChecker({ allowed: flags.allowData, data }),
      version,
      slots: jobs,
      threads,
      name: hostname().slice(0, 100),
      say,
      signal: interrupt.signal,
      once: flags.untilEmpty,
    });
    say(`Done: ${count(endings.delivered)} runs; given back: ${count(endings['given back'])}.`);
    return interrupt.signal.aborted ? EXIT.interrupted : EXIT.ok;
  } finally {
    interrupt.release();
    await server.close();
    endSoon();
  }
}

/** Looks for dead workers twice as often as they die. */
function timing(seconds: number | undefined): Partial<Timing> {
  return seconds === undefined ? {} : { lock: seconds * 1000, stalled: seconds * 500 };
}
