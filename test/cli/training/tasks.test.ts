/** Tasks from the command line: what each trains, tests and records, and what is refused. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCheckpoint, serialiseCheckpoint } from '../../../dist/runs/checkpoint.js';
import type { DatasetRecord } from '../../../dist/tasks/task.js';
import { mann, type RunOptions, symbols, temporaryFolder, tiny } from '../run.js';

/** A network and a training of it that take a moment. */
const small = [
  ...['--controller-size', '6', '--memory-locations', '6', '--memory-word-size', '4'],
  ...['--batch-size', '2', '--engine', 'reference', '--evaluate-every', '2', '--report-every', '1'],
  ...['--test-batches', '3', '--iterations', '4'],
];
const mlp = ['--encoder-widths', '4', '--embedding-size', '3'];
const regression = [
  ...['--task', 'regression', '--dimensions', '2', '--functions', 'varied'],
  ...['--episode-length', '6', ...small, ...mlp],
];
const copy = ['--task', 'copy', '--bits', '3', '--episode-length', '4', ...small];
const strings = [...tiny, '--labels', 'strings', '--iterations', '2'];

const lines = (...path: string[]) =>
  readFileSync(join(...path), 'utf8')
    .trim()
    .split('\n');
const checkpointIn = (folder: string) => {
  const [name] = readdirSync(folder).filter((file) => file.endsWith('.safetensors'));
  return parseCheckpoint(readFileSync(join(folder, name!)), name!);
};

async function run(args: readonly string[], options: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await mann(args, options);
  expect(code, stderr).toBe(0);
  return stdout;
}

/** One clear sentence, exit code 2, and nothing on stdout. */
async function refused(args: readonly string[], message: RegExp, options: RunOptions) {
  const { code, stdout, stderr } = await mann(args, options);
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^mann: .*\n$/); // one line
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
}

