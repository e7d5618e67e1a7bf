/** The checks of network configurations and recipes. */
import { deepStrictEqual, equal } from 'node:assert';
import fc from 'fast-check';
import { type ModelConfig, modelConfig, savedConfig } from '../../../dist/model/config.js';
import { modelPresets } from '../../../dist/model/presets.js';
import { shapesOf } from '../../../dist/model/shapes.js';
import { tensorSpecs } from '../../../dist/model/tensors.js';
import { stageAt } from '../../../dist/training/recipe/curriculum.js';
import {
  checkRecipe,
  learningRateAt,
  makeRecipe,
  type Recipe,
  resumedRecipe,
} from '../../../dist/training/recipe/recipe.js';
import { tinyRecipe } from '../../training/tiny.ts';
import { edited, wrongValues } from '../mutations.ts';
import { type Outcome, refusal, type Target } from '../target.ts';

/** What JSON can't say, and callers from JavaScript can. */
const special: Readonly<Record<string, unknown>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
  undefined: undefined,
  bigint: 3n,
  function: () => 3,
  symbol: Symbol('three'),
  date: new Date(0),
  map: new Map([['lstmSize', 3]]),
  bytes: new Uint8Array(3),
};
const specialValue = fc.constantFrom(...Object.keys(special)).map((name) => ({ $: name }));

const networks = [
  modelConfig(),
  modelConfig(modelPresets.flat),
  modelConfig({ encoder: 'mlp', controller: 'feedforward', familiarity: 'learned' }),
  modelConfig({ model: 'lstm', numLayers: 2 }),
  {},
];
const recipes = [
  tinyRecipe,
  { ...makeRecipe({ preset: 'original' }), preset: 'original' },
  { model: 'lstm', curriculum: 'auto', iterations: 1000, batchSize: 8, distractors: 2 },
  {},
];

const some = fc.oneof(
  { weight: 4, arbitrary: wrongValues },
  { weight: 1, arbitrary: specialValue },
);
const sizes = fc.oneof(fc.integer({ min: -2, max: 40 }), some);
const network = fc.record(
  {
    model: fc.oneof(fc.constantFrom('mann', 'lstm'), some),
    numClasses: sizes,
    inputHeight: sizes,
    inputWidth: sizes,
    encoder: fc.oneof(fc.constantFrom('none', 'mlp', 'conv'), some),
    encoderWidths: fc.oneof(fc.array(sizes, { maxLength: 10 }), some),
    embeddingSize: sizes,
    controller: fc.oneof(fc.constantFrom('lstm', 'feedforward'), some),
    lstmSize: sizes,
    numLayers: sizes,
    memory: fc.oneof(fc.constantFrom('lrua', 'ntm', 'none'), some),
    memorySize: sizes,
    memoryDim: sizes,
    keySize: sizes,
    nbReads: sizes,
    gamma: fc.oneof(fc.double({ min: 0, max: 1 }), some),
    controllerInput: fc.oneof(fc.constantFrom('read-vectors', 'read-weights'), some),
    keyStrength: fc.oneof(fc.constantFrom('none', 'learned'), some),
    binding: fc.oneof(fc.constantFrom('controller', 'direct'), some),
    lookup: fc.oneof(fc.constantFrom('before-write', 'after-write'), some),
    writing: fc.oneof(fc.constantFrom('gated', 'least-used'), some),
    start: fc.oneof(fc.constantFrom('every-head', 'first-head'), some),
    outputHidden: sizes,
  },
  { requiredKeys: [] },
);
const task = fc.record(
  { classes: sizes, length: sizes, repeat: fc.oneof(fc.constant(true), some) },
  { requiredKeys: ['classes', 'length'] },
);
const stage = fc.record({
  batches: sizes,
  tasks: fc.oneof(fc.array(task, { maxLength: 3 }), some),
});
const recipe = fc.record(
  {
    preset: fc.oneof(fc.constantFrom('default', 'flat', 'paper', 'original', 'seed'), some),
    model: fc.oneof(fc.constantFrom('mann', 'lstm'), some),
    batchSize: sizes,
    iterations: fc.oneof(fc.constantFrom(1, 10, 1000, 1e9), sizes),
    numClasses: fc.oneof(fc.constantFrom(1, 2, 5, 60, 1e9), sizes),
    episodeLength: fc.oneof(fc.constantFrom(1, 50, 1e9), sizes),
    learningRate: fc.oneof(fc.double({ min: 0, max: 1 }), some),
    numSamples: sizes, // as older checkpoints call it
    clip: fc.oneof(fc.double({ min: 0, max: 1e9 }), some),
    adam: fc.oneof(fc.constantFrom('standard', 'tensorflow1'), some),
    schedule: fc.oneof(fc.constantFrom('cosine', 'late-cosine', 'constant'), some),
    curriculum: fc.oneof(fc.constantFrom('auto', 'none'), fc.array(stage, { maxLength: 3 }), some),
    augment: fc.oneof(fc.boolean(), some),
    reportEvery: sizes,
    evaluateEvery: sizes,
    evaluateBatches: sizes,
    checkpointEvery: sizes,
  },
  { requiredKeys: [] },
);

