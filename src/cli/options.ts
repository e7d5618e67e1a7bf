/** The groups of options that several commands share, and what is made of them. */
import type { Command } from 'commander';
import type { EngineKind } from '../engine/engine.js';
import { type ModelOptions, modelConfig } from '../model/config.js';
import { modelPresets } from '../model/presets.js';
import { makeRecipe, type RecipeOptions, type RecipePreset } from '../training/recipe.js';
import { choice, real, whole } from './values.js';

const network = modelConfig();
const recipe = makeRecipe();
const byDefault = (value: unknown) => `(default: ${value})`;

/** Batches of a test, where nothing else is said. */
export const TEST_BATCHES = 400;

export interface NetworkFlags {
  model?: 'mann' | 'lstm';
  preset?: RecipePreset;
  numClasses?: number;
  inputHeight?: number;
  inputWidth?: number;
  controllerSize?: number;
  numLayers?: number;
  memoryLocations?: number;
  memoryWordSize?: number;
  numReads?: number;
  gamma?: number;
  controllerInput?: 'read-vectors' | 'read-weights';
  keyStrength?: 'none' | 'learned';
}

/** What the network is. The names are those of run_mann.py. */
export function networkOptions(command: Command, heading = 'Network:'): Command {
  return command
    .optionsGroup(heading)
    .addOption(
      choice('--model <kind>', `with memory, or the baseline without ${byDefault('mann')}`, [
        'mann',
        'lstm',
      ]),
    )
    .addOption(
      choice(
        '--preset <name>',
        `where defaults come from: ours, the paper's form, or all of run_mann.py's values ${byDefault('default')}`,
        ['default', 'paper', 'seed'],
      ),
    )
    .option(
      '--controller-size <n>',
      `units of the LSTM controller ${byDefault(network.lstmSize)}`,
      whole(1, 1 << 14),
    )
    .option(
      '--memory-locations <n>',
      `slots of the memory ${byDefault(network.memorySize)}`,
      whole(1, 1 << 16),
    )
    .option(
      '--memory-word-size <n>',
      `numbers in a slot ${byDefault(network.memoryDim)}`,
      whole(1, 1 << 14),
    )
    .option('--num-reads <n>', `read heads ${byDefault(network.nbReads)}`, whole(1, 64))
    .option(
      '--num-layers <n>',
      `LSTM layers, baseline only ${byDefault(network.numLayers)}`,
      whole(1, 16),
    )
    .option('--gamma <x>', `decay of a slot's usage ${byDefault(network.gamma)}`, real(0, 1))
    .addOption(
      choice(
        '--controller-input <what>',
        `what the controller sees of the previous read ${byDefault(network.controllerInput)}`,
        ['read-vectors', 'read-weights'],
      ),
    )
    .addOption(
      choice(
        '--key-strength <how>',
        `sharpness of reading: fixed at 1, or learned ${byDefault(network.keyStrength)}`,
        ['none', 'learned'],
      ),
    );
}

export interface EpisodeFlags {
  numClasses?: number;
  numSamples?: number;
  inputHeight?: number;
  inputWidth?: number;
}

/** What an episode is. */
export function episodeOptions(command: Command): Command {
  return command
    .optionsGroup('Episodes:')
    .option(
      '--num-classes <n>',
      `classes in an episode ${byDefault(network.numClasses)}`,
      whole(1, 1 << 16),
    )
    .option('--num-samples <n>', `drawings in an episode ${byDefault(recipe.numSamples)}`, whole(1))
    .option(
      '--input-height <n>',
      `pixels of a drawing as the network sees it ${byDefault(network.inputHeight)}`,
      whole(1, 1024),
    )
    .option('--input-width <n>', byDefault(network.inputWidth), whole(1, 1024));
}

export interface TrainingFlags {
  iterations?: number;
  batchSize?: number;
  learningRate?: number;
  schedule?: 'cosine' | 'constant';
  curriculum?: 'auto' | 'none';
  augment?: false;
  checkpointEvery?: number;
  evaluateEvery?: number;
  reportEvery?: number;
}

/** How it is trained. */
export function trainingOptions(command: Command): Command {
  return command
    .optionsGroup('Training:')
    .option(
      '--iterations <n>',
      `batches to train, those of the curriculum counted ${byDefault(`${recipe.iterations}; paper and seed: 100000`)}`,
      whole(1),
    )
    .option('--batch-size <n>', `episodes in a batch ${byDefault(recipe.batchSize)}`, whole(1))
    .option('--learning-rate <x>', `Adam's ${byDefault(recipe.learningRate)}`, real(0, 1, true))
    .addOption(
      choice(
        '--schedule <how>',
        `of the learning rate ${byDefault(`${recipe.schedule}; paper and seed: constant`)}`,
        ['cosine', 'constant'],
      ),
    )
    .addOption(
      choice(
        '--curriculum <how>',
        `begin with easier episodes or not ${byDefault('auto; paper and seed: none')}`,
        ['auto', 'none'],
      ),
    )
    .option('--no-augment', 'train on drawings as they are, neither turned nor shifted')
    .option(
      '--report-every <n>',
      `batches between two lines of the table ${byDefault(recipe.reportEvery)}`,
      whole(1),
    )
    .option(
      '--evaluate-every <n>',
      `batches between two evaluations, 0 for none ${byDefault(recipe.evaluateEvery)}`,
      whole(0),
    )
    .option(
      '--checkpoint-every <n>',
      `batches between two checkpoints ${byDefault(recipe.checkpointEvery)}`,
      whole(1),
    );
}

export interface MachineFlags {
  engine?: EngineKind | 'auto';
  threads?: number;
}

/** On what it runs. */
export function machineOptions(command: Command): Command {
  return command
    .optionsGroup('Machine:')
    .addOption(
      choice(
        '--engine <kind>',
        `what computes: WebAssembly of two kinds, plain float64, or the fastest there is ${byDefault('auto')}`,
        ['auto', 'relaxed', 'simd', 'reference'],
      ),
    )
    .option('--threads <n>', `threads of a batch ${byDefault('one for each core')}`, whole(1, 256));
}

/** The network's options that were given expressly. */
export function networkGiven(flags: NetworkFlags): ModelOptions {
  const given = {
    model: flags.model,
    numClasses: flags.numClasses,
    inputHeight: flags.inputHeight,
    inputWidth: flags.inputWidth,
    lstmSize: flags.controllerSize,
    numLayers: flags.numLayers,
    memorySize: flags.memoryLocations,
    memoryDim: flags.memoryWordSize,
    nbReads: flags.numReads,
    gamma: flags.gamma,
    controllerInput: flags.controllerInput,
    keyStrength: flags.keyStrength,
  };
  return { ...(flags.preset && modelPresets[flags.preset]), ...defined(given) };
}

/** The recipe's options that were given expressly. */
export function recipeGiven(
  flags: TrainingFlags & EpisodeFlags & Pick<NetworkFlags, 'preset' | 'model'>,
): RecipeOptions {
  return defined({
    preset: flags.preset,
    model: flags.model,
    numClasses: flags.numClasses,
    numSamples: flags.numSamples,
    iterations: flags.iterations,
    batchSize: flags.batchSize,
    learningRate: flags.learningRate,
    schedule: flags.schedule,
    curriculum: flags.curriculum,
    // Commander sets it to true when --no-augment is not there.
    augment: flags.augment === false ? false : undefined,
    reportEvery: flags.reportEvery,
    evaluateEvery: flags.evaluateEvery,
    checkpointEvery: flags.checkpointEvery,
  });
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}
