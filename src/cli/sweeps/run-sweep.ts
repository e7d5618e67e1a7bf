/** What `mann sweep` does. */
import { basename, extname, join } from 'node:path';
import colours from 'picocolors';
import { readDefinition } from '../../sweeps/file/read-definition.js';
import type { RunResult } from '../../sweeps/result.js';
import { testNames, writeResults } from '../../sweeps/results/write-results.js';
import type { PlannedRun } from '../../sweeps/run.js';
import { runAll, type Shares, sharesOf } from '../../sweeps/schedule.js';
import { SweepFolder } from '../../sweeps/sweep-folder.js';
import { count } from '../display/format.js';
import { columnsOf } from '../display/terminal.js';
import { say } from '../display/wrapped.js';
import { EXIT } from '../process/exit.js';
import { onInterrupt } from '../process/interrupt.js';
import { commandLine } from '../process/invocation.js';
import { planSweep } from './plan-sweep.js';
import { SweepProgress } from './progress.js';
import { summaryTable } from './summary-table.js';
import { makeSweepDisplay } from './sweep-display.js';

export interface SweepFlags {
  saveDir?: string;
  resume?: true;
  dryRun?: true;
  jobs?: number;
  threads?: number;
  json?: true;
}

/**
 * Does the runs of a file and prints what they found.
 * @returns the exit code
 */
export async function runSweep(file: string, flags: SweepFlags): Promise<number> {
  const runs = await planSweep(await readDefinition(file), file);
  const shares = sharesOf(runs.length, flags);
  if (flags.dryRun) {
    process.stdout.write(`${flags.json ? JSON.stringify(runs) : listText(runs, shares)}\n`);
    return EXIT.ok;
  }
  const path = flags.saveDir ?? join('runs', basename(file, extname(file)));
  const folder = await SweepFolder.open(path, runs, flags);
  try {
    const results = await doRuns(runs, shares, folder);
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
  }
}

async function doRuns(
  runs: readonly PlannedRun[],
  shares: Shares,
  folder: SweepFolder,
): Promise<Map<string, RunResult>> {
  say(aboutText(runs, shares, folder.path));
  const progress = new SweepProgress(runs, shares.jobs);
  const display = makeSweepDisplay(progress);
  const interrupt = onInterrupt(() =>
    display.note(colours.bold('Stopping: each run saves. Ctrl-C again quits at once.')),
  );
  try {
    return await runAll(runs, {
      ...shares,
      folder: folder.path,
      signal: interrupt.signal,
      onStart: ({ name }) => {
        progress.started(name);
        display.update();
      },
      onProgress: ({ name }, told) => {
        progress.told(name, told);
        display.update();
      },
      onResult: ({ name }, result) => {
        progress.ended(name, result);
        display.ended(name, result);
      },
    });
  } finally {
    display.done();
    interrupt.release();
  }
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

function resumeCommand(file: string, { saveDir, jobs, threads }: SweepFlags): string {
  const given = { '--save-dir': saveDir, '--jobs': jobs, '--threads': threads };
  const args = Object.entries(given).flatMap(([flag, value]) =>
    value === undefined ? [] : [flag, String(value)],
  );
  return commandLine(['sweep', file, '--resume', ...args]);
}

function aboutText(runs: readonly PlannedRun[], shares: Shares, folder: string): string {
  return `Sweep     ${inWords(runs.length, shares)}\nFolder    ${folder}`;
}

function listText(runs: readonly PlannedRun[], shares: Shares): string {
  const lines = runs.map(({ name, args }) => `${name}\n  ${commandLine(['train', ...args])}`);
  return [...lines, '', inWords(runs.length, shares)].join('\n');
}

/** `12 runs, 2 at a time on 1 thread each`. */
function inWords(runs: number, { jobs, threads }: Shares): string {
  const plural = (n: number, word: string) => `${count(n)} ${word}${n === 1 ? '' : 's'}`;
  return `${plural(runs, 'run')}, ${count(jobs)} at a time on ${plural(threads, 'thread')} each`;
}
