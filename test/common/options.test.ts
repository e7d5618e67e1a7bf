import { describe, expect, it } from 'vitest';
import * as mann from '../../dist/index.js';
import { MANNCell as TensorFlowCell, toCheckpoint } from '../../dist/tfjs/index.js';

/** In plain JavaScript anything can be given. */
type Anything = (options: unknown) => unknown;
const config = mann.modelConfig({ lstmSize: 8, memorySize: 8, memoryDim: 4 });
const untyped = mann as unknown as Record<string, (...values: unknown[]) => unknown>;

const takers: readonly [string, Anything][] = [
  ['loadOmniglot', (o) => untyped.loadOmniglot!(o)],
  ['openDataSet', (o) => untyped.openDataSet!(o)],
  ['downloadOmniglot', (o) => untyped.downloadOmniglot!(o)],
  ['glyphs', (o) => untyped.glyphs!(o)],
  ['loadFolder', (o) => untyped.loadFolder!('nowhere', o)],
  ['createEngine', (o) => untyped.createEngine!(config, o)],
  ['Learner', (o) => mann.Learner.load(undefined, o as never)],
  ['Learner', (o) => mann.Learner.restore({}, undefined, o as never)],
  ['MANNCell', (o) => new mann.MANNCell(o as never)],
  ['network configuration', (o) => untyped.modelConfig!(o)],
  ['recipe', (o) => untyped.makeRecipe!(o)],
  ['train', (o) => untyped.train!(o)],
  ['evaluate', (o) => untyped.evaluate!({}, {}, 1, o)],
  ['RunFolder.open', (o) => mann.RunFolder.open('nowhere', o as never)],
  ['MANNCell', (o) => new TensorFlowCell(o as never)],
  ['toCheckpoint', (o) => toCheckpoint({ layers: [] } as never, o as never)],
];

const failing = async (call: () => unknown) => {
  try {
    await call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
};

describe.each(takers)('%s, number %$', (name, take) => {
  it.each([
    ['a string', 'omniglot', 'the string "omniglot"'],
    ['a number', 3, 'the number 3'],
    ['null', null, 'null'],
    ['a list', [1], 'a list'],
    ['a map', new Map(), 'Map'],
    ['bytes', new Uint8Array(2), 'Uint8Array'],
    ['a symbol', Symbol('x'), 'a symbol'],
  ])('refuses %s', async (_, options, words) => {
    const { name: kind, message } = await failing(() => take(options));
    expect([kind, message]).toEqual(['UserError', expect.stringContaining(`not as ${words}`)]);
    expect(message).toMatch(`${name}: options are given as an object`);
  });

  it('refuses an option that there is not', async () => {
    const { name: kind, message } = await failing(() => take({ misspelt: 1 }));
    expect([kind, message]).toEqual([
      'UserError',
      expect.stringContaining('there is no option called misspelt'),
    ]);
  });
});

it.each<[string, Anything, unknown]>([
  ['loadOmniglot: data must be a string, not the number 3', takers[0]![1], { data: 3 }],
  ['side must be 35 or 105, not 50', takers[0]![1], { side: 50 }],
  ['openDataSet: name is missing', takers[1]![1], {}],
  ['glyphs: classes must be a number, not the string "3"', takers[3]![1], { classes: '3' }],
  [
    'createEngine: kind must be one of reference, simd, relaxed, webgpu, not fast',
    takers[5]![1],
    { kind: 'fast' },
  ],
  ['createEngine: threads must be a whole number from 0, not -1', takers[5]![1], { threads: -1 }],
  ['createEngine: parameters must be an object, not null', takers[5]![1], { parameters: null }],
  [
    'createEngine: kind must be one of reference, simd, relaxed, webgpu, not gpu',
    takers[6]![1],
    { engine: 'gpu' },
  ],
  ['train: engine is missing', takers[11]![1], {}],
  [
    'evaluate: onProgress must be a function, not the boolean true',
    takers[12]![1],
    { onProgress: true },
  ],
])('says: %s', async (message, take, options) => {
  const error = await failing(() => take(options));
  expect([error.name, error.message]).toEqual(['UserError', message]);
});

it('an option that is undefined counts as left out', () => {
  expect(mann.glyphs({ classes: 2, seed: undefined as never }).classes).toHaveLength(2);
});
