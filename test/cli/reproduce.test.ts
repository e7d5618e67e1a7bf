import type { Command } from 'commander';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkGiven } from '../../dist/cli/options/network-options.js';
import { recipeGiven } from '../../dist/cli/options/recipe-options.js';
import { makeProgram, runProgram } from '../../dist/cli/program.js';
import { trainCommandOf } from '../../dist/cli/report/reproduce.js';
import type { TrainFlags } from '../../dist/cli/training/plan.js';
import { type ModelConfig, modelConfig, unusedFields } from '../../dist/model/config.js';
import { modelPresets } from '../../dist/model/presets.js';
import { makeRecipe, type Recipe, type RecipeOptions } from '../../dist/training/recipe/recipe.js';

/** What `mann train` reads of its arguments. */
async function flagsOf(argv: readonly string[]): Promise<TrainFlags> {
  let flags: TrainFlags | undefined;
  const program = () => {
    const program = makeProgram();
    const train = program.commands.find((command) => command.name() === 'train') as Command;
    train.action((given: TrainFlags) => {
      flags = given;
    });
    return program;
  };
  expect(await runProgram(argv, program), argv.join(' ')).toBe(0);
  return flags!;
}

/** Everything that is trained, without what means nothing to the network's memory. */
function trained(config: ModelConfig, recipe: Recipe) {
  const unused = unusedFields[config.memory];
  const used = Object.entries(config).filter(([field]) => !unused.includes(field));
  return { config: Object.fromEntries(used), recipe };
}

/** What a command makes. */
async function made(command: string) {
  const argv = command.split(' ');
  const flags = await flagsOf(argv.slice(argv.indexOf('train')));
  return trained(modelConfig(networkGiven(flags)), makeRecipe(recipeGiven(flags)));
}

describe('the flags of a network', () => {
  /** The others follow from the task. */
  type Flagged = Exclude<keyof ModelConfig, 'memory' | 'output' | 'labelLength' | 'targetSize'>;
  const values: Record<Flagged, [string, unknown]> = {
    numClasses: ['--num-classes', 7],
    inputHeight: ['--input-height', 9],
    inputWidth: ['--input-width', 11],
    encoder: ['--encoder', 'mlp'],
    encoderWidths: ['--encoder-widths', [17, 13]],
    embeddingSize: ['--embedding-size', 19],
    controller: ['--controller', 'feedforward'],
    lstmSize: ['--controller-size', 23],
    numLayers: ['--num-layers', 1],
    controllerInput: ['--controller-input', 'read-weights'],
    memorySize: ['--memory-locations', 29],
    memoryDim: ['--memory-word-size', 31],
    keySize: ['--key-size', 27],
    nbReads: ['--num-reads', 3],
    gamma: ['--gamma', 0.875],
    keyStrength: ['--key-strength', 'none'],
    binding: ['--binding', 'controller'],
    lookup: ['--lookup', 'before-write'],
    writing: ['--writing', 'gated'],
    start: ['--start', 'first-head'],
    outputHidden: ['--output-hidden', 37],
    familiarity: ['--familiarity', 'learned'],
  };
  const argv = Object.values(values).flatMap(([flag, value]) => [flag, String(value)]);

  it('reach its configuration, each of them', async () => {
    const others = ['memory', 'output', 'labelLength', 'targetSize'];
    const fields = Object.keys(modelConfig()).filter((field) => !others.includes(field));
    expect(Object.keys(values).sort()).toEqual(fields.sort());
    const right = Object.fromEntries(Object.entries(values).map(([field, [, v]]) => [field, v]));
    expect(modelConfig(networkGiven(await flagsOf(['train', ...argv])))).toEqual({
      ...right,
      ...{ memory: 'lrua', output: 'classes', labelLength: 5, targetSize: 1 },
    });
    expect(networkGiven(await flagsOf(['train', '--memory', 'ntm']))).toEqual({ memory: 'ntm' });
    for (const [field, [flag, value]] of Object.entries(values)) {
      const flags = await flagsOf(['train', flag, String(value)]);
      expect(networkGiven(flags), flag).toEqual({ [field]: value });
    }
  });

  it('go before those of a preset, and layers of the LSTM reach it', async () => {
    const config = async (...argv: string[]) =>
      modelConfig(networkGiven(await flagsOf(['train', ...argv])));
    expect(await config('--preset', 'paper', ...argv)).toEqual(await config(...argv));
    for (const preset of ['flat', 'paper', 'original'] as const) {
      expect(await config('--preset', preset)).toEqual(modelConfig(modelPresets[preset]));
      expect(await config('--preset', preset, '--model', 'lstm', '--num-layers', '3')).toEqual(
        modelConfig({ ...modelPresets[preset], model: 'lstm', numLayers: 3 }),
      );
    }
    expect(await config('--preset', 'flat', '--encoder', 'conv')).toEqual(
      modelConfig({ ...modelPresets.flat, encoder: 'conv' }),
    );
  });
});

