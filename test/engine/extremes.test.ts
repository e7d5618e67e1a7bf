import { describe, expect, it } from 'vitest';
import { nonFiniteIn } from '../../dist/common/finite.js';
import { createEngine } from '../../dist/engine/create.js';
import type { Batch } from '../../dist/engine/engine.js';
import { address } from '../../dist/engine/wasm/kernels.js';
import { type ModelConfig, type ModelOptions, modelConfig } from '../../dist/model/config.js';
import { modelPresets } from '../../dist/model/presets.js';
import { shapesOf } from '../../dist/model/shapes.js';
import type { Floats, Tensors } from '../../dist/model/tensors.js';
import { type EngineChoice, engines, errorOf, errorOfGradients, optionsOf } from '../golden.ts';
import { isDecided, someEpisodes, someWeights } from './random-networks.ts';

const small = {
  numClasses: 3,
  inputHeight: 4,
  inputWidth: 3,
  lstmSize: 6,
  memorySize: 9,
  memoryDim: 5,
  nbReads: 2,
} as const satisfies ModelOptions;

/** A network and a batch at some limit, both legal. */
interface Extreme {
  readonly name: string;
  readonly config: ModelConfig;
  readonly weights: Tensors;
  readonly batch: Batch;
}

function extreme(
  name: string,
  options: ModelOptions,
  { weights = (_: string, data: Floats) => data, pixels = (x: number) => x, size = [3, 8] } = {},
): Extreme {
  const config = modelConfig({ ...small, ...options });
  const { X, P } = shapesOf(config);
  const batch = someEpisodes(config, size[0]!, size[1]!, 3);
  return {
    name,
    config,
    weights: new Map(
      [...someWeights(config, 3)].map(([tensor, { shape, data }]) => [
        tensor,
        { shape, data: weights(tensor, data) },
      ]),
    ),
    batch: { ...batch, inputs: batch.inputs.map((x, i) => (i % X < P ? pixels(x) : x)) },
  };
}

const default_ = { embeddingSize: 6, outputHidden: 5 } as const;
const flat = { ...modelPresets.flat, ...small } as const;
const models = {
  default: default_,
  mlp: { ...default_, encoder: 'mlp', encoderWidths: [7] },
  flat,
  lstm: { ...flat, model: 'lstm' },
  NTM: { ...flat, memory: 'ntm' },
} as const satisfies Record<string, ModelOptions>;

const pictures = Object.entries(models).flatMap(([form, model]) =>
  (
    [
      ['black', () => 1],
      ['white', () => 0],
      ['grey', () => 0.5],
      ['ten thousand times as dark', (x: number) => 1e4 * x],
    ] as const
  ).map(([name, pixels]) => extreme(`${form}, pictures all ${name}`, model, { pixels })),
);

/** `times` the weights of the tensors whose names begin so. */
const scaled = (beginning: string, times: number) => (name: string, data: Floats) =>
  name.startsWith(beginning) ? data.map((x) => times * x) : data;

const factors = [1e-42, 1e-30, 1e-20, 1e-10, 0, 1e2, 1e4, 1e6];
const beginnings = (form: string) =>
  form === 'default' || form === 'mlp'
    ? ['out', 'hidden', 'heads', 'bind', 'encoder', '']
    : ['out', 'heads', 'lstm', ''];
const weights = Object.entries(models).flatMap(([form, model]) =>
  beginnings(form).flatMap((beginning) =>
    factors.map((times) =>
      extreme(`${form}, ${beginning || 'all'} weights times ${times}`, model, {
        weights: scaled(beginning, times),
      }),
    ),
  ),
);

const strengths = ([default_, flat] as const).flatMap((model) =>
  [-1e30, -1e4, -100, 100, 1e4, 1e6, 1e8, 1e10].map((strength) =>
    extreme(`key strengths ${strength}, ${model === flat ? 'flat' : 'default'}`, model, {
      weights: (name, data) =>
        name === 'heads.bias' ? data.fill(strength, data.length - small.nbReads) : data,
    }),
  ),
);

