/**
 * Trainings that are killed (SIGKILL) at random moments and gone on with, again and again, until they
 * end: whatever the moment, what is left must be a whole run folder, and the end that of a run that
 * nothing happened to. Half of the moments are after a random time; half are at a random operation on a
 * file of the run, so that they fall into the writing of checkpoints, logs, report and lock.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '../dist/common/random.js';
import { loadCheckpoint } from '../dist/runs/run-folder.js';
import { makeSymbols } from './cli/symbols.ts';

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const killer = new URL('./kill-at.js', import.meta.url).href;

/** Networks and episodes of the smallest, and everything saved and logged as often as can be. */
const flags = [
  ...['--num-classes', '2', '--num-samples', '2', '--input-height', '5', '--input-width', '5'],
  ...['--controller-size', '6', '--batch-size', '2', '--iterations', '24', '--test-batches', '1'],
  ...['--checkpoint-every', '1', '--report-every', '1', '--evaluate-every', '3', '--resume'],
];
const memory = ['--memory-locations', '6', '--memory-word-size', '4', '--num-reads', '1'];
const variants = [
  ['--engine', 'simd', '--threads', '2', ...memory],
  ['--engine', 'reference', '--model', 'lstm'],
];

export interface KillOptions {
  readonly times: number;
  readonly seed: number;
  /** Where the runs are. */
  readonly folder: string;
  readonly onKill?: (tally: Tally) => void;
}

/** Where the kills fell, and how many runs came to their end in between. */
export interface Tally {
  kills: number;
  /** Before anything was saved. */
  beforeCheckpoints: number;
  /** In the writing of a file: its temporary one was left. */
  inWriting: number;
  /** Log lines were written, and their checkpoint not yet; a line may be cut off. */
  inLogging: number;
  /** After the last checkpoint: in the test or the report. */
  afterTraining: number;
  /** Runs that ended, each as the undisturbed one did. */
  runs: number;
}

/** What an undisturbed run leaves, and takes. */
interface Whole {
  readonly args: readonly string[];
  readonly files: ReadonlyMap<string, string>;
  readonly milliseconds: number;
  /** On files of its folder. */
  readonly operations: number;
}

/**
 * Kills trainings so many times.
 * @throws Error at the first thing that is not as it must be
 */
export async function killTimes({ times, seed, folder, onKill }: KillOptions): Promise<Tally> {
  const random = new Random(seed, 'kill');
  const symbols = join(folder, 'symbols');
  makeSymbols(symbols, 8);
  const wholes: Whole[] = [];
  for (const [i, variant] of variants.entries()) {
    const args = [...flags, ...variant, '--dataset', symbols];
    wholes.push(await undisturbed(args, join(folder, `whole-${i}`)));
  }
  const tally: Tally = {
    kills: 0,
    beforeCheckpoints: 0,
    inWriting: 0,
    inLogging: 0,
    afterTraining: 0,
    runs: 0,
  };
  while (tally.kills < times) {
    const whole = wholes[tally.runs % wholes.length]!;
    const run = join(folder, 'run');
    let step = 0;
    for (let isEnded = false; !isEnded; ) {
      const moment = momentOf(random, whole);
      const isLast = tally.kills === times;
      const { code, signal, stderr } = await train(whole.args, run, isLast ? undefined : moment);
      const where = `seed ${seed}, kill ${tally.kills}, ${JSON.stringify(moment)}`;
      demand(code === 0 || signal === 'SIGKILL', `${where}: it failed:\n${stderr}`);
      demand(!stderr.includes('Skipped: '), `${where}: a checkpoint was broken:\n${stderr}`);
      const [, from] = /resumed after batch (\d+)/.exec(stderr) ?? [];
      demand(Number(from ?? step) === step, `${where}: it went on after ${from}, not ${step}`);
      isEnded = signal === null;
      if (isEnded) continue;
      tally.kills++;
      const left = await inspect(run, whole, step, where);
      step = left.step;
      if (step === 0) tally.beforeCheckpoints++;
      if (left.isWriting) tally.inWriting++;
      if (left.isLogging) tally.inLogging++;
      if (left.isTrained) tally.afterTraining++;
      onKill?.(tally);
    }
    const files = filesOf(run);
    for (const name of new Set([...whole.files.keys(), ...files.keys()])) {
      const isSame = files.get(name) === whole.files.get(name);
      demand(isSame, `seed ${seed}, kill ${tally.kills}: ${name} is not that of a run undisturbed`);
    }
    tally.runs++;
    rmSync(run, { recursive: true });
  }
  return tally;
}

