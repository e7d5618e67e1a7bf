/** What a sweep's file may say, and the runs that it stands for. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../dist/common/errors.js';
import { combinations, folderName, MOST_RUNS } from '../../dist/sweeps/file/combinations.js';
import { checkDefinition } from '../../dist/sweeps/file/definition.js';
import { parseDefinition } from '../../dist/sweeps/file/read-definition.js';

const namesOf = (definition: unknown) =>
  combinations(checkDefinition(definition, 'file'), 'file').map(({ name }) => name);

describe('the file', () => {
  it('says the same in YAML and in JSON', async () => {
    const yaml = `
base: { preset: flat } # of every run
axes:
  batch-size: [8, 16]
seeds: [1, 2]
test: { split: test, episodes: 640 }`;
    const json = JSON.stringify({
      base: { preset: 'flat' },
      axes: { 'batch-size': [8, 16] },
      seeds: [1, 2],
      test: [{ split: 'test', episodes: 640 }],
    });
    const found = await parseDefinition(yaml, 'a.yaml');
    expect(found).toEqual(await parseDefinition(json, 'a.json'));
    expect(found.test).toEqual([{ split: 'test', episodes: 640 }]);
  });

  it('may be a list of runs', async () => {
    const found = await parseDefinition('[{ name: a, gamma: 0.9 }, { gamma: 0.8 }]', 'a.yaml');
    expect(combinations(found, 'a.yaml').map(({ name }) => name)).toEqual(['a', 'gamma=0.8']);
  });

  it('may have a command line for a base', async () => {
    const { base } = await parseDefinition(
      'base: npx mann train --preset flat --batch-size=8 --keep-memory --no-augment --gamma 0.9',
      'a.yaml',
    );
    expect(base).toEqual({
      ...{ preset: 'flat', 'batch-size': '8', 'keep-memory': true, augment: false, gamma: '0.9' },
    });
    expect((await parseDefinition('base: mann train', 'a.yaml')).base).toEqual({});
  });

  const refused: [text: string, message: RegExp][] = [
    [
      'base: {preset: flat}\naxes: {gamma: 0.9}',
      /axes\.gamma must be a list of one value or more$/,
    ],
    ['base: {gamma: 1}\nruns: []', /runs must be a list of one run or more$/],
    ['base: {gamma: 1}\ntest: {batches: 1}', /: test\.split is missing$/],
    ['base: {Preset: flat}', /base\.Preset is not the name of an option/],
    ['base: {--preset: flat}', /is not the name of an option: write batch-size/],
    ['base: {preset: null}', /base\.preset must be a text, a number/],
    ['base: {preset: {a: 1}}', /base\.preset must be a text, a number/],
    ['base: {constructor: 1}', /base has a key that is not the name of an option/],
    ['base: {__proto__: 1}', /base has a key that is not the name of an option/],
    ['base: {gamma: 1, gamma: 2}', /Map keys must be unique at line 1/],
    ['base: mann train flat', /base: flat is not an option of mann train/],
    ['base: mann test --gamma 1', /base: test is not an option/],
    ['base: mann train --gamma 1 --gamma 2', /base: --gamma is there twice/],
    ['base: mann train --gamma 1; rm -rf .', /base: no shell reads this command, and ; has no/],
    ['base: mann train --data $HOME', /and \$ has no meaning in it: write the options as a map/],
    ['axis: {gamma: [1]}', /there is no axis: there are base, axes/],
    ['seeds: [1]', /says of no run what it is/],
    ['base: {gamma: 1}\nseeds: []', /seeds must be a list of random seeds/],
    ['base: {gamma: 1}\nseeds: [1.5]', /seeds\.0 must be a whole number from 0/],
    ['base: {seed: 1}\nseeds: [2]', /base has a seed: give the seeds of all runs as seeds/],
    ['axes: {seed: [1]}', /axes has a seed/],
    ['runs: [{seed: 1, seeds: [2]}]', /runs\.0 has seed and seeds/],
    ['base: {gamma: 1}\ntest: {split: train}', /test\.split must be test or validation/],
    ['base: {gamma: 1}\ntest: {episodes: 3}', /test\.split is missing/],
    ['runs: [{name: ../up}]', /runs\.0\.name must begin with a letter/],
    ['runs: [{name: a, b: [[1]]}]', /runs\.0\.b must be a text/],
    ['', /it must be a map/],
    ['3', /it must be a map/],
    ['a: b: c', /this is not the YAML of a sweep: /],
    ['base: !!js/function 1', /Unresolved tag/],
    ['base: {gamma: 1}\n---\nbase: {gamma: 2}', /it holds several documents/],
    ['base: &a {gamma: *a}', /base\.gamma must be/],
    ['runs: &a [*a]', /runs\.0 must be options/],
    ['['.repeat(20_000), /nested more than 20 deep/],
    ['- '.repeat(20_000), /nested more than 20 deep/],
    ['? '.repeat(20_000), /nested more than 20 deep/],
    ['["]", '.repeat(9_000), /nested more than 20 deep/],
    [
      `a: &a [${'1,'.repeat(20)}]\nb: &b [${'*a,'.repeat(20)}]\nc: &c [${'*b,'.repeat(20)}]\nruns: [*c]`,
      /its aliases stand for too many values/,
    ],
  ];
  const titled = refused.map(([text, message]) => [text.slice(0, 60), text, message] as const);

  it.each(titled)('%j is refused with a sentence', async (_, text, message) => {
    const found = parseDefinition(text, 'a.yaml');
    await expect(found).rejects.toThrow(UserError);
    await expect(found).rejects.toThrow(message);
    await expect(found).rejects.toThrow(/^a\.yaml: /);
  });

  it('of JSON with a key twice is refused', async () => {
    await expect(parseDefinition('{"base": {}, "base": {}}', 'a.json')).rejects.toThrow(/twice/);
  });
});

describe('the runs', () => {
  it('are every combination of the axes with every seed, and the listed ones', () => {
    const definition = {
      base: { preset: 'flat' },
      axes: { encoder: ['none', 'mlp'], 'batch-size': [8, 16] },
      exclude: [{ encoder: 'mlp', 'batch-size': 8 }],
      runs: [
        { name: 'wide', 'controller-size': 300 },
        { gamma: 0.9, seed: 7 },
        { name: 'own', seeds: [5, 6] },
      ],
      seeds: [1, 2],
    };
    expect(namesOf(definition)).toEqual([
      ...['encoder=none,batch-size=8,seed=1', 'encoder=none,batch-size=8,seed=2'],
      ...['encoder=none,batch-size=16,seed=1', 'encoder=none,batch-size=16,seed=2'],
      ...['encoder=mlp,batch-size=16,seed=1', 'encoder=mlp,batch-size=16,seed=2'],
      ...['wide,seed=1', 'wide,seed=2', 'gamma=0.9,seed=7'],
      ...['own,seed=5', 'own,seed=6'],
    ]);
    const [first] = combinations(checkDefinition(definition, 'file'), 'file');
    expect(first).toEqual({
      name: 'encoder=none,batch-size=8,seed=1',
      group: 'encoder=none,batch-size=8',
      options: { preset: 'flat', encoder: 'none', 'batch-size': 8, seed: 1 },
      own: { encoder: 'none', 'batch-size': '8' },
    });
  });

  it('have short names, whatever their options, and different ones', () => {
    const values = ['a', 'b'].map((end) => 'x'.repeat(4000) + end);
    const own = { gamma: 1, 'batch-size': 16, schedule: 'constant', controller: 'feedforward' };
    const names = namesOf({
      runs: values.flatMap((dataset) => [
        { ...own, dataset },
        { ...own, data: dataset },
      ]),
      seeds: [1, 4294967295],
    });
    expect(new Set(names).size).toBe(8);
    expect(Math.max(...names.map(({ length }) => length))).toBeLessThan(120);
  });

  it('have the name that is given, where they have a seed of their own', () => {
    expect(namesOf([{ name: 'a', seed: 4 }])).toEqual(['a']);
    expect(namesOf({ base: { gamma: 1 }, seeds: [1, 2] })).toEqual(['seed=1', 'seed=2']);
    expect(namesOf({ base: { gamma: 1 } })).toEqual(['base']);
  });

  it.each([
    [{ axes: { gamma: [1, 1] } }, /two runs are called gamma=1/],
    [[{ name: 'a' }, { name: 'A' }], /two runs are called A/],
    [{ axes: { gamma: [1] }, exclude: [{ gamma: 1 }] }, /every run is excluded/],
    [{ axes: { gamma: [1] }, exclude: [{ gamma: 2 }] }, /exclude\.0 is of no combination/],
  ])('%j is refused', (definition, message) => {
    expect(() => namesOf(definition)).toThrow(message);
  });

  it('are counted before they are made', () => {
    const values = Array.from({ length: 1000 }, (_, i) => i);
    const axes = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, values]));
    expect(() => namesOf({ axes })).toThrow(/these are 1\.0e\+18 runs, and 10,000 are the most/);
    expect(MOST_RUNS).toBe(10_000);
  });

  const option = fc
    .stringMatching(/^[a-z]{1,6}$/)
    .filter((name) => !['seed', 'name'].includes(name));
  const values = fc.uniqueArray(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 4 });
  const axes = fc.dictionary(option, values, { minKeys: 1, maxKeys: 4 });
  const seeds = fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 4 });

  it('are as many as the product says, all different, and each has all options', () => {
    fc.assert(
      fc.property(axes, seeds, (axes, seeds) => {
        const runs = combinations(checkDefinition({ base: { base: 1 }, axes, seeds }, 'f'), 'f');
        const product = Object.values(axes).reduce((count, { length }) => count * length, 1);
        expect(runs.length).toBe(product * seeds.length);
        expect(new Set(runs.map(({ options }) => JSON.stringify(options))).size).toBe(runs.length);
        const folders = runs.map(({ name }) => folderName(name).toLowerCase());
        expect(new Set(folders).size).toBe(runs.length);
        for (const { name, group, options, own } of runs) {
          expect(Object.keys(own)).toEqual(Object.keys(axes));
          expect(name).toBe(`${group},seed=${options.seed}`);
          for (const [axis, texts] of Object.entries(axes)) expect(texts).toContain(options[axis]);
        }
      }),
    );
  });

  it('lose those that are excluded, and no others', () => {
    fc.assert(
      fc.property(axes, (axes) => {
        const exclude = [
          Object.fromEntries(Object.entries(axes).map(([a, [value]]) => [a, value])),
        ];
        const all = combinations(checkDefinition({ axes }, 'f'), 'f');
        fc.pre(all.length > 1);
        const left = combinations(checkDefinition({ axes, exclude }, 'f'), 'f');
        expect(left).toEqual(all.slice(1)); // the first has the first value of every axis
      }),
    );
  });
});

describe('the name of a folder', () => {
  it('is safe on any file system', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const folder = folderName(name);
        expect(folder).toMatch(/^[\w=,+][\w.=,+-]*$/);
        expect(folder.length).toBeLessThanOrEqual(120);
      }),
    );
    expect(folderName('dataset=/home/me/my pictures')).toBe('dataset=-home-me-my-pictures');
  });
});