const reads = [
  ['read-vectors', 'learned'],
  ['read-weights', 'none'],
  ['read-vectors', 'none'],
  ['read-weights', 'learned'],
] as const;

function inEverySize(
  name: string,
  options: ModelOptions,
  forms: readonly (typeof reads)[number][],
): Extreme[] {
  return forms.flatMap(([controllerInput, keyStrength]) =>
    [
      [3, 8],
      [1, 1],
      [1, 25],
    ].map((size) =>
      extreme(
        `${name}, ${controllerInput}, strength ${keyStrength}, ${size.join(' × ')} drawings`,
        { ...options, controllerInput, keyStrength },
        { size },
      ),
    ),
  );
}

const least = { memorySize: 1, nbReads: 1 };
const sizes = (
  [
    ['one slot', least],
    ['words of one number', { memoryDim: 1 }],
    ['one head', { nbReads: 1 }],
    ['one class', { numClasses: 1 }],
    ['one unit', { lstmSize: 1 }],
    ['one pixel', { inputHeight: 1, inputWidth: 1 }],
    ['as many heads as slots', { memorySize: 5, nbReads: 5 }],
    ['usage that is forgotten', { gamma: 0 }],
    ['usage that stays', { gamma: 1 }],
    ['one layer of the LSTM, of one unit', { model: 'lstm', lstmSize: 1, numClasses: 1 }],
    [
      'one of everything',
      { ...least, memoryDim: 1, numClasses: 1, lstmSize: 1, inputHeight: 1, inputWidth: 1 },
    ],
  ] as const
).flatMap(([name, options]) => [
  ...inEverySize(`default, ${name}`, { ...default_, ...options }, reads.slice(0, 2)),
  ...inEverySize(`flat, ${name}`, { ...flat, ...options }, reads),
  ...('model' in options
    ? []
    : inEverySize(`NTM, ${name}`, { ...flat, memory: 'ntm', ...options }, reads.slice(0, 2))),
]);

/** Of what only the new forms have. */
const newSizes = (
  [
    ['one channel', { encoderWidths: [1, 1] }],
    ['one layer of convolution', { encoderWidths: [3] }],
    ['one unit of an mlp', { encoder: 'mlp', encoderWidths: [1] }],
    ['an embedding of one number', { embeddingSize: 1 }],
    ['keys of one number', { keySize: 1 }],
    ['one hidden unit of the output', { outputHidden: 1 }],
    ['one row of pixels', { inputHeight: 1 }],
    ['gates, before the write', { writing: 'gated', lookup: 'before-write' }],
  ] as const
).flatMap(([name, options]) => inEverySize(name, { ...default_, ...options }, reads.slice(0, 2)));

/** Gradients, and the weights after an update by them. */
async function run({ config, weights: parameters, batch }: Extreme, choice: EngineChoice) {
  const engine = await createEngine(config, { ...optionsOf(choice), parameters });
  try {
    const result = await engine.gradients(batch);
    await engine.trainStep(batch, { learningRate: 1e-3 });
    return { ...result, after: engine.parameters() };
  } finally {
    await engine.dispose();
  }
}

function expectFinite({ loss, logits, gradients, after }: Awaited<ReturnType<typeof run>>): void {
  expect(loss).toBeGreaterThanOrEqual(-1e-6);
  expect(loss).toBeLessThan(Number.POSITIVE_INFINITY);
  expect(nonFiniteIn(logits)).toBeUndefined();
  for (const tensors of [gradients, after]) {
    for (const [name, { data }] of tensors) expect(nonFiniteIn(data), name).toBeUndefined();
  }
}

// Threads share out samples and change no bits (agreement.test.ts): one batch for them too.
const alone = engines.filter(({ threads = 0 }) => threads === 0);

