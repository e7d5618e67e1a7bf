/** `mann sweep` as people run it, with tiny networks. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderLock } from '../../dist/runs/folder-lock.js';
import { base, filesOf, quickly, sweepFile } from '../sweeps/tiny.js';
import { mann, temporaryFolder } from './run.js';

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

describe('mann sweep', () => {
  it('trains and tests all runs, each in its own folder, and compares them; --resume does nothing again', async () => {
    const runs = [{ name: 'small' }, { name: 'large', 'controller-size': 12 }];
    const { cwd, file } = sweepFile({
      base: { ...base, iterations: 20, 'hold-out': 2 },
      ...{
        runs,
        test: [
          { split: 'validation', batches: 4 },
          { ...quickly, augment: false },
        ],
      },
    });
    const { code, stdout, stderr } = await mann(['sweep', file], { cwd });
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(
      /^Sweep {5}2 runs, \d at a time on \d+ threads? each\nFolder {4}runs\/tiny/,
    );
    expect(stdout).toMatch(/Accuracy on the 2nd instance, % \(validation\):\n\n.*mean/);
    expect(stdout).toMatch(/\nsmall .*\nlarge /);
    const folder = join(cwd, 'runs/tiny');
    const files = filesOf(folder);
    const own = [
      'checkpoint-0000020.safetensors',
      'log.csv',
      'log.jsonl',
      'result.json',
      'run.json',
    ];
    const together = ['results.json', 'runs.csv', 'summary.csv', 'sweep.json'];
    expect([...files.keys()]).toEqual(
      [
        ...['chart-test-upright.svg', 'chart-validation.svg', ...together],
        ...['large', 'small'].flatMap((run) => own.map((name) => join(run, name))),
      ].sort(),
    );

    // the figures are those of mann train and mann test themselves
    const checkpoint = join(folder, 'small/checkpoint-0000020.safetensors');
    const test = ['--hold-out', '0', '--no-augment', '--test-batches', '4', '--json'];
    const alone = await mann(['test', checkpoint, ...test], { cwd });
    const { figures } = json(join(folder, 'small/result.json')).result;
    expect(figures['test-upright']).toEqual(JSON.parse(alone.stdout));
    expect(Object.keys(figures)).toEqual(['validation', 'test-upright']);
    expect(figures.validation).toMatchObject({ heldOut: true, classes: 2, episodes: 8 });

    const refused = await mann(['sweep', file], { cwd });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/runs\/tiny already holds a sweep: use --resume to continue it/);
    const again = await mann(['sweep', file, '--resume', '--json'], { cwd });
    expect(again.code, again.stderr).toBe(0);
    expect(JSON.parse(again.stdout)).toEqual(json(join(folder, 'results.json')));
    expect(filesOf(folder)).toEqual(files);
  });

  it('goes on when a run fails, says so at the end, and --resume runs it again', async () => {
    const { cwd, file } = sweepFile({
      base: { ...base, iterations: 10 },
      ...{ runs: [{ name: 'bad' }, { name: 'good', gamma: 0.9 }], test: quickly },
    });
    mkdirSync(join(cwd, 'out/bad'), { recursive: true });
    const lock = FolderLock.take(join(cwd, 'out/bad'));
    const options = ['--save-dir', 'out', '--jobs', '1', '--threads', '1'];
    const { code, stdout, stderr } = await mann(['sweep', file, ...options], { cwd });
    lock.release();
    expect(code, stderr).toBe(3);
    expect(stderr).toMatch(/^bad failed: out\/bad: process \d+, since .* is training here/m);
    expect(stderr).toMatch(/good: test accuracy .*\n {2}1 of 2 runs done, 0 running, 1 failed/);
    expect(stderr).toMatch(
      /Failed: bad\.\nTo run them again:\n {2}.* sweep tiny\.json --resume --save-dir out --jobs 1 --threads 1\n$/,
    );
    expect(stdout).toMatch(/\ngood /);
    expect(stdout).not.toMatch(/bad/);
    const again = await mann(['sweep', file, '--resume', ...options], { cwd });
    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout).toMatch(/\nbad .*\ngood /);
  });

  it('--dry-run lists the runs and makes nothing', async () => {
    const { cwd, file } = sweepFile({ base, axes: { gamma: [0.9, 0.95] }, seeds: [1, 2] });
    const { code, stdout } = await mann(['sweep', file, '--dry-run', '--jobs', '2'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^gamma=0\.9,seed=1\n {2}.* train --.* --gamma=0\.9 --seed=1\n/);
    expect(stdout).toMatch(/\n4 runs, 2 at a time on /);
    expect(existsSync(join(cwd, 'runs'))).toBe(false);
  });
});

describe('before anything starts, a sentence and exit code 2:', () => {
  it.each([
    [
      'an unknown option',
      { base: { ...base, gama: 1 } },
      /run base: unknown option '--gama'.*--gamma/,
    ],
    ['a wrong value', { base: { ...base, gamma: 2 } }, /run base: --gamma must be .*, not '2'/],
    [
      'its own folder',
      { base: { ...base, 'save-dir': 'x' } },
      /may not set save-dir: each run has/,
    ],
    ['resume', { base: { ...base, resume: true } }, /may not set resume: every run is resumed by/],
    ['threads', { base: { ...base, threads: 2 } }, /may not set threads: it does not change/],
    [
      'a value that looks like an option',
      { base: { ...base, gamma: '--demo' } },
      /--gamma must be/,
    ],
    [
      'one training twice',
      {
        runs: [
          { ...base, name: 'a' },
          { ...base, name: 'b', seed: 1 },
        ],
      },
      /run b: it is the same training as a/,
    ],
    ['too few classes', { base: { ...base, 'num-classes': 7 } }, /run base: .*--num-classes/],
    ['no such data', { base: { ...base, dataset: 'nowhere' } }, /run base: nowhere is neither/],
    [
      'another task',
      { base: { task: 'copy', 'hold-out': 3 } },
      /run base: --hold-out is for --task/,
    ],
    ['nothing held out', { base, test: { split: 'validation' } }, /run base: a test on validation/],
  ])('%s', async (_, definition, message) => {
    const { cwd, file } = sweepFile(definition);
    const { code, stdout, stderr } = await mann(['sweep', file], { cwd });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^mann: tiny\.json: .*\n$/);
    expect([code, stdout]).toEqual([2, '']);
    expect(existsSync(join(cwd, 'runs'))).toBe(false);
  });

  it('a shell can do nothing: values are arguments, not commands', async () => {
    const dataset = '$(touch hacked); `touch hacked`; | touch hacked';
    const { cwd, file } = sweepFile({ base: { ...base, dataset } });
    const { code, stderr } = await mann(['sweep', file], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('is neither a data set nor a folder');
    expect(existsSync(join(cwd, 'hacked'))).toBe(false);
  });

  it('a folder that another sweep works in, that is of one run, or holds a run of another configuration', async () => {
    const runs = [{ name: 'a' }];
    const { cwd, file } = sweepFile({ base: { ...base, iterations: 10 }, runs });
    const folder = join(cwd, 'runs/tiny');
    mkdirSync(folder, { recursive: true });
    const lock = FolderLock.take(folder);
    const locked = await mann(['sweep', file, '--resume'], { cwd });
    lock.release();
    expect([locked.code, locked.stderr]).toEqual([2, expect.stringMatching(/is training here/)]);

    writeFileSync(join(folder, 'checkpoint-0000010.safetensors'), 'weights');
    const single = await mann(['sweep', file], { cwd });
    expect([single.code, single.stderr]).toEqual([
      2,
      expect.stringMatching(/folder of a single run/),
    ]);
    rmSync(folder, { recursive: true });

    mkdirSync(join(folder, 'a'), { recursive: true });
    const other = { name: 'a', digest: '0'.repeat(64) };
    writeFileSync(join(folder, 'a/run.json'), JSON.stringify(other));
    writeFileSync(join(folder, 'a/checkpoint-0000010.safetensors'), 'weights');
    for (const resume of [[], ['--resume']]) {
      const { code, stderr } = await mann(['sweep', file, ...resume], { cwd });
      expect(stderr).toMatch(/runs\/tiny\/a holds a run of another configuration/);
      expect(code).toBe(2);
    }
    rmSync(join(folder, 'a/run.json'));
    const strange = await mann(['sweep', file], { cwd });
    expect(strange.stderr).toMatch(/runs\/tiny\/a holds a training that is not of a sweep/);
    const [left] = filesOf(folder).values();
    expect(left!.toString()).toBe('weights');
  });

  it('a file that is none', async () => {
    const cwd = temporaryFolder();
    for (const [file, message] of [
      ['nowhere.yaml', /cannot read nowhere\.yaml: there is no such file/],
      ['.', /cannot read \.: this is a folder/],
    ] as const) {
      const { code, stderr } = await mann(['sweep', file], { cwd });
      expect(stderr).toMatch(message);
      expect(code).toBe(2);
    }
  });
});
