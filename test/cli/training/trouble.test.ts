/** Trouble with the run's folder: one sentence, exit code 2, and what was saved is still there. */
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mann, type Result, temporaryFolder, tiny } from '../run.js';
import { smallDisk } from './disk.js';

const args = ['train', ...tiny, '--controller-size', '48', '--checkpoint-every', '5'];

/** The last thing it says is the sentence, and there is no stack trace before it. */
function expectSentence({ code, stdout, stderr }: Result, sentence: RegExp): void {
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(sentence);
  expect(stderr).not.toMatch(/^ +at /m);
}

/** Everything but the report, which tells the time. */
function filesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => name !== 'report.html');
  const read = (name: string) => readFileSync(join(folder, name), 'latin1');
  return Object.fromEntries(names.sort().map((name) => [name, read(name)]));
}

/** Fills what is left of a disk. */
function fill(disk: string): string {
  const path = join(disk, 'filler');
  for (const size of [4096, 1]) {
    try {
      for (;;) writeFileSync(path, new Uint8Array(size), { flag: 'a' });
    } catch {
      // It is full.
    }
  }
  return path;
}

describe('a full disk', () => {
  it('is known before training begins, and nothing is left on it', async (context) => {
    const { path } = smallDisk(64, context);
    fill(path);
    expectSentence(
      await mann([...args, '--save-dir', join(path, 'run')]),
      /^mann: cannot write to .*run: the disk is full\. Choose another folder\.$/,
    );
    expect(readdirSync(path)).toEqual(['filler']);
    const logs = await mann([...args, '--log-dir', join(path, 'logs')], { cwd: temporaryFolder() });
    expectSentence(logs, /^mann: cannot write logs to .*logs: the disk is full\. Choose another/);
  });

  it('that fills up midway leaves the last checkpoint, and what goes on from it is exact', async (context) => {
    const cwd = temporaryFolder();
    const run = [...args, '--iterations', '20', '--report-every', '2', '--evaluate-every', '4'];
    const whole = await mann([...run, '--save-dir', 'whole'], { cwd });
    expect(whole.code, whole.stderr).toBe(0);
    const size = statSync(join(cwd, 'whole/checkpoint-0000020.safetensors')).size;
    // Room for two checkpoints, but not for a third one, which is written before the oldest goes.
    const disk = smallDisk(Math.ceil((2.6 * size) / 1024), context);
    const there = ['--save-dir', join(disk.path, 'run')];

    expectSentence(
      await mann([...run, ...there], { cwd }),
      /^mann: cannot write .*checkpoint-0000015\.safetensors: the disk is full\. Earlier checkpoints are intact\.$/,
    );
    expect(readdirSync(join(disk.path, 'run')).sort()).toEqual([
      'checkpoint-0000005.safetensors',
      'checkpoint-0000010.safetensors',
      'log.csv',
      'log.jsonl',
    ]);
    // Trying again changes nothing, and room for it does.
    expectSentence(await mann([...run, ...there, '--resume'], { cwd }), /the disk is full/);
    disk.remount('size=4m');
    const on = await mann([...run, ...there, '--resume'], { cwd });
    expect(on.code, on.stderr).toBe(0);
    expect(on.stderr).toContain('resumed after batch 10');
    expect(filesOf(join(disk.path, 'run'))).toEqual(filesOf(join(cwd, 'whole')));
  });

  it('under the logs alone: a line that was cut off does not count', async (context) => {
    const cwd = temporaryFolder();
    const run = [...args, '--iterations', '120', '--report-every', '1'];
    const logs = (folder: string) => ['--log-dir', folder, '--save-dir', 'run'];
    const disk = smallDisk(8, context); // the lock, and the first eighty lines or so
    expectSentence(
      await mann([...run, ...logs(disk.path)], { cwd }),
      /^mann: cannot write .*log\.csv: the disk is full\. Earlier checkpoints are intact\.$/,
    );
    expect(readFileSync(join(disk.path, 'log.csv'), 'utf8')).not.toMatch(/\n$/);
    disk.remount('size=1m');
    const on = await mann([...run, ...logs(disk.path), '--resume'], { cwd });
    expect(on.code, on.stderr).toBe(0);
    await mann([...run, '--save-dir', 'whole'], { cwd });
    const csv = (folder: string) => readFileSync(join(folder, 'log.csv'), 'utf8');
    expect(csv(disk.path)).toBe(csv(join(cwd, 'whole')));
  });

  it('under the report: the training is finished and saved', async (context) => {
    const disk = smallDisk(600, context);
    const run = ['train', ...tiny, '--save-dir', join(disk.path, 'run')];
    const trained = await mann([...run, '--iterations', '2']);
    expect(trained.code, trained.stderr).toBe(0);
    rmSync(join(disk.path, 'run/report.html'));
    fill(disk.path);
    const again = await mann(['report', join(disk.path, 'run'), '--test-batches', '1']);
    expectSentence(again, /^mann: cannot write .*report\.html: the disk is full$/);
    expect(readdirSync(join(disk.path, 'run')).sort()).toEqual([
      'checkpoint-0000002.safetensors',
      'log.csv',
      'log.jsonl',
    ]);
  });
});

it('a read-only folder cannot be trained in, but its network tested', async (context) => {
  const disk = smallDisk(4096, context);
  const run = join(disk.path, 'run');
  await mann([...args, '--iterations', '2', '--save-dir', run]);
  disk.remount('ro');
  for (const folder of [run, join(disk.path, 'other')]) {
    const refused = await mann([...args, '--resume', '--save-dir', folder]);
    expectSentence(
      refused,
      /^mann: cannot write to .*: the file system is read-only\. Choose another folder\.$/,
    );
  }
  const tested = await mann(['test', run, '--test-batches', '1', '--json']);
  expect(tested.code, tested.stderr).toBe(0);
});

describe('a folder that goes away while training runs', () => {
  const run = [...args, '--iterations', '1000000', '--report-every', '5', '--save-dir', 'run'];

  async function trainUntil(cwd: string, act: () => void): Promise<Result> {
    let hasActed = false;
    return mann(run, {
      cwd,
      onStderr(text) {
        if (hasActed || !/\n +20 /.test(text)) return;
        hasActed = true;
        act();
      },
    });
  }

  it('removed: it says so and is not made again', async () => {
    const cwd = temporaryFolder();
    // Moved first, because removing file by file takes time, in which new ones are written.
    const result = await trainUntil(cwd, () => {
      renameSync(join(cwd, 'run'), join(cwd, 'gone'));
      rmSync(join(cwd, 'gone'), { recursive: true });
    });
    expectSentence(result, /^mann: cannot write run\/.*: the folder run is no longer there\./);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('moved: what was saved is whole in its new place', async () => {
    const cwd = temporaryFolder();
    const result = await trainUntil(cwd, () => renameSync(join(cwd, 'run'), join(cwd, 'moved')));
    expectSentence(result, /If it was moved, --resume continues it in its new place\.$/);
    const tested = await mann(['test', 'moved', '--test-batches', '1'], { cwd });
    expect(tested.code, tested.stderr).toBe(0);
    const step = Math.max(
      ...readdirSync(join(cwd, 'moved')).map((name) => Number(/-(\d+)\./.exec(name)?.[1] ?? 0)),
    );
    const on = ['train', '--resume', '--save-dir', 'moved', '--test-batches', '1'];
    const resumed = await mann([...on, '--iterations', String(step + 2)], { cwd });
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(existsSync(join(cwd, 'run'))).toBe(false);
  });
});
