import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mann, type Result, temporaryFolder, tiny } from '../run.js';

const lockIn = (cwd: string) => existsSync(join(cwd, 'run/.lock'));
const forever = ['train', ...tiny, '--iterations', '1000000', '--checkpoint-every', '5'];
const intoRun = [...forever, '--report-every', '5', '--save-dir', 'run'];

/** Trains in the folder `run` until `act` has done its work; `act` begins after some checkpoints. */
async function whileTraining(
  cwd: string,
  args: readonly string[],
  act: (child: ChildProcess) => Promise<void> | void,
): Promise<Result> {
  let acted: Promise<void> | undefined;
  const result = await mann(args, {
    cwd,
    onStderr(text, child) {
      if (acted || !/\n +20 /.test(text)) return;
      acted = Promise.resolve(act(child)).finally(() => child.kill('SIGINT'));
    },
  });
  await acted;
  return result;
}

describe('two trainings on one run folder', () => {
  it('the second one is refused, with or without --resume; the first one goes on', async () => {
    const cwd = temporaryFolder();
    const first = await whileTraining(cwd, intoRun, async (child) => {
      for (const args of [intoRun, [...intoRun, '--resume']]) {
        const { code, stdout, stderr } = await mann(args, { cwd });
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
        expect(stderr).toMatch(
          new RegExp(
            `^mann: run: process ${child.pid}, since .*, is training here: wait for it to end.*\\n$`,
          ),
        );
      }
    });
    expect(first.code).toBe(130);
    expect(first.stderr).toContain('Stopped, and saved');
    expect(lockIn(cwd)).toBe(false);
  });

  it('nor with logs in one folder', async () => {
    const cwd = temporaryFolder();
    const args = (run: string) => [...forever, '--report-every', '5', '--save-dir', run];
    const logs = ['--log-dir', 'logs'];
    const first = await whileTraining(cwd, [...args('run'), ...logs], async (child) => {
      const second = await mann([...args('other'), ...logs], { cwd });
      expect(second.code).toBe(2);
      expect(second.stderr).toMatch(
        new RegExp(`^mann: logs: process ${child.pid}, .* is training here`),
      );
      expect(existsSync(join(cwd, 'other'))).toBe(false);
    });
    expect(first.code).toBe(130);
    expect(readdirSync(join(cwd, 'logs')).sort()).toEqual(['log.csv', 'log.jsonl']);
  });

  it('of several at the same moment one trains', async () => {
    const cwd = temporaryFolder();
    const children: ChildProcess[] = [];
    const stop = () => {
      for (const child of children) child.kill('SIGINT');
    };
    let [training, ended] = [0, 0];
    const results = await Promise.all(
      [1, 2, 3].map(async () => {
        let isTraining = false;
        const result = await mann([...intoRun, '--resume'], {
          cwd,
          onSpawn: (child) => children.push(child),
          onStderr(text) {
            if (isTraining || !text.includes('Folder')) return;
            isTraining = true;
            if (++training === 2) stop(); // this must not be
          },
        });
        if (++ended === 2) stop();
        return result;
      }),
    );
    expect(results.map(({ code }) => code).sort()).toEqual([130, 2, 2]);
    for (const { code, stderr } of results) {
      if (code === 2) expect(stderr).toMatch(/^mann: run: process \d+, .* is training here.*\n$/);
    }
    expect(lockIn(cwd)).toBe(false);
  });
});

it('a run that trains can be tested and exported', async () => {
  const cwd = temporaryFolder();
  await whileTraining(cwd, intoRun, async () => {
    const tested = await mann(['test', 'run', '--test-batches', '1', '--json'], { cwd });
    expect(tested.code, tested.stderr).toBe(0);
    const exported = await mann(['export', 'run', 'weights.safetensors'], { cwd });
    expect(exported.code, exported.stderr).toBe(0);
  });
  expect(existsSync(join(cwd, 'weights.safetensors'))).toBe(true);
});

describe('the lock goes', () => {
  it('at Ctrl-C before training has begun', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'run'));
    let running: ChildProcess | undefined;
    const watcher = watch(join(cwd, 'run'), (_, name) => {
      if (name === '.lock') running?.kill('SIGINT');
    });
    const { code } = await mann(intoRun, {
      cwd,
      onSpawn(child) {
        running = child;
      },
    });
    watcher.close();
    expect(code).toBe(130);
    expect(lockIn(cwd)).toBe(false);
  });

  it('when a mistake comes to light late', async () => {
    const cwd = temporaryFolder();
    const { code } = await mann([...intoRun, '--num-samples', '5000'], { cwd });
    expect(code).toBe(2);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

it('a run that was killed goes on at once', async () => {
  const cwd = temporaryFolder();
  const killed = await whileTraining(cwd, intoRun, (child) => {
    child.kill('SIGKILL');
  });
  expect(killed.code).toBe(null);
  expect(lockIn(cwd)).toBe(true);
  const { code, stderr } = await whileTraining(cwd, [...intoRun, '--resume'], () => {});
  expect(code, stderr).toBe(130);
  expect(stderr).toContain('resumed after batch');
  expect(lockIn(cwd)).toBe(false);
});