describe.each(alone)('gradients on $name are finite', (choice) => {
  it.each([
    ['pictures', pictures],
    ['weights', weights],
    ['key strengths', strengths],
    ['sizes', sizes],
    ['sizes of encoders, keys and outputs', newSizes],
  ])('at extremes of %s', async (_, extremes) => {
    for (const one of extremes) {
      const result = await run(one, choice);
      try {
        expectFinite(result);
      } catch (error) {
        throw new Error(one.name, { cause: error });
      }
    }
  });
});

describe.each(engines.filter(({ threads = 0 }) => threads > 0))('on $name', (choice) => {
  it('gradients are finite with one of everything', async () => {
    expectFinite(await run(sizes.at(-1)!, choice));
  });
});

describe.each(alone.slice(1))('$name at extremes', (choice) => {
  // Rounding decides the cosine of words of one number, which is a step, and the least used slot of those
  // that were used alike; and in sums with inputs of ten thousand little is left of the rest.
  const decided = (extremes: Extreme[]) =>
    extremes.filter(({ config }) => config.keySize > 1 && config.gamma === 0.95);
  const usual = pictures.filter(({ name }) => !/dark/.test(name));
  it.each([
    ['pictures', usual],
    ['sizes', decided(sizes)],
    ['sizes of encoders, keys and outputs', decided(newSizes)],
  ])('of %s agrees with the reference', async (_, extremes) => {
    for (const one of extremes) {
      if (!(await isDecided(one.config, one.weights, one.batch))) continue;
      const [right, got] = [await run(one, alone[0]!), await run(one, choice)];
      expect(errorOf(got.logits, right.logits), one.name).toBeLessThan(5e-4);
      const { worst, where } = errorOfGradients(got.gradients, right.gradients);
      expect(worst, `${one.name}: ${where}`).toBeLessThan(5e-3);
    }
  });

  it('of key strength reads slots with weights that add up to one', async () => {
    for (const { config, weights: parameters, batch, name } of strengths.filter(
      (_, i) => i % 8 > 4,
    )) {
      const engine = await createEngine(config, { ...optionsOf(choice), parameters });
      const { X, N } = shapesOf(config);
      const first = engine.step(batch.inputs.subarray(0, X), engine.zeroState(1)).state;
      const { state } = engine.step(batch.inputs.subarray(X, 2 * X), first);
      for (let at = 0; at < state.readWeights.length; at += N) {
        let sum = 0;
        for (const weight of state.readWeights.subarray(at, at + N)) sum += weight;
        expect(sum, name).toBeCloseTo(1, 5);
      }
      await engine.dispose();
    }
  });
});

describe('what is beyond the limits', () => {
  it.each([
    [{ memorySize: 3, nbReads: 4 }, /nbReads must not be greater than memorySize/],
    [{ memorySize: 0 }, /memorySize must be at least 1/],
    [{ memoryDim: 0 }, /memoryDim must be at least 1/],
    [{ lstmSize: 0 }, /lstmSize must be at least 1/],
    [{ nbReads: 0 }, /nbReads must be at least 1/],
    [{ numClasses: 0 }, /numClasses must be at least 1/],
    [{ numClasses: 2.5 }, /numClasses must be a whole number/],
    [{ gamma: -0.1 }, /gamma must lie between 0 and 1/],
    [{ gamma: Number.NaN }, /gamma must be a number/],
  ])('is refused: %o', (options, message) => {
    expect(() => modelConfig(options)).toThrow(message);
    expect(() => modelConfig(options)).toThrow(expect.objectContaining({ name: 'UserError' }));
  });

  it('and addresses beyond 2 GB are within them', () => {
    const at = (value: number) => address(new WebAssembly.Global({ value: 'i32' }, value));
    expect(at(-2034181184)).toBe(2260786112);
    expect(at(64)).toBe(64);
  });
});
