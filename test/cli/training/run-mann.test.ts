/** Command lines, folders and logs of the original implementation's run_mann.py. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeProgram } from '../../../dist/cli/program.js';
import { withCommand } from '../../../dist/cli/run-mann/command.js';
import {
  logFileName,
  logRow,
  RunMannLog,
  sharesByInstance,
} from '../../../dist/cli/run-mann/log.js';
import { spelledOut } from '../../../dist/cli/run-mann/spelling.js';
import { loadCheckpoint } from '../../../dist/runs/run-folder.js';
import { mann, temporaryFolder, tiny, tinyFlat } from '../run.js';

const program = makeProgram();
const names = program.commands.map((command) => command.name());
const read = (line: string) => spelledOut(program, withCommand(line.split(' '), names)).join(' ');

describe('options of run_mann.py', () => {
  it.each([
    ['train --num_layers 2 --batch_size=4', 'train --num-layers 2 --batch-size=4'],
    ['--memory_word_size 8', 'train --as-run-mann --memory-word-size 8'],
    ['train --iter 3', 'train --iterations 3'],
    [
      'train --iter=3 --num_l 2 --sc cosine',
      'train --iterations=3 --num-layers 2 --schedule cosine',
    ],
    ['--mode test --learn 0.1', 'test --as-run-mann --learning-rate 0.1'],
    ['--mode=test --augment False', 'test --as-run-mann --augment False'],
    // Unique in run_mann.py, and so where a command line is like its own, whatever we have beside.
    ['--log x --contr 100', 'train --as-run-mann --log-dir x --controller-size 100'],
    // Values are left alone, and what is no option.
    ['train --save-dir --iter --dataset my_data', 'train --save-dir --iter --dataset my_data'],
    ['train --iter 3 -- --iter', 'train --iterations 3 -- --iter'],
    ['data show --out a_b.png --ca', 'data show --output a_b.png --ca'],
    ['train --no_such_flag --iterations 3', 'train --no_such_flag --iterations 3'],
  ])('%s', (line, meaning) => {
    expect(read(line)).toBe(meaning);
  });

  it.each([
    ['train --num 5', '--num is ambiguous: it may be --num-classes, --num-layers, --num-reads, --num-samples'],
    ['--mo test', '--mo is ambiguous: it may be --mode, --model'],
    ['train --log x', '--log is ambiguous: it may be --log-dir, --log-format'],
    ['--restore_training True', '--restore_training is called --resume here and takes no value: mann train --resume --save-dir <dir> continues from the newest checkpoint in <dir>'],
    ['train --rest 1', '--restore_training is called --resume here and takes no value: mann train --resume --save-dir <dir> continues from the newest checkpoint in <dir>'],
    ['--start_iterations 500', '--start_iterations has no counterpart here: --resume continues from the newest checkpoint, which holds the number of batches done, and --iterations counts all batches from the first one on'],
  ])('%s is refused', (line, sentence) => {
    expect(() => read(line)).toThrow(sentence);
  }); // biome-ignore format: a table

  it('reach the program', async () => {
    const cwd = temporaryFolder();
    const refused = await mann(['--restore_training', 'True'], { cwd });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/^mann: --restore_training is called --resume here.*\n$/);
    const layers = await mann(['train', '--num_layers', '2'], { cwd });
    expect(layers.stderr).toMatch(/--num-layers is for the LSTM baseline/);
    const augment = await mann(['train', '--augment', 'maybe'], { cwd });
    expect(augment.stderr).toBe("mann: --augment must be true, false or wide, not 'maybe'\n");
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe('episodes', () => {
  const recipeOf = async (cwd: string, ...flags: string[]) => {
    const args = ['train', ...tiny, '--iterations', '1', '--test-batches', '1', ...flags];
    const { code, stderr } = await mann([...args, '--save-dir', 'run'], { cwd });
    expect(code, stderr).toBe(0);
    const { training, config } = await loadCheckpoint(
      join(cwd, 'run', 'checkpoint-0000001.safetensors'),
    );
    return { ...training!.recipe, start: config.start };
  };

  it('have --num-samples drawings of each class, and --augment false leaves them upright', async () => {
    const cwd = temporaryFolder();
    const flags = ['--num-classes', '2', '--num_samples', '2', '--augment', 'False'];
    const forms = ['--start', 'first-head', '--adam', 'TensorFlow1'];
    expect(await recipeOf(cwd, ...flags, ...forms)).toMatchObject({
      episodeLength: 4,
      augment: false,
      start: 'first-head',
      adam: 'tensorflow1',
    });
    // The report's command makes the same run again.
    const report = readFileSync(join(cwd, 'run/report.html'), 'utf8');
    for (const part of ['--num-samples 2', '--no-augment', '--start first-head']) {
      expect(report).toContain(part);
    }
    expect(report).toContain('--adam tensorflow1');
    // With the flags of before the run goes on, with others it does not.
    const on = (...more: string[]) =>
      mann(['train', '--resume', '--save-dir', 'run', '--iterations', '2', ...more], { cwd });
    const other = await on('--num-samples', '3');
    expect(other.stderr).toMatch(/begun with --episode-length 4, not 6/);
    const same = await on(...flags, '--test-batches', '1');
    expect(same.code, same.stderr).toBe(0);
  });

  it('have their length from --episode-length, where it is given', async () => {
    const cwd = temporaryFolder();
    const args = tiny.map((flag) => (flag === '--num-samples' ? '--episode-length' : flag));
    const { code, stderr } = await mann(
      ['train', ...args, '--iterations', '1', '--save-dir', 'run'],
      { cwd },
    );
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^Task +episodes of 3 drawings of 2 classes$/m);
    expect(readFileSync(join(cwd, 'run/report.html'), 'utf8')).toContain('--episode-length 3');
  });

  it('have classes without a label where --distractors asks for them, and it says so', async () => {
    const cwd = temporaryFolder();
    const flags = ['--familiarity', 'learned', '--distractors', '1', '--iterations', '1'];
    const train = (...more: string[]) =>
      mann(['train', ...tiny, ...flags, ...more, '--save-dir', 'run'], { cwd });
    const tooMany = await train(); // of eight classes two are for tests
    expect(tooMany.code, tooMany.stderr).toBe(2);
    expect(tooMany.stderr).toMatch(/^mann: episodes of 2 classes and 1 without a label were asked/);
    expect(tooMany.stderr).toMatch(/has only 2: give a smaller --num-classes or --distractors\n$/);
    const { code, stderr } = await train('--num-classes', '1');
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^Task +episodes of 3 drawings of 1 class and 1 without a label$/m);
    const report = readFileSync(join(cwd, 'run/report.html'), 'utf8');
    expect(report).toContain('Classes without a label');
  });

  it('are refused where the two contradict each other', async () => {
    const flags = ['train', '--num-samples', '10', '--episode-length', '30'];
    const { code, stderr } = await mann(flags, { cwd: temporaryFolder() });
    expect(code).toBe(2);
    expect(stderr).toBe(
      'mann: 5 classes with 10 drawings each (--num-samples) are an episode of 50 steps, ' +
        'not 30 (--episode-length): give one of the two\n',
    );
  });
});

describe('one folder for both models', () => {
  it('keeps them apart, and test and export find them', async () => {
    const cwd = temporaryFolder();
    const common = [...tinyFlat, '--iterations', '1', '--save-dir', 'ckpt', '--log-dir', 'log'];
    // One as run_mann.py is called, one with its preset.
    const lstm = await mann(['--model', 'LSTM', ...common], { cwd });
    expect(lstm.code, lstm.stderr).toBe(0);
    const own = await mann(['train', '--preset', 'original', '--model', 'MANN', ...common], {
      cwd,
    });
    expect(own.code, own.stderr).toBe(0);
    expect(readdirSync(join(cwd, 'ckpt'))).toEqual(['LSTM', 'MANN']);
    expect(readdirSync(join(cwd, 'log/MANN'))).toEqual(['log.csv', 'log.jsonl']);
    expect(readdirSync(join(cwd, 'log/LSTM'))).toEqual(['log.csv', 'log.jsonl']);

    const test = ['--mode', 'test', '--save-dir', 'ckpt', '--test-batches', '1', '--json'];
    for (const [flags, model] of [
      [['--model', 'LSTM'], 'lstm'],
      [['--preset', 'original'], 'mann'],
      [['--preset', 'seed'], 'mann'],
    ] as const) {
      const { code, stdout, stderr } = await mann([...test, ...flags], { cwd });
      expect(code, stderr).toBe(0);
      expect(JSON.parse(stdout).model).toBe(model);
    }
    const exported = await mann(['export', 'ckpt', 'weights.safetensors'], { cwd });
    expect(exported.stdout).toContain(' of ckpt/MANN/checkpoint-0000001.safetensors');

    const again = await mann(['--model', 'LSTM', ...common], { cwd });
    expect(again.stderr).toMatch(/^mann: ckpt\/LSTM already holds a run of 1 batches/);
    const on = ['--model', 'LSTM', ...common, '--iterations', '2', '--resume'];
    const resumed = await mann(on, { cwd });
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(existsSync(join(cwd, 'ckpt/LSTM/checkpoint-0000002.safetensors'))).toBe(true);
    // Named itself, or of before there were such folders, a run goes on where it is.
    mkdirSync(join(cwd, 'older'));
    cpSync(join(cwd, 'ckpt/MANN'), join(cwd, 'older'), { recursive: true });
    const older = ['--save-dir', 'older', '--iterations', '2', '--test-batches', '1', '--resume'];
    const inPlace = await mann(['train', '--preset', 'seed', ...older], { cwd });
    expect(inPlace.code, inPlace.stderr).toBe(0);
    expect(readdirSync(join(cwd, 'older'))).toContain('checkpoint-0000002.safetensors');
  });
});

describe('mann test --sampler original', () => {
  it('says so, and tests on other episodes', async () => {
    const cwd = temporaryFolder();
    await mann(['train', ...tiny, '--iterations', '1', '--save-dir', 'run'], { cwd });
    const test = (...flags: string[]) =>
      mann(['test', 'run', '--test-batches', '4', ...flags], { cwd });
    const [usual, original, text] = [
      await test('--json'),
      await test('--json', '--sampler', 'original'),
      await test('--sampler', 'original'),
    ];
    const { loss, ...rest } = JSON.parse(original.stdout);
    expect(rest).toMatchObject({ sampler: 'original', episodes: 8 });
    expect(JSON.parse(usual.stdout)).not.toHaveProperty('sampler');
    expect(JSON.parse(usual.stdout).loss).not.toBe(loss);
    expect(text.stdout).toContain('8 episodes sampled as in the original implementation:');
  });
});

describe('mann --mode train', () => {
  it('says what it trains on where no data set was named', async () => {
    const cwd = temporaryFolder();
    const args = tiny.slice(0, tiny.indexOf('--dataset'));
    const { code, stderr } = await mann(
      ['--mode', 'train', ...args, '--iterations', '1', '--test-batches', '1'],
      { cwd },
    );
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(
      /^Training on generated drawings \(glyphs\)\. For Omniglot add --dataset omniglot: .*downloaded\.$/m,
    );
    const named = await mann(['train', ...tiny, '--iterations', '1', '--save-dir', 'b'], { cwd });
    expect(named.stderr).not.toContain('For Omniglot');
  });
});

describe('the log of run_mann.py', () => {
  it('has its name', () => {
    const begun = new Date(2026, 0, 5, 9, 7);
    expect(logFileName({ model: 'mann', numClasses: 5, numSamples: 10, begun })).toBe(
      'MANN-5-10--01-05-09-07',
    );
  });

  it('has its rows: fractions with four digits, rounded as Python does', () => {
    expect(logRow(0, [1, 0, 2 / 3, 0.2])).toBe('0, 1.0000, 0.0000, 0.6667, 0.2000');
    // '%.4f' % (1 / 32) is 0.0312 in Python, and so on.
    expect(logRow(100, [1 / 32, 3 / 32, 5 / 32, 7 / 32, 1 / 16])).toBe(
      '100, 0.0312, 0.0938, 0.1562, 0.2188, 0.0625',
    );
  });

  it.runIf(process.env.MANN_PYTHON)('rounds every share of 256 as Python does', () => {
    const shares = Array.from({ length: 257 }, (_, i) => i / 256);
    const code = 'import sys\nprint(", ".join("%.4f" % (i / 256) for i in range(257)))';
    const python = execFileSync(process.env.MANN_PYTHON!, ['-c', code], { encoding: 'utf8' });
    expect(`0, ${python.trim()}`).toBe(logRow(0, shares));
  });

  it('has the accuracy by instance over a batch, and 0 where an instance does not come up', () => {
    const batch = { batch: 2, length: 3, labels: Uint8Array.of(0, 0, 1, 1, 1, 1) };
    const right = [1, 0, 1, 1, 1, 0]; // of each step
    const logits = new Float32Array(2 * 6);
    for (const [i, isRight] of right.entries()) {
      logits[2 * i + (isRight ? batch.labels[i]! : 1 - batch.labels[i]!)] = 1;
    }
    // 1st: steps 0 (right), 2 (right), 3 (right); 2nd: 1 (wrong), 4 (right); 3rd: 5 (wrong)
    expect(sharesByInstance(batch, logits, 4)).toEqual([1, 0.5, 0, 0]);
  });

  it('is one file a start, with a row of a test batch before batch 1, 101 and so on', async () => {
    const cwd = temporaryFolder();
    const args = ['train', ...tiny, '--schedule', 'constant', '--test-batches', '1'];
    const log = ['--save-dir', 'run', '--log-format', 'original', '--log-dir', 'log'];
    const first = await mann([...args, ...log, '--iterations', '101'], { cwd });
    expect(first.code, first.stderr).toBe(0);
    const files = () => readdirSync(join(cwd, 'log')).filter((name) => name.startsWith('MANN-'));
    expect(files()).toEqual([expect.stringMatching(/^MANN-2-3--\d\d-\d\d-\d\d-\d\d\.csv$/)]);
    const [begun] = files();
    const lines = readFileSync(join(cwd, 'log', begun!), 'utf8').split('\n');
    const shares = '(, [01]\\.\\d{4}){3}';
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^0${shares}$`)),
      expect.stringMatching(new RegExp(`^100${shares}$`)),
      '',
    ]);
    const on = [...args, ...log, '--iterations', '201', '--resume'];
    expect((await mann(on, { cwd })).code).toBe(0);
    const second = files().find((name) => name !== begun)!;
    expect(readFileSync(join(cwd, 'log', second), 'utf8')).toMatch(new RegExp(`^200${shares}\n$`));
    // The training itself is not another one for it.
    const plain = await mann([...args, '--save-dir', 'plain', '--iterations', '201'], { cwd });
    expect(plain.code).toBe(0);
    const [a, b] = ['run', 'plain'].map((run) =>
      loadCheckpoint(join(cwd, run, 'checkpoint-0000201.safetensors')),
    );
    expect((await a)!.parameters).toEqual((await b)!.parameters);
  });

  it('leaves a file of the same minute alone', async () => {
    const folder = temporaryFolder();
    const name = { model: 'lstm', numClasses: 5, numSamples: 10, begun: new Date() };
    const [first, second] = [
      await RunMannLog.begin(folder, name),
      await RunMannLog.begin(folder, name),
    ];
    expect(second.path).toBe(first.path.replace('.csv', '-2.csv'));
    const nowhere = RunMannLog.begin(join(folder, 'no'), name);
    await expect(nowhere).rejects.toThrow(/^cannot write /);
  });
});
