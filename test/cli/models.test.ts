import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shippedFor, shippedPath } from '../../dist/cli/networks/shipped.js';
import { mann } from './run.js';

const names = [
  'lstm-omniglot-5way',
  'mann-flat-omniglot-5way',
  'mann-glyphs-5way',
  'mann-omniglot-20way',
  'mann-omniglot-5way',
  'mann-omniglot-alphabets-5way',
  'mann-omniglot-strings',
  'mann-original-omniglot-5way',
];

describe('the pretrained models', () => {
  it('are listed with accuracy, size and what they are, and are the files that were shipped', async () => {
    const list = await mann(['models']);
    expect(list.code).toBe(0);
    for (const name of names) {
      const row = new RegExp(`^${name}( +\\d+\\.\\d){4} +\\d\\.\\d MB\n {2}\\w.*$`, 'm');
      expect(list.stdout).toMatch(row);
    }
    expect(list.stdout).toMatch(/^ +1st +2nd +5th +10th +size$/m);
    expect(list.stdout).toMatch(/^lstm-omniglot-5way +35\.6 +89\.3 +94\.4 +95\.6 +0\.7 MB$/m);
    expect(list.stdout).not.toContain(resolve('models'));
    expect(list.stdout).not.toMatch(/\.safetensors|\//);
    const json = JSON.parse((await mann(['models', '--json'])).stdout);
    expect(json.map(({ name }: { name: string }) => name)).toEqual(names);
    expect(json[0]).toMatchObject({
      accuracy: { 1: 35.6, 2: 89.3, 3: 92.0, 4: 93.8, 5: 94.4, 10: 95.6 },
      bytes: 735818,
      path: resolve('models/lstm-omniglot-5way.safetensors'),
    });
    const verify = await mann(['models', 'verify']);
    expect({ code: verify.code, stderr: verify.stderr }).toEqual({ code: 0, stderr: '' });
    expect(verify.stdout).toMatch(/^ok {4}mann-glyphs-5way [0-9a-f]{16}…$/m);
  });

  it('are tested where nothing was trained', async () => {
    const { code, stdout, stderr } = await mann(['test', '--test-batches', '6', '--json']);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^There is no trained network in .*: testing the pretrained mann-glyphs-5way$/m,
    );
    const { accuracy, dataset, episodes } = JSON.parse(stdout);
    expect({ dataset, episodes }).toEqual({ dataset: 'glyphs', episodes: 96 });
    expect(accuracy['2']).toBeGreaterThan(85);
    expect(accuracy['5']).toBeGreaterThan(93);
  });
});

describe('a network', () => {
  it('that comes along is tested by its name', async () => {
    const args = ['test', 'mann-glyphs-5way', '--test-batches', '2', '--json'];
    const { code, stdout } = await mann(args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ dataset: 'glyphs', episodes: 32 });
  });

  it('is not tested on another split than it was trained on', async () => {
    const network = resolve('models/lstm-omniglot-5way.safetensors');
    const { code, stderr } = await mann(['test', network, '--split', 'alphabets']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/was trained on the random split, so it has seen classes .* random\n$/);
  });

  it('is not tested on classes as held out that it was trained on', async () => {
    const network = resolve('models/mann-glyphs-5way.safetensors');
    const { code, stderr } = await mann(['test', network, '--hold-out', '50']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/trained with no classes held out, .* some of these 50: .* 0\n$/);
  });

  it.each([
    ['mann', {}, 'mann-omniglot-5way'],
    ['mann', { split: 'random', preset: 'default' }, 'mann-omniglot-5way'],
    ['lstm', {}, 'lstm-omniglot-5way'],
    ['lstm', { preset: 'default' }, undefined],
    ['lstm', { preset: 'flat' }, undefined],
    ['lstm', { preset: 'original' }, undefined],
    ['mann', { preset: 'original' }, 'mann-original-omniglot-5way'],
    ['mann', { preset: 'flat' }, 'mann-flat-omniglot-5way'],
    ['mann', { split: 'alphabets' }, 'mann-omniglot-alphabets-5way'],
    ['mann', { numClasses: 20 }, 'mann-omniglot-20way'],
    ['mann', { labels: 'strings', numClasses: 100 }, 'mann-omniglot-strings'],
    ['lstm', { labels: 'strings' }, undefined],
    ['mann', { numClasses: 10 }, undefined],
    ['mann', { preset: 'paper' }, undefined],
    ['lstm', { split: 'alphabets' }, undefined],
  ])('is found for %s with %o', (model, flags, name) => {
    expect(shippedFor('omniglot', model, flags)).toBe(name && shippedPath(name));
  });
});

describe('a copy of the package', () => {
  let copy: string;

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'mann-copy-'));
    for (const part of ['dist', 'models', 'package.json']) {
      cpSync(part, join(copy, part), { recursive: true });
    }
    symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  it('whose networks were changed or lost says which', async () => {
    const main = join(copy, 'dist/cli/main.js');
    writeFileSync(join(copy, 'models/mann-glyphs-5way.safetensors'), 'changed');
    rmSync(join(copy, 'models/lstm-omniglot-5way.safetensors'));
    writeFileSync(join(copy, 'models/another.safetensors'), '');
    const { code, stdout, stderr } = await mann(['models', 'verify'], { main });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^FAULT mann-glyphs-5way /m);
    expect(stdout).toMatch(/^ok {4}mann-omniglot-5way /m);
    expect(stderr).toMatch(/^mann: another is not in SHA256SUMS; lstm-omniglot-5way is missing; /);
    expect(stderr).toMatch(/mann-glyphs-5way is not the file that was shipped: install mann again/);
  });
});
