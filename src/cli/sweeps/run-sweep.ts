/** What `mann sweep` does. */
import { basename, extname, join } from 'node:path';
import colours from 'picocolors';
import { UserError } from '../../common/errors.js';
import { printable } from '../../common/printable.js';
import { readDefinition } from '../../sweeps/file/read-definition.js';
import { type QueueAddress, queueAddress } from '../../sweeps/queue/address.js';
import { runOnQueue } from '../../sweeps/queue/remote.js';
import type { RunProgress, RunResult } from '../../sweeps/result.js';
import { testNames, writeResults } from '../../sweeps/results/write-results.js';
import type { PlannedRun, SweepRun } from '../../sweeps/run.js';
import { runAll, type Shares, sharesOf } from '../../sweeps/schedule.js';
import { SweepFolder } from '../../sweeps/sweep-folder.js';
import { finishedRun } from '../../sweeps/train-child.js';
import { count } from '../display/format.js';
import { columnsOf } from '../display/terminal.js';
import { say } from '../display/wrapped.js';
import { EXIT } from '../process/exit.js';
import { onInterrupt } from '../process/interrupt.js';
import { commandLine } from '../process/invocation.js';
import { version } from '../process/version.js';
import { planSweep } from './plan-sweep.js';
import { SweepProgress } from './progress.js';
import { endSoon, type OpenQueue, openQueue, type QueueFlags, sweepName } from './queue.js';
import { summaryTable } from './summary-table.js';
import { makeSweepDisplay } from './sweep-display.js';

export interface SweepFlags extends QueueFlags {
  saveDir?: string;
  resume?: true;
  dryRun?: true;
  data?: string;
  jobs?: number;
  threads?: number;
  json?: true;
}

/**
 * Does the runs of a file and prints what they found.
 * @returns the exit code
 */
export async function runSweep(file: string, flags: SweepFlags): Promise<number> {
  checkMachineFlags(flags);
  const runs = await planSweep(await readDefinition(file), file, flags.data);
  if (flags.dryRun) {
    process.stdout.write(`${flags.json ? JSON.stringify(runs) : listText(runs, flags)}\n`);
    return EXIT.ok;
  }
  const path = flags.saveDir ?? join('runs', basename(file, extname(file)));
  const folder = await SweepFolder.open(path, runs, flags);
  try {
    const results = await doRuns(runs, flags, folder);
    const written = await writeResults(path, runs, results);
    const { summary, json, paths } = written;
    const done = [...results.values()].filter(({ status }) => status === 'done').length;
    if (flags.json) process.stdout.write(`${JSON.stringify(json)}\n`);
    else if (done > 0) {
      const { stdout } = process;
      const width = stdout.isTTY ? columnsOf(stdout) : 80;
      const tables = testNames(summary).map((test) => `\n${summaryTable(summary, test, width)}\n`);
      stdout.write(`${tables.join('')}\n${paths.map((one) => `Written     ${one}\n`).join('')}`);
    }
    return ending(file, flags, runs, results);
  } finally {
    folder.close();
    if (flags.queue !== undefined) endSoon();
  }
}

