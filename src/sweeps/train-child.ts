/**
 * One run of a sweep (Node): `mann train` and then its tests, each as a process of its own, without a shell between.
 * They tell how far they are through Node's channel between processes. A child whose channel is closed saves and stops:
 * so it ends too when this process is killed, and leaves its folder free.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { messageOf, UserError } from '../common/errors.js';
import { makeFolder } from '../common/files/atomic-file.js';
import { fileError } from '../common/files/file-errors.js';
import { readWhole } from '../common/files/read-file.js';
import type { DoneRun, Figures, RunProgress, RunResult } from './result.js';
import type { SweepRun } from './run.js';
import { claimRunFolder, keepResult, keptResult } from './run-files.js';

/** The command line. */
const MAIN = fileURLToPath(new URL('../cli/main.js', import.meta.url));
/** The hidden option of `mann train` and `mann test` for a program that listens on the channel. */
const AS_CHILD = '--as-child';
/** The data set that may lie anywhere. */
const OMNIGLOT = '--dataset=omniglot';
/** Exit code of a training that was stopped with its checkpoint, as shells count Ctrl-C. */
const STOPPED = 130;
/** Signals that ask a program to stop: at the very start of a child they end it. */
const WISHES: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Characters of stderr that are kept, to find the sentence in that a child ended with. */
const KEPT = 8192;
/** Bytes of a checkpoint. */
const LARGEST = 2 ** 32;

export interface RunTrainingOptions {
  /** Stops the run: what was trained is saved. */
  readonly signal?: AbortSignal | undefined;
  /** Called a few times a second. */
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
  /** Threads of a child. Default: one per core. The result does not depend on it. */
  readonly threads?: number | undefined;
  /** The folder of Omniglot on this machine, for runs that use it and do not say where it is. */
  readonly data?: string | undefined;
}

/**
 * Trains and tests a run in its folder, or goes on with what is there: `await runTraining(run, 'runs/mine/seed=1')`. Of a run
 * that is finished nothing is done again. It never throws: whatever goes wrong is the error of the result.
 * @param run as a sweep's file gave it: its options are checked
 * @param folder of the run alone. One that holds something else is left as it is, and the run fails
 */
export async function runTraining(
  run: SweepRun,
  folder: string,
  options: RunTrainingOptions = {},
): Promise<RunResult> {
  try {
    return await trainAndTest(run, folder, options);
  } catch (error) {
    return { status: 'failed', error: messageOf(error) };
  }
}

/**
 * What came of a run that is finished, with its checkpoint as it was: `await finishedRun(run, 'runs/mine/seed=1')`.
 * @returns undefined where there is something left to do
 */
export async function finishedRun(run: SweepRun, folder: string): Promise<DoneRun | undefined> {
  const kept = await keptResult(run, folder);
  return kept && digestOfFile(join(folder, kept.checkpoint)) === kept.digest ? kept : undefined;
}

async function trainAndTest(
  run: SweepRun,
  folder: string,
  options: RunTrainingOptions,
): Promise<RunResult> {
  const { signal } = options;
  if (signal?.aborted) return { status: 'stopped' };
  await makeFolder(folder).catch((error) => {
    throw fileError(error, `cannot write to ${folder}`);
  });
  await claimRunFolder(run, folder);
  const finished = await finishedRun(run, folder);
  if (finished) return finished;
  const machine = machineArgs(run, options);
  const [own, ...tests] = run.tests;
  const figures: Record<string, Figures> = {};

  const training = [
    ...['train', ...run.args, ...(own?.args ?? []), ...machine],
    ...[`--save-dir=${folder}`, '--resume', '--json'],
  ];
  const trained = await runChild(training, 'training', options);
  if (trained.status !== 'done') return trained;
  const { run: files, ...result } = trained.printed as { run: { checkpoint: string } } & Figures;
  figures[own?.name ?? 'test'] = result;
  const checkpoint = basename(files.checkpoint);
  for (const { name, args } of tests) {
    const test = ['test', join(folder, checkpoint), ...args, ...machine, '--json'];
    const tested = await runChild(test, 'testing', options);
    if (tested.status !== 'done') return tested;
    figures[name] = tested.printed as unknown as Figures;
  }
  const digest = digestOfFile(join(folder, checkpoint));
  if (!digest) throw new UserError(`${folder}: ${checkpoint} is no longer there`);
  const steps = stepOf(checkpoint);
  const done: DoneRun = { status: 'done', steps, checkpoint, digest, figures };
  await keepResult(run, folder, done);
  return done;
}