describe('the flags of a recipe', () => {
  it('reach it, each of them', async () => {
    const values: [string, unknown, RecipeOptions][] = [
      ['--num-classes', 7, { numClasses: 7 }],
      ['--episode-length', 33, { episodeLength: 33 }],
      ['--num-samples', 4, { episodeLength: 20 }],
      ['--iterations', 77, { iterations: 77 }],
      ['--batch-size', 9, { batchSize: 9 }],
      ['--distractors', 3, { distractors: 3 }],
      ['--augment', 'wide', { augment: 'wide' }],
      ['--augment', true, { augment: true }],
      ['--augment', false, { augment: false }],
      ['--learning-rate', 0.002, { learningRate: 0.002 }],
      ['--schedule', 'late-cosine', { schedule: 'late-cosine' }],
      ['--clip', 3.5, { clip: 3.5 }],
      ['--clip', 0, { clip: 0 }],
      ['--adam', 'tensorflow1', { adam: 'tensorflow1' }],
      ['--curriculum', 'none', { curriculum: 'none' }],
      ['--report-every', 11, { reportEvery: 11 }],
      ['--evaluate-every', 0, { evaluateEvery: 0 }],
      ['--checkpoint-every', 13, { checkpointEvery: 13 }],
      ['--preset', 'flat', { preset: 'flat' }],
      ['--model', 'lstm', { model: 'lstm' }],
      ['--memory', 'none', { model: 'lstm' }],
      ['--memory', 'ntm', {}],
    ];
    for (const [flag, value, right] of values) {
      const flags = await flagsOf(['train', flag, String(value)]);
      expect(makeRecipe(recipeGiven(flags)), flag).toEqual(makeRecipe(right));
    }
    const flags = await flagsOf(['train', '--no-augment']);
    expect(makeRecipe(recipeGiven(flags))).toEqual(makeRecipe({ augment: false }));
  });
});

const someOf = <const T>(...values: readonly [T, ...T[]]) => fc.constantFrom<T>(...values);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const size = (max: number) => maybe(fc.integer({ min: 1, max }));
const networks = fc.record({
  memory: someOf('lrua', 'lrua', 'ntm', 'none'),
  inputHeight: size(40),
  inputWidth: size(40),
  encoder: maybe(someOf('none', 'mlp', 'conv')),
  widths: maybe(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 3 })),
  embeddingSize: size(100),
  controller: maybe(someOf('lstm', 'feedforward')),
  lstmSize: size(300),
  controllerInput: maybe(someOf('read-vectors', 'read-weights')),
  memorySize: size(300),
  memoryDim: size(100),
  keySize: size(100),
  nbReads: size(6),
  gamma: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
  keyStrength: maybe(someOf('none', 'learned')),
  binding: maybe(someOf('controller', 'direct')),
  lookup: maybe(someOf('before-write', 'after-write')),
  writing: maybe(someOf('gated', 'least-used')),
  start: maybe(someOf('every-head', 'first-head')),
  outputHidden: maybe(fc.integer({ min: 0, max: 300 })),
  familiarity: maybe(someOf('none', 'learned')),
});
const recipes = fc.record({
  numClasses: size(40),
  episodeLength: size(300),
  batchSize: size(40),
  iterations: size(100_000),
  learningRate: maybe(fc.double({ min: 0, max: 1, minExcluded: true, noNaN: true })),
  schedule: maybe(someOf('cosine', 'late-cosine', 'constant')),
  clip: maybe(fc.double({ min: 0, max: 1e9, noNaN: true })),
  adam: maybe(someOf('standard', 'tensorflow1')),
  augment: maybe(someOf<boolean | 'wide'>(true, false, 'wide')),
  distractors: maybe(fc.integer({ min: 0, max: 9 })),
  curriculum: maybe(someOf('auto', 'none', 'grow')),
});

