import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mann, type RunOptions, temporaryFolder, tiny } from './run.js';

/** One clear sentence on stderr, exit code 2, nothing on stdout, no stack trace. */
async function refused(args: readonly string[], message: RegExp, options: RunOptions = {}) {
  const { code, stdout, stderr } = await mann(args, options);
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^mann: .*\n$/); // one line
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
}

describe('flags', () => {
  it.each([
    ['train --num-samples 0', /--num-samples must be a whole number of at least 1, not '0'/],
    ['train --num-samples -5', /--num-samples must be a whole number of at least 1, not '-5'/],
    ['train --num-samples ten', /--num-samples must be a whole number of at least 1, not 'ten'/],
    ['train --num-samples 2.5', /--num-samples must be a whole number/],
    ['train --num-samples 0x10', /--num-samples must be a whole number/],
    ['train --num-samples=', /--num-samples must be a whole number/],
    ['train --batch-size 1e99', /--batch-size must be a whole number/],
    ['train --seed -1', /--seed must be a whole number of at least 0/],
    ['train --learning-rate 0', /--learning-rate must be a number greater than 0/],
    ['train --learning-rate NaN', /--learning-rate must be a number/],
    ['train --gamma 1.5', /--gamma must be a number between 0 and 1/],
    ['train --model gru', /--model must be one of mann, lstm, not 'gru'/],
    ['train --engine gpu', /--engine must be one of auto, webgpu, relaxed, simd, reference/],
    ['train --preset best', /--preset must be one of default, flat, paper, original, not 'best'/],
    ['train --split half', /--split must be one of random, alphabets/],
    ['train --num-smaples 4', /unknown option '--num-smaples': did you mean --num-samples\?/],
    ['train --num 4', /--num is ambiguous: it may be --num-classes, --num-layers, --num-reads, /],
    ['train --episode-length 0', /--episode-length must be a whole number/],
    ['test --test-batchs 4', /unknown option '--test-batchs': did you mean --test-batches\?/],
    ['test --sampler any', /--sampler must be one of default, original, not 'any'/],
    ['train --seed', /--seed needs a value/],
    ['train extra', /too many arguments/],
    ['trian', /unknown command 'trian': did you mean train\?/],
    ['--mode walk', /--mode must be train or test, not walk/],
    ['--mode', /--mode must be train or test/],
    ['train --num-layers 2', /configuration: --num-layers is for the LSTM baseline/],
    [
      'train --encoder-widths 16,x',
      /--encoder-widths must be whole numbers separated by commas, such as 16,16,16, not '16,x'/,
    ],
    ['train --encoder-widths=', /--encoder-widths must be whole numbers separated by commas/],
    ['train --encoder-widths 16,-1', /--encoder-widths must be whole numbers separated by commas/],
    ['train --encoder-widths 16,16,16,16,16,16', /the drawing is too small for so many layers/],
    [
      'train --encoder none --encoder-widths 16',
      /--encoder-widths must name the layers of an mlp or conv/,
    ],
    ['train --preset flat --embedding-size 64', /--embedding-size needs an encoder/],
    ['train --encoder vit', /--encoder must be one of conv, mlp, none, not 'vit'/],
    ['train --key-size 65', /--key-size must not be greater than --memory-word-size/],
    ['train --output-hidden -1', /--output-hidden must be a whole number/],
    ['train --clip -1', /--clip must be a number between 0 and/],
    ['train --controller gru', /--controller must be one of lstm, feedforward/],
    ['train --encoder mlp --encoder-widths 16384,16384', /more than 268,435,456 weights/],
    [
      'train --num-reads 9 --memory-locations 8',
      /--num-reads must not be greater than --memory-locations/,
    ],
    ['models lst', /unknown command 'lst' of mann models: there are list and verify$/m],
    ['train --save-dir=', /--save-dir needs a value: --save-dir <dir>$/m],
    ['classify --support=', /--support needs a value/],
    [
      'train --test-batches 2e9',
      /--test-batches must be a whole number from 1 to 1,000,000,000, not/,
    ],
    ['train --dataset glyphs --hold-out 1', /--hold-out 1 leaves 1199 classes .* hold out another/],
    ['data inf', /unknown command 'inf': did you mean info\?/],
  ])('%s', async (line, message) => {
    const cwd = temporaryFolder();
    await refused(line.split(' '), message, { cwd });
    expect(readdirSync(cwd)).toEqual([]); // no folder was made
  });

  it.each([
    [['trian\n    at main.js:1'], /unknown command 'trian\\n {4}at main\.js:1'/],
    [['train', '--seed', '\u001b[2J'], /--seed must be a whole number .*, not '\\u001b\[2J'/],
    [['train', `--${'x'.repeat(5000)}`], /unknown option '--x{500,}…x{500,}'$/m],
  ])('says it in one printable line whatever it quotes', async (args, message) => {
    await refused(args, message, { cwd: temporaryFolder() });
  });

  it('shows a stack trace only where it is asked for', async () => {
    const args = ['train', '--num-layers', '2'];
    const debug = await mann([...args, '--debug']);
    const variable = await mann(args, { env: { MANN_DEBUG: '1' } });
    expect(debug.code).toBe(2);
    expect(debug.stderr).toContain('\n    at ');
    expect(variable.stderr).toBe(debug.stderr);
  });
});

