/** Signals as terminals, npx, nohup and container managers send them. */
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isAlive } from '../../dist/common/files/atomic-file.js';
import { mann, type Result, temporaryFolder, tiny } from '../cli/run.js';
import { built, main, need } from './tools.js';

/** Batches of half a second, beside the thread that hears of signals: the second one comes during the batch. */
const slow = ['--num-samples', '4', '--batch-size', '1200', '--controller-size', '200'];
slow.push('--input-width', '20', '--input-height', '20', '--engine', 'simd', '--threads', '1');
/** Much longer than a test lasts, and still it ends where a test fails to stop it. */
const long = ['train', ...tiny, ...slow, '--iterations', '60', '--report-every', '1'];
const run = [...long, '--save-dir', 'run'];

/** Runs a command and acts on it once, when it has said something. */
async function once(
  args: readonly string[],
  said: RegExp,
  act: (child: ChildProcess) => Promise<void> | void,
  cwd = temporaryFolder(),
): Promise<Result & { files: string[] }> {
  let acted: Promise<void> | undefined;
  const result = await mann(args, {
    cwd,
    onStderr(text, child) {
      if (said.test(text)) acted ??= Promise.resolve(act(child));
    },
  });
  await acted;
  const files = readdirSync(cwd).includes('run') ? readdirSync(join(cwd, 'run')) : [];
  return { ...result, files };
}

const twice = (first: NodeJS.Signals, second: NodeJS.Signals) => async (child: ChildProcess) => {
  child.kill(first);
  await sleep(20);
  child.kill(second);
};

function expectSaved({ code, stderr, files }: Result & { files: string[] }): void {
  expect(code, stderr).toBe(130);
  const [, batches] = /Stopped, and saved after (\d+) batch/.exec(stderr) ?? [];
  expect(batches, stderr).toBeDefined();
  expect(files).toContain(`checkpoint-${batches!.padStart(7, '0')}.safetensors`);
  expect(files).not.toContain('.lock');
}

describe('two signals within a second are one wish', () => {
  it.each([
    ['SIGINT', 'SIGINT'],
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGTERM'],
  ] as const)('train saves: %s and %s', async (first, second) => {
    expectSaved(await once(run, /Folder/, twice(first, second)));
  });

  it('train saves under a terminal, where a process manager passes the signal on', async (context) => {
    need(context, 'script', '--version');
    const cwd = temporaryFolder();
    // As npm does: the terminal sends Ctrl-C to both of them.
    const manager = `
      const child = require('node:child_process').spawn(process.execPath, process.argv.slice(2), { stdio: 'inherit' });
      process.on('SIGINT', () => setTimeout(() => child.kill('SIGINT'), 20));
      child.on('exit', (code) => process.exit(code));`;
    writeFileSync(join(cwd, 'manager.cjs'), manager);
    const command = `${SIZE}${process.execPath} manager.cjs ${[main, ...run].join(' ')}`;
    const child = inTerminal(command, cwd);
    let text = '';
    let isStopped = false;
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      if (isStopped || !/batch [1-9]/.test(text)) return;
      isStopped = true;
      child.stdin.write('\x03');
    });
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    expectSaved({ code, stdout: '', stderr: text, files: readdirSync(join(cwd, 'run')) });
  });

  it('test stops, and says so', async () => {
    const cwd = temporaryFolder();
    await mann(['train', ...tiny, '--iterations', '1', '--save-dir', 'run'], { cwd });
    const args = ['test', 'run', '--batch-size', '100', '--test-batches', '100'];
    const stopped = await once(args, /25 of 100/, twice('SIGINT', 'SIGINT'), cwd);
    expect(stopped).toMatchObject({ code: 130, stdout: '' });
    expect(stopped.stderr).toMatch(/\nStopping\.\n$/);
  });

  it('data download keeps what it has', async () => {
    const cwd = temporaryFolder();
    let child: ChildProcess | undefined;
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('some of it');
      setTimeout(() => void twice('SIGTERM', 'SIGTERM')(child!), 100);
    });
    onTestFinished(() => server.closeAllConnections());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const from = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, stderr } = await mann(['data', 'download', '--data', cwd, '--from', from], {
      onSpawn: (started) => {
        child = started;
      },
    });
    server.close();
    expect({ code, stderr }).toEqual({
      code: 130,
      stderr: expect.stringMatching(/^Stopped\. .*\n$/),
    });
    expect(readdirSync(cwd)).toEqual(['images_background.zip.part']);
  });
});