describe('regression', () => {
  it('trains, records what it needs, and tests and resumes with that alone', async () => {
    const cwd = temporaryFolder();
    const trained = await mann(['train', ...regression, '--json'], { cwd });
    expect(trained.code, trained.stderr).toBe(0);
    expect(trained.stderr).toMatch(/^Network +MANN: mlp encoder 4 to 3, 6 LSTM units/);
    expect(trained.stderr).toMatch(/^Data +functions in 2 dimensions with length scales of their/m);
    expect(trained.stderr).toMatch(/^Task +episodes of 6 points of a function$/m);
    expect(trained.stderr).toMatch(/^Folder +runs\/regression-mann-seed1$/m);
    const folder = join(cwd, 'runs/regression-mann-seed1');
    const { run: files, ...result } = JSON.parse(trained.stdout);
    expect(result).toEqual({
      ...{ model: 'mann', task: 'regression', dimensions: 2, functions: 'varied', episodes: 6 },
      logDensity: { 1: expect.any(Number), 2: expect.any(Number), 5: expect.any(Number) },
      ci95: { 1: expect.any(Number), 2: expect.any(Number), 5: expect.any(Number) },
      bound: { 1: expect.any(Number), 2: expect.any(Number), 5: expect.any(Number) },
      loss: expect.any(Number),
    });
    expect(existsSync(join(cwd, files.report))).toBe(true);

    // What is needed to do it again is in the checkpoint.
    const { config, training } = checkpointIn(folder);
    expect(training!.dataset).toMatchObject({
      name: 'regression',
      split: 'generated',
      options: { dimensions: 2, functions: 'varied' },
    });
    expect(config).toMatchObject({ output: 'gaussian', targetSize: 1, inputHeight: 1 });
    expect(config.inputWidth).toBe(2);
    expect(training!.recipe).toMatchObject({ numClasses: 0, episodeLength: 6, curriculum: [] });
    const again = await run(
      ['test', 'runs/regression-mann-seed1', '--test-batches', '3', '--json'],
      {
        cwd,
      },
    );
    expect(JSON.parse(again)).toEqual(result);

    // Logs have the columns of the task, and scores by the name of its measure.
    expect(lines(folder, 'log.csv')[0]).toBe('batch,loss,1st,2nd,5th');
    expect(lines(folder, 'log.csv')).toHaveLength(5);
    const log = lines(folder, 'log.jsonl').map((line) => JSON.parse(line));
    expect(log.map(({ batch }) => batch)).toEqual([2, 4]);
    for (const { logDensity, evaluation } of log) {
      expect(Object.keys(logDensity)).toEqual(['1', '2', '5']);
      expect(Object.keys(evaluation)).toEqual(['logDensity', 'ci95', 'loss', 'episodes', 'bound']);
    }

    const on = ['train', '--resume', '--save-dir', 'runs/regression-mann-seed1'];
    await run([...on, '--iterations', '5', '--test-batches', '1'], { cwd });
    expect(lines(folder, 'log.csv')).toHaveLength(6);
    await refused(
      [...on, '--dimensions', '1'],
      /the dimensions of the data set is 2 there, 1 here/,
      {
        cwd,
      },
    );
    await refused([...on, '--task', 'copy'], /begun with --task regression, not copy/, { cwd });
    await refused(
      ['test', 'runs/regression-mann-seed1', '--dimensions', '3'],
      /a network of another configuration: inputWidth is 2 there, 3 here/,
      { cwd },
    );
    await refused(
      ['test', 'runs/regression-mann-seed1', '--dataset', symbols],
      /a network of another configuration: output is gaussian there, classes here/,
      { cwd },
    );
    await refused(
      ['classify', '--weights', 'runs/regression-mann-seed1', '--support', symbols, '--loo'],
      /a learner needs a network that answers with labels, and this one answers with gaussian/,
      { cwd },
    );
    // Functions of another kind are no other network.
    const fixed = ['--functions', 'fixed', '--test-batches', '1', '--json'];
    expect(
      JSON.parse(await run(['test', 'runs/regression-mann-seed1', ...fixed], { cwd })),
    ).toMatchObject({ dimensions: 2, functions: 'fixed' });
  });

  it('shows the log density beside that of the exact process', async () => {
    const cwd = temporaryFolder();
    const args = ['--episode-length', '22', '--report-every', '4'];
    const stdout = await run(['train', ...regression, ...args], { cwd });
    expect(stdout).toMatch(/^Tested on new functions in 2 dimensions with length scales of their/m);
    expect(stdout).toMatch(/^log density, nats +1st +2nd +5th +10th +20th +after 20$/m);
    expect(stdout).toMatch(/^MANN( +-?\d+\.\d\d){6}$/m);
    expect(stdout).toMatch(/^exact process( +-?\d+\.\d\d){6}$/m);
    expect(stdout).not.toMatch(/^chance/m);
    expect(lines(cwd, 'runs/regression-mann-seed1/log.csv')[0]).toMatch(/,20th,after 20$/);
  });

  it('with Fourier features has no encoder, and they are recorded', async () => {
    const cwd = temporaryFolder();
    const args = ['--task', 'regression', '--episode-length', '6', '--fourier-features', '3'];
    await run(['train', ...args, ...small, '--save-dir', 'run'], { cwd });
    const { config, training } = checkpointIn(join(cwd, 'run'));
    expect(config).toMatchObject({ encoder: 'none', inputWidth: 7 });
    expect(training!.dataset.options).toEqual({
      ...{ dimensions: 1, functions: 'fixed', fourierFeatures: 3 },
    });
    const test = ['test', 'run', '--test-batches', '1'];
    const result = JSON.parse(await run([...test, '--json'], { cwd }));
    expect(result).toMatchObject({ task: 'regression', fourierFeatures: 3 });
    expect(readFileSync(join(cwd, 'run/report.html'), 'utf8')).toContain('--fourier-features 3');
    await refused([...test, '--fourier-features', '2'], /inputWidth is 7 there, 5 here/, { cwd });
  });
});

describe('copy', () => {
  it('trains an NTM, tests it on sequences up to twice as long, and tests its weights alone', async () => {
    const cwd = temporaryFolder();
    const stdout = await run(['train', ...copy, '--memory', 'ntm', '--save-dir', 'run'], { cwd });
    expect(stdout).toMatch(/vectors of 3 bits, up to twice as long as in training/);
    expect(stdout).toMatch(/^copied, % +1 +2 +3-5 +6-8$/m);
    expect(stdout).toMatch(/^NTM +/m);
    const { config, training } = checkpointIn(join(cwd, 'run'));
    expect(config).toMatchObject({ output: 'bits', targetSize: 3, inputWidth: 4, memory: 'ntm' });
    expect(training!.dataset).toMatchObject({ name: 'copy', options: { bits: 3 } });
    await run(['export', 'run', 'copy.safetensors'], { cwd });
    const options = ['--test-batches', '4', '--json'];
    const exported = JSON.parse(await run(['test', 'copy.safetensors', ...options], { cwd }));
    expect(exported).toEqual(JSON.parse(await run(['test', 'run', ...options], { cwd })));
    expect(exported).toMatchObject({ model: 'ntm', task: 'copy', bits: 3, episodes: 8 });
    expect(Object.keys(exported)).toContain('copied');
  });
});