/** What differs from machine to machine. */
function machineArgs({ args }: SweepRun, { threads, data }: RunTrainingOptions): string[] {
  const isPlaceless = args.includes(OMNIGLOT) && !args.some((arg) => arg.startsWith('--data='));
  return [
    ...(threads === undefined ? [] : [`--threads=${threads}`]),
    ...(data !== undefined && isPlaceless ? [`--data=${data}`] : []),
  ];
}

type Ended = { readonly status: 'done'; readonly printed: object } | Exclude<RunResult, DoneRun>;

/** Runs the command line to its end. */
function runChild(
  args: readonly string[],
  phase: RunProgress['phase'],
  { signal, onProgress }: RunTrainingOptions,
): Promise<Ended> {
  const child = spawn(process.execPath, [...process.execArgv, MAIN, ...args, AS_CHILD], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, NO_COLOR: '1' },
    windowsHide: true,
  });
  const stop = () => disconnect(child);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  child.on('message', (message) => {
    const progress = progressOf(message, phase);
    if (progress) onProgress?.(progress);
  });
  let printed = '';
  let said = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-KEPT);
  });
  return new Promise<Ended>((resolve) => {
    child.on('error', (error) => resolve({ status: 'failed', error: messageOf(error) }));
    // Not `close`: it never comes to a child that was disconnected.
    child.on('exit', async (code, killer) => {
      await Promise.allSettled([finished(child.stdout!), finished(child.stderr!)]);
      const isStopped =
        code === STOPPED || (killer && (signal?.aborted || WISHES.includes(killer)));
      if (isStopped) resolve({ status: 'stopped' });
      else if (code === 0) resolve(resultOf(printed));
      else resolve({ status: 'failed', error: sentenceOf(said, code, killer) });
    });
  }).finally(() => signal?.removeEventListener('abort', stop));
}

/** A child that is told nothing more saves and stops. */
function disconnect(child: ChildProcess): void {
  if (child.connected) child.disconnect();
}

/** What a child said through its channel; other messages are none of ours. */
function progressOf(message: unknown, phase: RunProgress['phase']): RunProgress | undefined {
  const { progress } = Object(message) as { progress?: RunProgress };
  if (typeof progress !== 'object' || !Number.isFinite(progress?.step)) return undefined;
  return phase === 'testing' ? { ...progress, phase } : progress;
}

function resultOf(printed: string): Ended {
  try {
    const result = JSON.parse(printed) as unknown;
    if (typeof result === 'object' && result !== null) return { status: 'done', printed: result };
  } catch {
    // As if it were no object.
  }
  return { status: 'failed', error: 'the process ended without printing its result' };
}

/** The last sentence of the program, without its name. */
function sentenceOf(said: string, code: number | null, killer: NodeJS.Signals | null): string {
  const at = said.lastIndexOf('\nmann: ');
  const last = said.startsWith('mann: ') && at < 0 ? said : at < 0 ? '' : said.slice(at + 1);
  const sentence = last.slice('mann: '.length).split('\n')[0]!.trim();
  if (killer) return `the process was killed (${killer})`;
  return sentence || `the process ended with exit code ${code}`;
}

/** SHA-256 of a file; undefined where there is none. */
function digestOfFile(path: string): string | undefined {
  try {
    return createHash('sha256').update(readWhole(path, LARGEST)).digest('hex');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fileError(error, `cannot read ${path}`);
  }
}

function stepOf(checkpoint: string): number {
  return Number(/\d+/.exec(checkpoint)?.[0]);
}