describe('onInterrupt', () => {
  /** Runs a program with its `onInterrupt` in place; it says `ready`, and `stop` at the first signal. */
  async function program(code: string, act: (child: ChildProcess) => Promise<void>) {
    const source = `
      const { onInterrupt } = await import(${JSON.stringify(built('cli/process/interrupt.js'))});
      setInterval(() => undefined, 1000);
      ${code}
      console.log('ready');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', source]);
    let stdout = '';
    let acted: Promise<void> | undefined;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.includes('ready')) acted ??= act(child);
    });
    const code_ = await new Promise<number | null>((resolve) => child.on('close', resolve));
    await acted;
    return { code: code_, stdout };
  }

  it('lets a second later signal quit', async () => {
    const { code, stdout } = await program(
      `onInterrupt(() => console.log('stop')); setTimeout(() => process.exit(9), 60_000)`,
      async (child) => {
        await twice('SIGINT', 'SIGINT')(child);
        await sleep(1500);
        child.kill('SIGINT');
      },
    );
    expect({ code, stdout }).toEqual({ code: 130, stdout: 'ready\nstop\n' });
  });

  it('takes a signal that came while the thread was busy for one of then', async () => {
    const { code, stdout } = await program(
      `const busy = () => {
         Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
         setTimeout(() => process.exit(0), 300);
       };
       onInterrupt(() => { console.log('stop'); setImmediate(busy); });`,
      async (child) => {
        child.kill('SIGINT');
        await sleep(500);
        child.kill('SIGINT');
      },
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'ready\nstop\n' });
  });

  it('does not let the second one cut off what is done after a stop', async () => {
    const { code, stdout } = await program(
      `const interrupt = onInterrupt(() => {
         console.log('stop');
         interrupt.release();
         setTimeout(() => process.exit(0), 500);
       });`,
      twice('SIGINT', 'SIGINT'),
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'ready\nstop\n' });
  });
});

describe('a hangup', () => {
  const run = ['train', ...tiny, '--batch-size', '48', '--controller-size', '100'];
  run.push('--iterations', '1000', '--report-every', '1', '--save-dir', 'run');

  it('does not stop a training without a terminal; Ctrl-C still does', async () => {
    const cwd = temporaryFolder();
    let [hungUp, stopped] = [false, false];
    const result = await mann(run, {
      cwd,
      onStderr(text, child) {
        if (!hungUp && /\n +1 /.test(text)) hungUp = child.kill('SIGHUP');
        if (!stopped && /\n +4 /.test(text)) stopped = child.kill('SIGINT');
      },
    });
    expectSaved({ ...result, files: readdirSync(join(cwd, 'run')) });
    expect(stopped).toBe(true);
  });

  it('does not stop a test without a terminal', async () => {
    const cwd = temporaryFolder();
    await mann(['train', ...tiny, '--iterations', '1', '--save-dir', 'run'], { cwd });
    const tested = await once(
      ['test', 'run', '--test-batches', '400'],
      /100 of 400/,
      (child) => void child.kill('SIGHUP'),
      cwd,
    );
    expect(tested.code, tested.stderr).toBe(0);
  });

  it('of the terminal that nohup was called in does not stop a training', async (context) => {
    need(context, 'script', '--version');
    need(context, 'nohup', '--version');
    const cwd = temporaryFolder();
    const terminal = inTerminal(`nohup ${shellLine(run)} & sleep 600`, cwd);
    const rows = () =>
      existsSync(join(cwd, 'nohup.out')) ? readFileSync(join(cwd, 'nohup.out'), 'utf8') : '';
    await until(() => /\n +1 /.test(rows()));
    const pid = trainerIn(cwd);
    onTestFinished(() => void (isAlive(pid) && process.kill(pid, 'SIGKILL')));
    terminal.kill('SIGKILL');
    const before = rows().length;
    await until(() => rows().length > before + 200);
    process.kill(pid, 'SIGINT');
    await until(() => rows().includes('Stopped, and saved'));
  });

  it('of its terminal stops a training, which saves first', async (context) => {
    need(context, 'script', '--version');
    const cwd = temporaryFolder();
    const terminal = inTerminal(`${SIZE}exec ${shellLine(run)}`, cwd);
    let text = '';
    terminal.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    await until(() => /batch [1-9]/.test(text));
    const pid = trainerIn(cwd);
    terminal.kill('SIGKILL');
    await until(() => !isAlive(pid));
    expect(readdirSync(join(cwd, 'run')).sort()).toEqual([
      expect.stringMatching(/^checkpoint-.*\.safetensors$/),
      'log.csv',
      'log.jsonl',
    ]);
  });
});

/** A shell's command in a terminal of its own, which closes with the test. */
function inTerminal(command: string, cwd: string): ChildProcessWithoutNullStreams {
  const terminal = spawn('script', ['-qec', command, '/dev/null'], { cwd });
  onTestFinished(() => void terminal.kill('SIGKILL'));
  return terminal;
}

/** `script` gives a terminal without a size. */
const SIZE = 'stty rows 40 cols 100; ';

const shellLine = (args: readonly string[]) =>
  [process.execPath, main, ...args].map((word) => `'${word}'`).join(' ');

/** Waits for something that must come; the test's own time limit ends the wait. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(20);
}

/** The number of the process that trains in the folder `run`. */
const trainerIn = (cwd: string): number =>
  JSON.parse(readFileSync(join(cwd, 'run/.lock'), 'utf8')).pid;