describe('data', () => {
  it('too many classes for the data set', async () => {
    const args = ['train', ...tiny, '--num-classes', '60000', '--num-samples', '1'];
    await refused(args, /60000 classes.*--num-classes/, { cwd: temporaryFolder() });
    const more = ['train', '--num-classes', '60000', '--num-samples', '60000'];
    await refused(more, /an episode of 3600000000 steps, and 1000000000 is the most/);
  });

  it('too many drawings of a class', async () => {
    const args = ['train', ...tiny, '--num-samples', '5000'];
    await refused(args, /drawings.*--num-samples/, { cwd: temporaryFolder() });
  });

  it('a split that the data set does not have', async () => {
    const args = ['train', ...tiny, '--dataset', 'glyphs', '--split', 'alphabets'];
    await refused(args, /glyphs has no background and evaluation alphabets/, {
      cwd: temporaryFolder(),
    });
  });

  it('a data set that is not there', async () => {
    const cwd = temporaryFolder();
    await refused(['train', ...tiny, '--dataset', 'no/such/folder'], /no\/such\/folder/, { cwd });
    await refused(['data', 'info', '--dataset', 'omniglott'], /omniglott/, { cwd });
  });
});

describe('files', () => {
  it('a run folder that cannot be made or written', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'file'), '');
    await refused(['train', ...tiny, '--save-dir', 'file/run'], /cannot write to file\/run/, {
      cwd,
    });
    if (process.getuid?.() === 0) return; // root may write anywhere
    mkdirSync(join(cwd, 'locked'));
    chmodSync(join(cwd, 'locked'), 0o500);
    await refused(['train', ...tiny, '--save-dir', 'locked'], /cannot write to locked/, { cwd });
  });

  it('a log folder that cannot be made', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'file'), '');
    await refused(['train', ...tiny, '--log-dir', 'file/logs'], /cannot write logs to file\/logs/, {
      cwd,
    });
  });

  it('a checkpoint that is missing, no checkpoint, or truncated', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'empty'));
    writeFileSync(join(cwd, 'text.safetensors'), 'Dear diary, this is not a checkpoint.');
    writeFileSync(join(cwd, 'short.safetensors'), Uint8Array.of(64, 0, 0, 0, 0, 0, 0, 0, 123));
    await refused(['test', 'nowhere'], /cannot read nowhere: there is no such file/, { cwd });
    await refused(['test', 'empty'], /empty: there is no checkpoint in this folder/, { cwd });
    await refused(['test', 'text.safetensors'], /text\.safetensors: .*not a safetensors file/, {
      cwd,
    });
    await refused(['test', 'short.safetensors'], /short\.safetensors: .*truncated/, { cwd });
    const untrained = ['test', '--save-dir', 'runs/mine'];
    await refused(untrained, /there is no trained network in runs\/mine/, { cwd });
  });
});