/** A network and a recipe that could have been trained; undefined where the options contradict each other. */
function training(
  preset: keyof typeof modelPresets,
  { widths, ...network }: Omit<typeof networks extends fc.Arbitrary<infer T> ? T : never, ''>,
  given: RecipeOptions,
) {
  try {
    const model = network.memory === 'none' ? 'lstm' : 'mann';
    const recipe = makeRecipe({ ...given, preset, model } as RecipeOptions);
    const config = modelConfig({
      ...modelPresets[preset],
      ...Object.fromEntries(Object.entries(network).filter(([, v]) => v !== undefined)),
      ...(widths && { encoderWidths: widths }),
      numClasses: recipe.numClasses,
    });
    return { config, recipe };
  } catch {
    return undefined;
  }
}

describe('the command that makes a training again', () => {
  it('makes the same network by the same recipe', async () => {
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(
        someOf('default', 'flat', 'paper', 'original'),
        networks,
        recipes,
        fc.nat(),
        async (preset, network, options, seed) => {
          const right = training(preset, network, options as RecipeOptions);
          fc.pre(right !== undefined);
          tried++;
          const command = trainCommandOf(right.config, right.recipe, [], seed);
          expect(command).toContain(` --seed ${seed}`);
          expect(await made(command), command).toEqual(trained(right.config, right.recipe));
        },
      ),
      { numRuns: 150, seed: 1 },
    );
    expect(tried).toBe(150);
  });

  it.each([
    [{}, {}, 'train --seed 1'],
    [modelPresets.flat, { preset: 'flat' }, 'train --seed 1 --preset flat'],
    [modelPresets.original, { preset: 'original' }, 'train --seed 1 --preset original'],
    [{ model: 'lstm' }, { model: 'lstm' }, 'train --seed 1 --model lstm'],
    [{ memory: 'ntm' }, {}, 'train --seed 1 --memory ntm'],
    [
      { ...modelPresets.flat, memory: 'ntm', gamma: 0.5, memoryDim: 30 },
      { preset: 'flat' },
      'train --seed 1 --preset flat --memory ntm --memory-word-size 30',
    ],
    [{ encoder: 'mlp' }, { clip: 0 }, 'train --seed 1 --encoder mlp --clip 0'],
    [{ inputHeight: 3, inputWidth: 3 }, {}, 'train --seed 1 --input-height 3 --input-width 3'],
    [{}, { curriculum: 'none' }, 'train --seed 1 --curriculum none'],
    [
      modelPresets.paper,
      { preset: 'paper', curriculum: 'auto' },
      'train --seed 1 --preset paper --curriculum auto',
    ],
    // the default network, trained as flat was: its curriculum is no other preset's
    [
      { outputHidden: 0, nbReads: 4 },
      { preset: 'flat' },
      /train --seed 1 --preset flat .*--encoder conv .*--lookup after-write/,
    ],
  ] as const)('says no more than is needed: %j, %j', async (network, recipe, right) => {
    const [config, whole] = [modelConfig(network), makeRecipe(recipe)];
    const command = trainCommandOf(config, whole, [], 1);
    expect(command).toMatch(right instanceof RegExp ? right : new RegExp(`mann ${right}$`));
    expect(await made(command)).toEqual(trained(config, whole));
  });

  it('is found for a network as large as can be, too', () => {
    const config = modelConfig({
      ...modelPresets.flat,
      ...{ inputHeight: 1024, inputWidth: 1024, lstmSize: 10 },
    });
    expect(trainCommandOf(config, makeRecipe({ preset: 'flat' }), [], 1)).toMatch(
      /--preset flat --input-height 1024 --input-width 1024 --controller-size 10$/,
    );
  });
});