describe('labels as strings', () => {
  it('are trained, and tested with any number of classes', async () => {
    const cwd = temporaryFolder();
    const stdout = await run(['train', ...strings, '--save-dir', 'run', '--json'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ labels: 'strings', dataset: symbols, classes: 2 });
    expect(checkpointIn(join(cwd, 'run'))).toMatchObject({
      config: { output: 'strings', numClasses: 5, labelLength: 5 },
      training: { dataset: { options: { labels: 'strings' } }, recipe: { numClasses: 2 } },
    });
    const tested = ['--dataset', 'glyphs', '--num-classes', '7', '--test-batches', '2', '--json'];
    const result = JSON.parse(
      await run(['test', 'run', ...tested, '--labels', 'strings', '--num-samples', '2'], { cwd }),
    );
    expect(result).toMatchObject({ dataset: 'glyphs', labels: 'strings', episodes: 4 });
    const one = await run(['test', 'run', '--num-classes', '1', '--test-batches', '1'], { cwd });
    expect(one).toMatch(/^accuracy, %/m);
    await refused(['test', 'run', '--labels', 'one-hot'], /output is strings there, classes here/, {
      cwd,
    });
    await refused(
      ['train', '--resume', '--save-dir', 'run', '--labels', 'one-hot'],
      /the labels of the data set is strings there, none here/,
      { cwd },
    );
    await refused(
      ['train', '--resume', '--save-dir', 'run', '--num-classes', '3'],
      /begun with --num-classes 2, not 3/,
      { cwd },
    );
    const classify = ['classify', '--weights', 'run', '--support', symbols, '--loo', '--json'];
    const { loo, classes } = JSON.parse(await run(classify, { cwd }));
    expect(loo.of).toBeGreaterThan(classes.length);
  });
});

describe('a memory that is kept between episodes', () => {
  it('is kept in training, tests and exported weights', async () => {
    const cwd = temporaryFolder();
    const args = [...tiny, '--keep-memory', '--iterations', '3', '--save-dir', 'run', '--json'];
    const { run: _, ...result } = JSON.parse(await run(['train', ...args], { cwd }));
    expect(checkpointIn(join(cwd, 'run')).training!.kept!.memory.length).toBe(2 * 8 * 4);
    const test = ['--test-batches', '4', '--json'];
    expect(JSON.parse(await run(['test', 'run', ...test], { cwd }))).toEqual(result);
    await run(['export', 'run', 'kept.safetensors'], { cwd });
    expect(JSON.parse(await run(['test', 'kept.safetensors', ...test], { cwd }))).toEqual(result);
    const on = ['train', '--resume', '--save-dir', 'run', '--iterations', '4', '--json'];
    await run([...on, '--test-batches', '1'], { cwd });
    await run(['train', ...tiny, '--iterations', '1', '--save-dir', 'wiped'], { cwd });
    const [wiped, left] = await Promise.all([
      run(['test', 'wiped', ...test], { cwd }),
      run(['test', 'wiped', ...test, '--keep-memory'], { cwd }),
    ]);
    expect(JSON.parse(left).loss).not.toBe(JSON.parse(wiped).loss);
    expect(readFileSync(join(cwd, 'run/report.html'), 'utf8')).toContain('--keep-memory');
  });
});

describe('options of another task', () => {
  it.each([
    ['--dimensions 2', /--dimensions is for --task regression, and the task is drawings/],
    ['--fourier-features 4', /--fourier-features is for --task regression, and the task is/],
    ['--functions varied', /--functions is for --task regression, and the task is drawings/],
    ['--bits 4', /--bits is for --task copy, and the task is drawings/],
    ['--task copy --dimensions 2', /--dimensions is for --task regression, and the task is copy/],
    ['--task regression --bits 4', /--bits is for --task copy, and the task is regression/],
    [
      '--task regression --curriculum grow',
      /--curriculum grow adds one class after another, and --task regression has no classes/,
    ],
    ['--task copy --curriculum grow', /--curriculum grow adds .* --task copy has no classes/],
    ['--task copy --dataset glyphs', /--dataset or --data is for --task drawings, and the task is/],
    ['--task copy --data SYMBOLS', /--dataset or --data is for --task drawings, and the task is/],
    ['--task copy --data nowhere', /--data is for --task drawings, and the task is copy/],
    ['--task regression --split random', /--split is for --task drawings/],
    ['--task regression --hold-out 3', /--hold-out is for --task drawings/],
    ['--task regression --labels strings', /--labels is for --task drawings/],
    ['--task regression --num-classes 4', /--num-classes is for --task drawings/],
    ['--task regression --num-samples 4', /--num-samples is for --task drawings/],
    ['--task copy --distractors 2', /--distractors is for --task drawings/],
    ['--task copy --input-width 9', /--input-width is for --task drawings/],
    ['--task copy --no-augment', /--augment is for --task drawings/],
    ['--task copy --familiarity learned', /--familiarity is for --task drawings/],
    ['--task copy --demo', /--demo trains on drawings: leave out --task copy/],
    ['--task copy --log-format original', /--log-format original is for drawings with one-hot/],
    ['--labels strings --log-format original', /--log-format original is for drawings with/],
    [
      '--task regression --episode-length 2001',
      /^mann: functions of 2001 points: 2,000 are the most/,
    ],
    ['--task regression --batch-size 99999999', /99999999 episodes of 50 points has .*4 GB is the/],
    ['--task copy --episode-length 1000000000', /4000000001 steps has .*, and 4 GB is the limit/],
    ['--task walk', /--task must be one of drawings, regression, copy, not 'walk'/],
    ['--task regression --dimensions 4', /--dimensions must be a whole number from 1 to 3/],
    ['--task copy --bits 65', /--bits must be a whole number from 1 to 64/],
    ['--labels words', /--labels must be one of one-hot, strings, not 'words'/],
    ['--curriculum shrink', /--curriculum must be one of auto, none, grow, not 'shrink'/],
    ['--model lstm --memory ntm', /model lstm and memory ntm contradict each other/],
  ])('%s', async (line, message) => {
    const cwd = temporaryFolder();
    const args = line.replace('SYMBOLS', symbols).split(' ');
    await refused(['train', '--iterations', '1', ...args], message, { cwd });
    expect(readdirSync(cwd)).toEqual([]); // no folder was made
  });
});

