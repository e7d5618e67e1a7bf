/** Results that cannot be written: a full disk, a reader that has gone, few open files. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { symbols, temporaryFolder, tiny } from '../cli/run.js';
import { makeSymbols } from '../cli/symbols.js';
import { smallDisk } from '../cli/training/disk.js';
import { main, need } from './tools.js';

/** With a trained network and pictures in it. */
const cwd = mkdtempSync(join(tmpdir(), 'mann-output-'));
const train = ['train', ...tiny, '--iterations', '1', '--test-batches', '1', '--save-dir'];
const pictures = ['--support', 'support', '--query', 'support/bar'];

beforeAll(() => {
  makeSymbols(join(cwd, 'support'), 3);
  expect(spawnSync(process.execPath, [main, ...train, 'run'], { cwd }).status).toBe(0);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** Every command that prints a result. */
const commands = [
  ['--version'],
  ['--help'],
  ['train', '--help'],
  ['models'],
  ['models', 'verify'],
  ['data', 'info', '--dataset', symbols],
  ['data', 'info', '--dataset', symbols, '--json'],
  ['data', 'show', '--dataset', symbols],
  [...train, 'train'],
  [...train, 'train-json', '--json'],
  ['test', 'run', '--test-batches', '1'],
  ['test', 'run', '--test-batches', '1', '--json'],
  ['report', 'run', '--test-batches', '1'],
  ['report', 'run', '--strip', 'strip.svg'],
  ['export', 'run', 'weights.safetensors'],
  ['classify', ...pictures],
  ['classify', ...pictures, '--json'],
].map((args) => [args.filter((word) => !tiny.includes(word)).join(' '), args] as const);

const FULL = 'mann: cannot write the result to stdout: the disk is full\n';

describe.skipIf(!existsSync('/dev/full'))('on a full disk', () => {
  it.each(commands)('mann %s', (_, args) => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [main, ...args], {
      cwd,
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(`${FULL}$`) });
  });

  it('a training does without its messages', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stdout } = spawnSync(process.execPath, [main, ...train, 'silent'], {
      cwd,
      stdio: ['ignore', 'pipe', full],
      encoding: 'utf8',
    });
    closeSync(full);
    expect(status).toBe(0);
    expect(stdout).toContain('Report      silent/report.html');
  });
});

it('a disk that has room for a part of the result', (context) => {
  const { path } = smallDisk(4, context);
  const file = join(path, 'result.json');
  const result = openSync(file, 'w');
  const args = ['data', 'info', '--json']; // some 40 kB
  const { status, stderr } = spawnSync(process.execPath, [main, ...args], {
    stdio: ['ignore', result, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(result);
  expect(readFileSync(file).length).toBe(4096);
  expect({ status, stderr }).toEqual({ status: 1, stderr: FULL });
});

it.each([['data', 'info', '--json'], ['models'], ['--help']])(
  'a reader that has gone is no mistake: mann %s',
  async (...args) => {
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  },
);

describe('few open files', () => {
  const limited = (most: number, args: readonly string[]) =>
    spawnSync('prlimit', [`--nofile=${most}`, process.execPath, main, ...args], {
      cwd,
      encoding: 'utf8',
    });

  it('64 are enough to train, test and report', (context) => {
    need(context, 'prlimit', '--nofile=64', process.execPath, '--version');
    const threads = ['--engine', 'simd', '--threads', '2'];
    const trained = limited(64, [...train, 'few-files', ...threads]);
    expect(trained.status, trained.stderr).toBe(0);
    expect(existsSync(join(cwd, 'few-files/report.html'))).toBe(true);
    for (const args of [
      ['report', 'run', '--test-batches', '1'],
      ['classify', ...pictures],
    ]) {
      const { status, stderr } = limited(64, args);
      expect(status, stderr).toBe(0);
    }
  });
});

it('a report that cannot be written does not hide the result, and the run is safe', () => {
  const folder = temporaryFolder();
  // Its name is taken when the training is over.
  const code = `
    const { mkdirSync } = require('node:fs');
    const write = process.stderr.write.bind(process.stderr);
    process.stderr.write = (text, ...rest) => {
      if (/Trained in/.test(text)) mkdirSync('run/report.html');
      return write(text, ...rest);
    };`;
  const args = [
    '--eval',
    `${code}\nprocess.argv.splice(1, 0, ${JSON.stringify(main)});\nimport(${JSON.stringify(main)});`,
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args, '--', ...train, 'run'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(2);
  expect(stdout).toMatch(/\nCheckpoint {2}run\/checkpoint-0000001\.safetensors\n$/);
  expect(stderr).toMatch(
    /\nThe training is saved, but its report could not be written\. To write it:\n {2}\S.* report run\nmann: cannot write run\/report\.html: .*\n$/,
  );
});
