/** Runs the built command line as people do. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, onTestFinished } from 'vitest';
import { makeSymbols } from './symbols.js';

const built = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Not the cache of whoever runs the tests; shared by them, to read drawings once. */
const cache = fileURLToPath(new URL('../../node_modules/.cache/mann-tests', import.meta.url));

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Another copy of the program. */
  readonly main?: string;
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** Called with the process as soon as there is one. */
  readonly onSpawn?: (child: ChildProcess) => void;
  /** Called with everything that stderr has said so far, whenever it says more. */
  readonly onStderr?: (text: string, child: ChildProcess) => void;
}

export function mann(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const child = spawn(process.execPath, [options.main ?? built, ...args], {
    cwd: options.cwd ?? tmpdir(),
    env: { ...process.env, NO_COLOR: '1', MANN_DEBUG: '', MANN_CACHE: cache, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  options.onSpawn?.(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    options.onStderr?.(stderr, child);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mann-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Eight classes to train on in no time. */
export const symbols = join(mkdtempSync(join(tmpdir(), 'mann-cli-')), 'symbols');
makeSymbols(symbols, 8);
afterAll(() => rmSync(dirname(symbols), { recursive: true, force: true }));

const sizes = [
  ...['--num-classes', '2', '--num-samples', '3', '--input-height', '6', '--input-width', '6'],
  ...['--controller-size', '8', '--memory-locations', '8', '--memory-word-size', '4'],
  ...['--num-reads', '2', '--batch-size', '2', '--curriculum', 'none', '--engine', 'reference'],
  ...['--evaluate-every', '0', '--test-batches', '4'],
];
const encoder = ['--encoder-widths', '3', '--embedding-size', '5', '--output-hidden', '4'];
const data = ['--dataset', symbols];

/** A network, a task and a data set so small that training takes a moment. */
export const tiny = [...sizes, ...encoder, ...data];
/** The same for presets without an encoder. */
export const tinyFlat = [...sizes, ...data];
