import type { ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runFolderName } from '../../../dist/cli/networks/run-folders.js';
import { mann, symbols, temporaryFolder, tiny } from '../run.js';

const read = (...path: string[]) => readFileSync(join(...path), 'utf8');
const result = expect.objectContaining({
  model: 'mann',
  dataset: symbols,
  split: 'random',
  classes: expect.any(Number),
  heldOut: false,
  episodes: 8,
  accuracy: expect.objectContaining({ 1: expect.any(Number), 3: expect.any(Number) }),
  ci95: expect.objectContaining({ 1: expect.any(Number), 3: expect.any(Number) }),
  loss: expect.any(Number),
});

describe('the folder of a run that names none', () => {
  it.each([
    [{}, 'runs/omniglot-mann-seed1'],
    [{ split: 'random', preset: 'default', seed: 3 }, 'runs/omniglot-mann-seed3'],
    [{ dataset: '../my drawings/', model: 'lstm' }, 'runs/my-drawings-lstm-seed1'],
    [{ split: 'alphabets' }, 'runs/omniglot-alphabets-mann-seed1'],
    [{ preset: 'original' }, 'runs/omniglot-mann-as-original-seed1'],
  ])('of %o is %s', (asked, folder) => {
    expect(runFolderName({ dataset: 'omniglot', model: 'mann', seed: 1, ...asked })).toBe(folder);
  });
});