describe('a checkpoint from elsewhere', () => {
  const record = { name: 'regression', digest: '', split: 'generated' };
  const hostile: [Partial<DatasetRecord>, RegExp][] = [
    [{ options: { dimensions: 99 } }, /trained with impossible dimensions: 99$/m],
    [{ options: { dimensions: 1.5 } }, /trained with impossible dimensions: 1\.5$/m],
    [{ options: { dimensions: '2' } }, /trained with impossible dimensions: 2$/m],
    [{ options: { functions: 'all\u001b' } }, /trained with impossible functions: all\\u001b$/m],
    [{ options: { dimensions: 3 } }, /inputWidth is 2 there, 3 here/],
    [{ name: 'copy', options: { bits: 0 } }, /trained with impossible bits: 0$/m],
    [{ name: 'copy', options: { bits: 1e300 } }, /trained with impossible bits: 1e\+300$/m],
    [{ name: 'copy' }, /output is gaussian there, bits here/],
    [{ name: 'phone-book' }, /trained on the task phone-book, which mann does not have/],
    [{ name: 'glyphs', split: 'random' }, /output is gaussian there, classes here/],
    [
      { name: 'glyphs', split: 'random', options: { labels: 'braille' } },
      /trained with impossible labels: braille$/m,
    ],
    [{ name: 'glyphs', split: 'thirds' }, /trained on an unknown split: thirds/],
  ];
  it('is opened as the task that it records, or refused in a sentence', async () => {
    const cwd = temporaryFolder();
    await run(['train', ...regression, '--iterations', '1', '--save-dir', 'run'], { cwd });
    const checkpoint = checkpointIn(join(cwd, 'run'));
    for (const [change, message] of hostile) {
      const training = { ...checkpoint.training!, dataset: { ...record, ...change } };
      await writeFile(join(cwd, 'a.safetensors'), serialiseCheckpoint({ ...checkpoint, training }));
      await refused(['test', 'a.safetensors', '--test-batches', '1'], message, { cwd });
    }
    // Without a record nothing says that it is no network for drawings.
    const { config, step, parameters } = checkpoint;
    await writeFile(join(cwd, 'a.safetensors'), serialiseCheckpoint({ config, step, parameters }));
    await refused(['test', 'a.safetensors'], /output is gaussian there, classes here/, { cwd });
  });

  it('is tested on the generated characters that it records', async () => {
    const cwd = temporaryFolder();
    const options = ['--dataset', 'glyphs', '--iterations', '1', '--test-batches', '1'];
    await run(['train', ...tiny, ...options, '--save-dir', 'run'], { cwd });
    const checkpoint = checkpointIn(join(cwd, 'run'));
    const losses = new Set<number>();
    for (const charactersSeed of [5, 6]) {
      const dataset = {
        ...checkpoint.training!.dataset,
        options: { characters: 60, charactersSeed },
      };
      const training = { ...checkpoint.training!, dataset };
      await writeFile(join(cwd, 'a.safetensors'), serialiseCheckpoint({ ...checkpoint, training }));
      const text = await run(['test', 'a.safetensors', '--test-batches', '1', '--json'], { cwd });
      const { classes, loss } = JSON.parse(text);
      expect(classes).toBe(16); // of 60: 1,200 of every 1,623 are for training
      losses.add(loss);
    }
    expect(losses.size).toBe(2);
  });
});