/** [what is checked, the value]. */
const inputs = fc.oneof(
  fc.tuple(fc.constant('network'), fc.oneof(network, edited(networks), some)),
  fc.tuple(fc.constant('recipe'), fc.oneof(recipe, edited(recipes), some)),
);

/** Turns {"$": "NaN"} into NaN and so on. */
function revived(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const name = (value as { $?: unknown }).$;
  if (typeof name === 'string' && Object.hasOwn(special, name)) return special[name];
  for (const [key, item] of Object.entries(value)) {
    (value as Record<string, unknown>)[key] = revived(item);
  }
  return value;
}

function run(input: Uint8Array): Outcome {
  const [what, written] = JSON.parse(Buffer.from(input).toString());
  const value = revived(written);
  try {
    if (what === 'network') checkNetwork(value);
    else checkRecipes(value);
    return 'accepted';
  } catch (error) {
    return refusal(error);
  }
}

function checkNetwork(value: unknown): void {
  let config: ModelConfig;
  try {
    config = modelConfig(value as never);
  } catch (error) {
    refusal(error);
    config = savedConfig(value as never); // of an earlier version
  }
  // complete, unchanged by a second look and by JSON
  deepStrictEqual(modelConfig(config), config);
  const text = JSON.stringify(config);
  equal(JSON.stringify(modelConfig(JSON.parse(text))), text);
  const shapes = { ...shapesOf(config), weights: sum(tensorSpecs(config).map((t) => t.size)) };
  for (const [letter, size] of Object.entries(shapes)) {
    if (!Number.isSafeInteger(size) || size < 0) throw new Error(`${letter} is ${size}`);
  }
}

const sum = (sizes: number[]) => sizes.reduce((a, b) => a + b, 0);

function checkRecipes(value: unknown): void {
  let complete: Recipe;
  try {
    complete = checkRecipe(value);
  } catch (error) {
    refusal(error);
    complete = makeRecipe(value as never);
  }
  deepStrictEqual(checkRecipe(complete), complete);
  const text = JSON.stringify(complete);
  equal(JSON.stringify(checkRecipe(JSON.parse(text))), text);
  const { iterations } = complete;
  for (const batch of [0, 1, iterations >> 1, iterations - 1]) {
    const rate = learningRateAt(complete, batch);
    if (!(rate >= 0 && rate <= 1)) throw new Error(`the rate of batch ${batch} is ${rate}`);
    const { classes, length } = stageAt(complete, batch);
    if (classes > complete.numClasses || length > complete.episodeLength) {
      throw new Error(`batch ${batch} has ${classes} classes and ${length} steps`);
    }
  }
  resumedRecipe(complete, { iterations: 5 }, 'input');
  resumedRecipe(complete, value as never, 'input');
}

export const target: Target = {
  inputs: inputs.map((input) => Buffer.from(textOf(input))),
  run,
};

/** Values too deep to be written are no inputs. */
function textOf(input: unknown): string {
  try {
    return JSON.stringify(input);
  } catch {
    return '["network", {}]';
  }
}