describe('mann train', () => {
  it('trains, tests and reports', async () => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await mann(
      ['train', ...tiny, '--iterations', '6', '--report-every', '2', '--evaluate-every', '3'],
      { cwd },
    );
    expect(code, stderr).toBe(0);
    // What will happen, then the training table, on stderr.
    expect(stderr).toMatch(/^Network +MANN: conv encoder 3 to 5, 8 LSTM units/);
    expect(stderr).toMatch(/^Folder +runs\/symbols-mann-seed1$/m);
    expect(stderr).toMatch(/^ +Batch +Loss +1st +2nd +3rd .* 10th$/m);
    expect(stderr).toMatch(/^ +6 +\d+\.\d+ +\d+\.\d/m);
    // The result on stdout.
    expect(stdout).toMatch(/^accuracy, % +1st +2nd +3rd +4th +5th +10th$/m);
    expect(stdout).toMatch(/^MANN +\d/m);
    expect(stdout).toMatch(/^chance +50\.0/m);
    expect(stdout).toMatch(/^upper bound +75\.0 +100\.0/m);
    const folder = join(cwd, 'runs/symbols-mann-seed1');
    expect(stdout).toContain('runs/symbols-mann-seed1/report.html');
    expect(readdirSync(folder).sort()).toEqual([
      'checkpoint-0000006.safetensors',
      'log.csv',
      'log.jsonl',
      'report.html',
    ]);
    expect(read(folder, 'log.csv').split('\n')).toHaveLength(5);
    expect(read(folder, 'log.jsonl').split('\n')).toHaveLength(3);
    expect(read(folder, 'report.html')).toContain('--iterations 6');
  });

  it('trains an NTM in a folder of its own, which test finds by its memory', async () => {
    const cwd = temporaryFolder();
    const args = [...tiny, '--memory', 'ntm'];
    const { code, stderr } = await mann(['train', ...args, '--iterations', '2'], { cwd });
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^Network +NTM: conv encoder 3 to 5, 8 LSTM units/);
    expect(stderr).toMatch(/^Folder +runs\/symbols-ntm-seed1$/m);
    expect(read(cwd, 'runs/symbols-ntm-seed1/report.html')).toContain('--memory ntm');
    const tested = await mann(['test', ...args, '--json'], { cwd });
    expect(JSON.parse(tested.stdout)).toEqual({ ...JSON.parse(tested.stdout), model: 'ntm' });
    const missing = await mann(['test', ...args, '--seed', '2'], { cwd });
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/or train one: .* train .* --memory ntm$/m);
  });

  it('prints JSON and nothing else with --json', async () => {
    const cwd = temporaryFolder();
    const args = [...tiny, '--iterations', '1', '--save-dir', 'run', '--json'];
    const { code, stdout } = await mann(['train', ...args], { cwd });
    expect(code).toBe(0);
    const json = JSON.parse(stdout);
    expect(json).toEqual(result);
    expect(json.run).toEqual({
      folder: 'run',
      checkpoint: 'run/checkpoint-0000001.safetensors',
      report: 'run/report.html',
      seconds: expect.any(Number),
    });
  });

  it('refuses a folder that holds a run, and goes on with it when told', async () => {
    const cwd = temporaryFolder();
    const args = [...tiny, '--save-dir', 'run', '--checkpoint-every', '2'];
    expect((await mann(['train', ...args, '--iterations', '2'], { cwd })).code).toBe(0);
    const again = await mann(['train', ...args], { cwd });
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/^mann: run already holds a run of 2 batches: use --resume/);
    // Everything that is not said comes from the checkpoint.
    const on = await mann(
      ['train', '--resume', '--save-dir', 'run', '--iterations', '4', '--test-batches', '4'],
      { cwd },
    );
    expect(on.code, on.stderr).toBe(0);
    expect(on.stderr).toContain('4 batches of 2 episodes, seed 1, resumed after batch 2');
    expect(existsSync(join(cwd, 'run/checkpoint-0000004.safetensors'))).toBe(true);
  });

  it('refuses to resume as another network, recipe or seed', async () => {
    const cwd = temporaryFolder();
    const run = ['train', '--save-dir', 'run', '--resume'];
    expect((await mann([...run, ...tiny, '--iterations', '1'], { cwd })).code).toBe(0);
    for (const [flags, message] of [
      [['--controller-size', '9'], /--controller-size is 8 there, 9 here/],
      [['--model', 'LSTM'], /model is mann there, lstm here/],
      [['--batch-size', '3'], /begun with --batch-size 2, not 3/],
      [['--seed', '7'], /begun with seed 1, not 7/],
    ] as const) {
      const { code, stderr } = await mann([...run, ...flags], { cwd });
      expect(code).toBe(2);
      expect(stderr).toMatch(message);
    }
  });

  it('resumes bit for bit', async () => {
    const cwd = temporaryFolder();
    const args = ['train', ...tiny, '--iterations', '4', '--report-every', '1'];
    await mann([...args, '--save-dir', 'whole', '--checkpoint-every', '2'], { cwd });
    // The same run, taken up again from its middle.
    const middle = 'checkpoint-0000002.safetensors';
    mkdirSync(join(cwd, 'parts'));
    copyFileSync(join(cwd, 'whole', middle), join(cwd, 'parts', middle));
    await mann(['train', '--resume', '--save-dir', 'parts', '--test-batches', '1'], { cwd });
    const last = 'checkpoint-0000004.safetensors';
    const [a, b] = ['whole', 'parts'].map((run) => readFileSync(join(cwd, run, last)));
    // Checkpoint intervals are part of the recipe, which the second run took over.
    expect(a!.equals(b!)).toBe(true);
  });

  it.each([180, 240, 280, 320, 400])(
    'stopped after %i ms leaves a checkpoint, or nothing',
    async (ms) => {
      const cwd = temporaryFolder();
      const args = ['train', ...tiny, '--iterations', '1000000', '--save-dir', 'deep/run'];
      const onSpawn = (child: ChildProcess) => void setTimeout(() => child.kill('SIGINT'), ms);
      await mann(args, { cwd, onSpawn });
      const folder = join(cwd, 'deep/run');
      if (existsSync(join(cwd, 'deep'))) expect(readdirSync(folder).join()).toMatch(/checkpoint-/);
    },
  );

  it('stops at Ctrl-C, saves, and says how to go on', async () => {
    const cwd = temporaryFolder();
    let isTold = false;
    const { code, stdout, stderr } = await mann(
      ['train', ...tiny, '--iterations', '1000000', '--report-every', '5', '--save-dir', 'my run'],
      {
        cwd,
        onStderr(text, child) {
          if (isTold || !/\n +5 /.test(text)) return;
          isTold = true;
          child.kill('SIGINT');
        },
      },
    );
    expect(code).toBe(130);
    expect(stdout).toBe('');
    expect(stderr).toContain('Stopping after this batch.');
    const saved = /saved after (\d+) batches/.exec(stderr)?.[1];
    expect(readdirSync(join(cwd, 'my run'))).toContain(
      `checkpoint-${saved!.padStart(7, '0')}.safetensors`,
    );
    // The command it gives is one that works, as it stands.
    const command = /^ {2}(node \S+main\.js) (train --resume --save-dir 'my run'.*)$/m.exec(stderr);
    expect(command, stderr).not.toBeNull();
    const on = await mann(
      ['train', '--resume', '--save-dir', 'my run', '--iterations', saved!, '--json'],
      { cwd },
    );
    expect(on.code, on.stderr).toBe(0);
  });

  it('quits at once at the second Ctrl-C, unless it follows within a second', async () => {
    const cwd = temporaryFolder();
    let times = 0;
    // A batch of many seconds, beside the thread that hears of signals.
    const slow = ['--num-samples', '2', '--batch-size', '1200', '--controller-size', '800'];
    slow.push('--input-width', '20', '--input-height', '20', '--engine', 'simd', '--threads', '1');
    const started = Date.now();
    const { code } = await mann(['train', ...tiny, ...slow, '--iterations', '100'], {
      cwd,
      onStderr(text, child) {
        if (times === 0 && text.includes('Folder')) {
          times = 1;
          child.kill('SIGINT');
        } else if (times === 1 && text.includes('Stopping')) {
          times = 2;
          setTimeout(() => child.kill('SIGINT'), 1500);
        }
      },
    });
    expect(code).toBe(130);
    expect(Date.now() - started).toBeLessThan(30_000);
    expect(readdirSync(join(cwd, 'runs/symbols-mann-seed1')).sort()).toEqual([
      'log.csv',
      'log.jsonl',
    ]);
  });

  it('does as run_mann.py does without a command', async () => {
    const cwd = temporaryFolder();
    const flags = [...tiny, '--model', 'LSTM', '--save-dir', 'run'];
    const trained = await mann([...flags, '--iterations', '1'], { cwd });
    expect(trained.code, trained.stderr).toBe(0);
    expect(trained.stdout).toMatch(/^LSTM +\d/m);
    const tested = await mann(['--mode', 'test', ...flags, '--json'], { cwd });
    expect(tested.code, tested.stderr).toBe(0);
    expect(JSON.parse(tested.stdout).model).toBe('lstm');
  });

  it('finds a folder of its own for each demo', async () => {
    const cwd = temporaryFolder();
    const args = ['train', '--demo', ...tiny, '--dataset', 'glyphs', '--iterations', '1'];
    expect((await mann(args, { cwd })).code).toBe(0);
    const { code, stderr } = await mann(args, { cwd });
    expect(code, stderr).toBe(0);
    expect(readdirSync(join(cwd, 'runs'))).toEqual(['demo', 'demo-2']);
    expect(stderr).toContain('--dataset omniglot');
  });
});

