/** A sweep that is stopped or killed in its midst: no process is left, and in the end the files are those of one that was not. */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { base, filesOf, quickly, sweepFile } from '../sweeps/tiny.js';
import { mann } from './run.js';

const often = { 'checkpoint-every': 10, 'report-every': 10, 'evaluate-every': 100 };
const definition = {
  base: { ...base, ...often, iterations: 500, 'hold-out': 2 },
  axes: { gamma: [0.9, 0.95] },
  seeds: [1, 2],
  test: [{ split: 'validation', batches: 4 }, quickly],
};
const args = ['sweep', 'tiny.json', '--save-dir', 'out', '--jobs', '2', '--threads', '1'];
const names = ['gamma=0.9,seed=1', 'gamma=0.9,seed=2', 'gamma=0.95,seed=1', 'gamma=0.95,seed=2'];

/** The processes that have this one as their parent. */
function childrenOf(pid: number): number[] {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).flatMap((task) =>
    readFileSync(join(tasks, task, 'children'), 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number),
  );
}

const isAlive = (pid: number) => {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

async function until(what: () => boolean): Promise<void> {
  while (!what()) await pause(20);
}

/** Whether a run has saved something, and is not at its end. */
function isUnderWay(out: string, name: string): boolean {
  const folder = join(out, name);
  if (!existsSync(folder) || existsSync(join(folder, 'result.json'))) return false;
  return readdirSync(folder).some((file) => /^checkpoint-0000[0-3]\d0/.test(file));
}

/** What the sweep leaves when nothing happens to it, made by the first test that asks. */
let undisturbed: Promise<Map<string, Buffer>> | undefined;

async function makeUndisturbed(): Promise<Map<string, Buffer>> {
  const { cwd } = sweepFile(definition);
  const { code, stderr } = await mann(args, { cwd });
  expect(code, stderr).toBe(0);
  const files = filesOf(join(cwd, 'out'));
  expect(files.size).toBe(6 + names.length * 6);
  return files;
}

/** Begins the sweep, does something when the third or fourth run is under way, and resumes it to the end. */
async function disturbed(act: (child: ChildProcess, out: string) => Promise<void> | void) {
  undisturbed ??= makeUndisturbed();
  const whole = await undisturbed;
  const { cwd } = sweepFile(definition);
  const out = join(cwd, 'out');
  let acted: Promise<void> | undefined;
  const first = await mann(args, {
    cwd,
    onSpawn(child) {
      acted = until(() => isUnderWay(out, names[2]!) || isUnderWay(out, names[3]!)).then(() =>
        act(child, out),
      );
    },
  });
  await acted;
  const second = await mann([...args, '--resume'], { cwd });
  expect(second.code, second.stderr).toBe(0);
  const files = filesOf(out);
  expect([...files.keys()]).toEqual([...whole.keys()]);
  for (const [name, bytes] of files) expect(bytes.equals(whole.get(name)!), name).toBe(true);
  return first;
}

describe.skipIf(process.platform !== 'linux')('a sweep', () => {
  it('that is stopped by Ctrl-C saves all runs, and goes on to the same bits', async () => {
    let children: number[] = [];
    const { code, stderr } = await disturbed((child) => {
      children = childrenOf(child.pid!);
      child.kill('SIGINT');
    });
    expect(code).toBe(130);
    expect(stderr).toContain('Stopping: each run saves.');
    expect(stderr).toMatch(/Stopped, and saved; [1-3] of 4 runs are left\.\nTo resume:\n/);
    expect(stderr).toMatch(/sweep tiny\.json --resume --save-dir out --jobs 2 --threads 1\n$/);
    expect(children.length).toBeGreaterThan(0);
    expect(children.filter(isAlive)).toEqual([]);
  }, 300_000);

  it('that gets Ctrl-C together with its runs, as from a terminal, does the same', async () => {
    const { code, stderr } = await disturbed((child) => {
      for (const pid of [...childrenOf(child.pid!), child.pid!]) process.kill(pid, 'SIGINT');
    });
    expect(code, stderr).toBe(130);
    expect(stderr).not.toContain('failed');
  }, 300_000);

  it('one of whose runs is killed (SIGKILL) does the others, and the killed one when it is resumed', async () => {
    const { code, stderr } = await disturbed((child) => {
      process.kill(childrenOf(child.pid!)[0]!, 'SIGKILL');
    });
    expect(code, stderr).toBe(3);
    expect(stderr).toMatch(/^gamma=0\.\d+,seed=\d failed: the process was killed \(SIGKILL\)$/m);
    expect(stderr).toMatch(/3 of 4 runs done, 0 running, 1 failed/);
  }, 300_000);

  it('that is itself killed (SIGKILL) leaves no run behind, and goes on to the same bits', async () => {
    const { code } = await disturbed(async (child, out) => {
      const children = childrenOf(child.pid!);
      child.kill('SIGKILL');
      await until(() => !children.some(isAlive));
      expect(existsSync(join(out, 'results.json'))).toBe(false);
    });
    expect(code).toBe(null);
  }, 300_000);
});

it('finds the processes that it looks for', () => {
  const shell = execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' });
  expect(isAlive(Number(shell))).toBe(false);
  expect(isAlive(process.pid)).toBe(true);
});