interface Moment {
  readonly milliseconds?: number;
  /** The number of an operation on a file; `none` only counts them. */
  readonly operation?: number | 'none';
}

function momentOf(random: Random, { milliseconds, operations }: Whole): Moment {
  return random.below(2) === 0
    ? { milliseconds: random.uniform(0, milliseconds) }
    : { operation: 1 + random.below(operations) };
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** Trains, until the moment comes to kill it. */
function train(args: readonly string[], run: string, moment: Moment = {}): Promise<Ended> {
  const { milliseconds, operation } = moment;
  const before = operation === undefined ? [] : ['--import', killer];
  const child = spawn(process.execPath, [...before, main, 'train', ...args, '--save-dir', run], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      NO_COLOR: '1',
      MANN_CACHE: join(run, '../cache'),
      KILL_IN: run,
      KILL_AT: String(operation),
    },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const timer =
    milliseconds === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), milliseconds);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stderr });
    });
  });
}

async function undisturbed(args: readonly string[], folder: string): Promise<Whole> {
  const started = performance.now();
  const { code, stderr } = await train(args, folder, { operation: 'none' });
  const [, operations] = /^operations: (\d+)$/m.exec(stderr) ?? [];
  demand(code === 0 && operations, stderr);
  return {
    args,
    files: filesOf(folder),
    milliseconds: performance.now() - started,
    operations: Number(operations),
  };
}

/** Looks at what a killed run left. */
async function inspect(run: string, whole: Whole, before: number, where: string) {
  const names = existsSync(run) ? readdirSync(run) : [];
  let step = 0;
  for (const name of names.filter((file) => file.startsWith('checkpoint-'))) {
    const checkpoint = await loadCheckpoint(join(run, name)); // each is whole, or this throws
    step = Math.max(step, checkpoint.step);
  }
  demand(
    step >= before,
    `${where}: of batch ${before} there was a checkpoint, now only of ${step}`,
  );
  // Log lines come before their checkpoint: of those up to it none may be missing.
  let isLogging = false;
  for (const log of ['log.csv', 'log.jsonl']) {
    const expected = whole.files.get(log)!.split('\n');
    const lines = names.includes(log) ? readFileSync(join(run, log), 'utf8').split('\n') : [''];
    const cutOff = lines.pop()!;
    const needed = expected.slice(0, -1).filter((line) => batchOf(line) <= step);
    if (step > 0 || lines.length > 0) {
      const isThere = needed.every((line, i) => lines[i] === line);
      demand(isThere, `${where}: ${log} lacks lines up to batch ${step}`);
    }
    const isRight = lines.every((line, i) => line === expected[i]);
    demand(isRight && expected[lines.length]?.startsWith(cutOff), `${where}: ${log} has others`);
    isLogging ||= lines.length > needed.length || cutOff !== '';
  }
  return {
    step,
    isLogging,
    isWriting: names.some((name) => /^\.(checkpoint|log|report).*\.tmp$/.test(name)),
    isTrained: step === 24,
  };
}

/** Of a line of either log; 0 for the header. */
function batchOf(line: string): number {
  return Number(/^(?:\{"batch":)?(\d+)/.exec(line)?.[1] ?? 0);
}

/** Everything in a run folder but the report, which tells the time, as text to be compared. */
function filesOf(folder: string): Map<string, string> {
  const names = readdirSync(folder).filter((name) => name !== 'report.html');
  return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name), 'latin1')]));
}

function demand(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}