describe('mann test and mann report', () => {
  it('test a run folder or a checkpoint, the same each time', async () => {
    const cwd = temporaryFolder();
    const trained = await mann(
      ['train', ...tiny, '--iterations', '2', '--save-dir', 'run', '--json'],
      { cwd },
    );
    const { run, ...atTheEnd } = JSON.parse(trained.stdout);
    const options = ['--test-batches', '4', '--json'];
    const [folder, file, asRunMann] = await Promise.all([
      mann(['test', 'run', ...options], { cwd }),
      mann(['test', run.checkpoint, ...options], { cwd }),
      mann(['--mode=test', '--save-dir', 'run', ...options], { cwd }),
    ]);
    expect(folder.code, folder.stderr).toBe(0);
    expect(JSON.parse(folder.stdout)).toEqual(atTheEnd);
    expect(Object.keys(atTheEnd)).toEqual([
      'model',
      'dataset',
      'split',
      'classes',
      'heldOut',
      'episodes',
      'accuracy',
      'ci95',
      'loss',
    ]);
    expect(file.stdout).toBe(folder.stdout);
    expect(asRunMann.stdout).toBe(folder.stdout);

    const text = await mann(['test', 'run', '--test-batches', '4'], { cwd });
    expect(text.stdout).toMatch(/^MANN +\d/m);
    const other = await mann(['test', 'run', '--controller-size', '9'], { cwd });
    expect(other.code, other.stderr).toBe(2);
    expect(other.stderr).toMatch(/--controller-size is 8 there, 9 here/);

    const page = await mann(['report', 'run', '--test-batches', '1', '--output', 'page.html'], {
      cwd,
    });
    expect(page.stdout).toBe('page.html\n');
    expect(read(cwd, 'page.html')).toContain('</html>');
    const strip = await mann(['report', 'run', '--strip', 'strip.svg', '--strip-count', '4'], {
      cwd,
    });
    expect(strip.code, strip.stderr).toBe(0);
    expect(read(cwd, 'strip.svg').match(/<image /g)).toHaveLength(4);
  });
});