/** Does what is left to do. */
async function doRuns(
  runs: readonly PlannedRun[],
  flags: SweepFlags,
  folder: SweepFolder,
): Promise<Map<string, RunResult>> {
  const progress = new SweepProgress(runs);
  for (const run of runs) {
    const finished = await finishedRun(run, folder.folderOf(run));
    if (finished) progress.ended(run.name, finished);
  }
  const { size } = progress.results;
  const left = runs.filter(({ name }) => !progress.results.has(name));
  const shares = sharesOf(left.length, flags);
  let note: (line: string) => void = say;
  const queue = await queueOf(flags, (line) => note(line));
  const where = queue ? onQueue(runs.length, queue.address) : inWords(runs.length, shares);
  const done = size === 0 ? '' : `; ${count(size)} are done already`;
  say(`Sweep     ${where}${done}\nFolder    ${folder.path}`);
  const display = makeSweepDisplay(progress);
  note = (line) => display.note(line);
  const interrupt = onInterrupt(() =>
    display.note(colours.bold('Stopping: each run saves. Ctrl-C again quits at once.')),
  );
  const options = {
    signal: interrupt.signal,
    onStart: ({ name }: SweepRun) => {
      progress.started(name);
      display.update();
    },
    onProgress: ({ name }: SweepRun, told: RunProgress) => {
      progress.told(name, told);
      display.update();
    },
    onResult: ({ name }: SweepRun, result: RunResult) => {
      if (progress.results.get(name)?.status === 'done') return;
      progress.ended(name, result);
      display.ended(name, result);
    },
  };
  try {
    if (!queue) {
      await runAll(left, { ...shares, ...options, data: flags.data, folder: folder.path });
      return progress.results;
    }
    // All of them: what was collected before may still be in the queue.
    await runOnQueue(runs, {
      ...options,
      onWaiting: ({ name }) => progress.waits(name),
      server: queue.server,
      store: queue.shared ?? queue.store,
      shared: queue.shared !== undefined,
      sweep: sweepName(folder.path),
      version,
      folderOf: (run) => folder.folderOf(run),
    });
    return progress.results;
  } finally {
    display.done();
    interrupt.release();
    await queue?.server.close();
  }
}

async function queueOf(
  flags: SweepFlags,
  note: (line: string) => void,
): Promise<OpenQueue | undefined> {
  const { queue } = flags;
  return queue === undefined ? undefined : await openQueue({ ...flags, queue }, note);
}

/** @throws UserError where flags contradict each other */
function checkMachineFlags({ queue, shared, jobs, threads }: SweepFlags): void {
  if (queue === undefined) {
    if (shared !== undefined) throw new UserError('--shared is of use with --queue alone');
    return;
  }
  if (jobs === undefined && threads === undefined) return;
  throw new UserError(
    'with --queue the runs are trained by workers: give --jobs and --threads to mann worker',
  );
}

/** What is left to do, in words, and the exit code. */
function ending(
  file: string,
  flags: SweepFlags,
  runs: readonly PlannedRun[],
  results: ReadonlyMap<string, RunResult>,
): number {
  const names = (status: RunResult['status']) =>
    runs.filter(({ name }) => results.get(name)?.status === status).map(({ name }) => name);
  const failed = names('failed');
  const left = runs.length - names('done').length - failed.length;
  if (failed.length > 0) say(`Failed: ${failed.join('; ')}.`);
  if (left > 0) say(`Stopped, and saved; ${count(left)} of ${count(runs.length)} runs are left.`);
  if (failed.length + left === 0) return EXIT.ok;
  say(left > 0 ? 'To resume:' : 'To run them again:');
  say(`  ${resumeCommand(file, flags)}`);
  return left > 0 ? EXIT.interrupted : EXIT.failedRuns;
}

function resumeCommand(file: string, flags: SweepFlags): string {
  const { saveDir, data, jobs, threads, queue, shared } = flags;
  const given = {
    '--save-dir': saveDir,
    '--data': data,
    '--jobs': jobs,
    '--threads': threads,
    '--queue': queue && queueAddress(queue).again,
    '--shared': shared,
  };
  const args = Object.entries(given).flatMap(([flag, value]) =>
    value === undefined ? [] : [flag, String(value)],
  );
  return commandLine(['sweep', file, '--resume', ...args]);
}

function listText(runs: readonly PlannedRun[], flags: SweepFlags): string {
  const lines = runs.map(
    ({ name, args }) => `${name}\n  ${printable(commandLine(['train', ...args]))}`,
  );
  return [...lines, '', inWords(runs.length, sharesOf(runs.length, flags))].join('\n');
}

/** Says also how to get workers. */
const onQueue = (runs: number, { shown, again }: QueueAddress) =>
  `${plural(runs, 'run')} for workers at ${shown} (${commandLine(['worker', '--queue', again])})`;

/** `12 runs, 2 at a time on 1 thread each`. */
function inWords(runs: number, { jobs, threads }: Shares): string {
  return `${plural(runs, 'run')}, ${count(jobs)} at a time on ${plural(threads, 'thread')} each`;
}

const plural = (n: number, word: string) => `${count(n)} ${word}${n === 1 ? '' : 's'}`;