describe('mann test', () => {
  it('turns and shifts drawings as in training, or leaves them as they are', async () => {
    const cwd = temporaryFolder();
    await mann(['train', ...tiny, '--iterations', '2', '--save-dir', 'run'], { cwd });
    const test = (...flags: string[]) =>
      mann(['test', 'run', '--test-batches', '4', '--json', ...flags], { cwd });
    const [usual, upright, again] = [
      await test(),
      await test('--no-augment'),
      await test('--no-augment'),
    ];
    expect(JSON.parse(upright.stdout).loss).not.toBe(JSON.parse(usual.stdout).loss);
    expect(again.stdout).toBe(upright.stdout);
  });
});

describe('classes held out', () => {
  it('are left out of training and tested on, now and when the run is tested again', async () => {
    const cwd = temporaryFolder();
    const args = [...tiny, '--iterations', '2', '--save-dir', 'run', '--hold-out', '2'];
    const trained = await mann(['train', ...args], { cwd });
    expect(trained.code, trained.stderr).toBe(0);
    expect(trained.stderr).toMatch(/^Data .* 4 classes to train on, 2 to test on$/m);
    expect(trained.stdout).toMatch(
      /^Tested on 2 unseen classes of .* \(random split, held out from training\)/m,
    );
    const again = await mann(['test', 'run', '--test-batches', '4'], { cwd });
    expect(again.stdout.trim().split('\n')).toEqual(trained.stdout.trim().split('\n').slice(0, 7));
    const last = await mann(['test', 'run', '--test-batches', '1', '--hold-out', '0'], { cwd });
    expect(last.stdout).toMatch(/^Tested on 2 unseen classes of [^(]* \(random split\)/m);
    const resumed = await mann(
      ['train', '--save-dir', 'run', '--resume', '--hold-out', '3', '--iterations', '4'],
      { cwd },
    );
    expect(resumed.code).toBe(2);
    expect(resumed.stderr).toMatch(/--hold-out of the data set is 2 there, 3 here/);
  });

  it('must leave some', async () => {
    const { code, stderr } = await mann(['train', ...tiny, '--hold-out', '6'], {
      cwd: temporaryFolder(),
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^mann: --hold-out 6 leaves nothing to train on: .* has 6 training/);
  });
});
