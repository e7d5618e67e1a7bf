/** The groups of options that several commands share, and what is made of them. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { UserError } from '../common/errors.js';
import type { EngineKind } from '../engine/engine.js';
import { type ModelOptions, modelConfig } from '../model/config.js';
import { modelPresets } from '../model/presets.js';
import {
  DRAWINGS_PER_CLASS,
  makeRecipe,
  type RecipeOptions,
  type RecipePreset,
} from '../training/recipe.js';
import { choice, real, whole } from './values.js';

const network = modelConfig();
const recipe = makeRecipe();
/** Steps of an episode. */
const LONGEST = 1e9;
const byDefault = (value: unknown) => `(default: ${value})`;

/** Batches of a test by default. */
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
  start?: 'every-head' | 'first-head';
}

/** What the network is. The names are those of run_mann.py, where it has such a flag. */
export function networkOptions(command: Command, heading = 'Network:'): Command {
  return command
    .optionsGroup(heading)
    .addOption(
      choice('--model <kind>', `MANN, or the LSTM baseline without memory ${byDefault('mann')}`, [
        'mann',
        'lstm',
      ]),
    )
    .addOption(
      choice(
        '--preset <name>',
        'default values: ours, the configuration of the paper, or that of the original implementation ' +
          `(its network, start state, Adam and constant learning rate) ${byDefault('default')}`,
        ['default', 'paper', 'original'],
        { seed: 'original' },
      ),
    )
    .option(
      '--controller-size <n>',
      `hidden units of the LSTM controller ${byDefault(network.lstmSize)}`,
      whole(1, 1 << 14),
    )
    .option(
      '--memory-locations <n>',
      `memory slots ${byDefault(network.memorySize)}`,
      whole(1, 1 << 16),
    )
    .option(
      '--memory-word-size <n>',
      `slot width ${byDefault(network.memoryDim)}`,
      whole(1, 1 << 14),
    )
    .option('--num-reads <n>', `read heads ${byDefault(network.nbReads)}`, whole(1, 64))
    .option(
      '--num-layers <n>',
      `layers of the LSTM baseline ${byDefault(network.numLayers)}`,
      whole(1, 16),
    )
    .option(
      '--gamma <x>',
      `decay of the usage of a slot at each step ${byDefault(network.gamma)}`,
      real(0, 1),
    )
    .addOption(
      choice(
        '--controller-input <what>',
        `what the controller gets of the previous read ${byDefault(`${network.controllerInput}; preset original: read-weights`)}`,
        ['read-vectors', 'read-weights'],
      ),
    )
    .addOption(
      choice(
        '--key-strength <how>',
        `key strength of the read heads: fixed at 1, or learned ${byDefault(`${network.keyStrength}; other presets: none`)}`,
        ['none', 'learned'],
      ),
    )
    .addOption(
      choice(
        '--start <how>',
        'read weights before the first step: slot 0 for every head, or for the first head alone and zeros for the others ' +
          byDefault(`${network.start}; preset original: first-head`),
        ['every-head', 'first-head'],
      ),
    );
}

export interface EpisodeFlags {
  numClasses?: number;
  numSamples?: number;
  episodeLength?: number;
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
    .option(
      '--num-samples <n>',
      `drawings per class in an episode, on average: a step shows a class sampled uniformly at random ${byDefault(DRAWINGS_PER_CLASS)}`,
      whole(1, LONGEST),
    )
    .option(
      '--episode-length <n>',
      'steps of an episode, one drawing each (default: --num-classes times --num-samples)',
      whole(1, LONGEST),
    )
    .option(
      '--input-height <n>',
      `height in pixels of a drawing that the network gets ${byDefault(network.inputHeight)}`,
      whole(1, 1024),
    )
    .option(
      '--input-width <n>',
      `its width in pixels ${byDefault(network.inputWidth)}`,
      whole(1, 1024),
    );
}

/** Whether drawings are turned and shifted; run_mann.py's `--augment true` and `--augment false` are read too. */
export function augmentOption(command: Command, description: string): Command {
  return command
    .addOption(
      new Option('--augment [true or false]').argParser(trueOrFalse).preset(true).hideHelp(),
    )
    .option('--no-augment', description);
}

function trueOrFalse(text: string | boolean): boolean {
  const word = String(text).toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  throw new InvalidArgumentError('It must be true or false.');
}

export interface TrainingFlags {
  iterations?: number;
  batchSize?: number;
  learningRate?: number;
  schedule?: 'cosine' | 'constant';
  adam?: 'standard' | 'tensorflow1';
  curriculum?: 'auto' | 'none';
  augment?: boolean;
  checkpointEvery?: number;
  evaluateEvery?: number;
  reportEvery?: number;
}

/** How it is trained. */
export function trainingOptions(command: Command): Command {
  command
    .optionsGroup('Training:')
    .option(
      '--iterations <n>',
      `batches to train, including those of the curriculum ${byDefault(`${recipe.iterations}; other presets: 100000`)}`,
      whole(1),
    )
    .option('--batch-size <n>', `episodes in a batch ${byDefault(recipe.batchSize)}`, whole(1))
    .option(
      '--learning-rate <x>',
      `learning rate of Adam ${byDefault(recipe.learningRate)}`,
      real(0, 1, true),
    )
    .addOption(
      choice(
        '--schedule <how>',
        `learning rate: constant, or constant for two thirds of the training and then falling to 0 along a cosine ${byDefault(`${recipe.schedule}; other presets: constant`)}`,
        ['cosine', 'constant'],
      ),
    )
    .addOption(
      choice(
        '--adam <form>',
        `Adam with epsilon added to the bias-corrected root, or to the uncorrected one as in TensorFlow 1 ${byDefault(`${recipe.adam}; preset original: tensorflow1`)}`,
        ['standard', 'tensorflow1'],
      ),
    )
    .addOption(
      choice(
        '--curriculum <how>',
        `easier episodes first, or the full task from the first batch on ${byDefault('auto; other presets: none')}`,
        ['auto', 'none'],
      ),
    );
  return augmentOption(command, 'train on drawings as they are, without rotations and shifts')
    .option(
      '--report-every <n>',
      `batches between two rows of the training table ${byDefault(recipe.reportEvery)}`,
      whole(1),
    )
    .option(
      '--evaluate-every <n>',
      `batches between two evaluations on test classes, 0 for none ${byDefault(recipe.evaluateEvery)}`,
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

/** Which engine computes, and on how many threads. */
export function machineOptions(command: Command): Command {
  return command
    .optionsGroup('Machine:')
    .addOption(
      choice(
        '--engine <kind>',
        `compute backend: WebAssembly with relaxed SIMD or plain SIMD, or float64 in JavaScript; auto picks the fastest ${byDefault('auto')}`,
        ['auto', 'relaxed', 'simd', 'reference'],
      ),
    )
    .option(
      '--threads <n>',
      `threads to compute a batch on ${byDefault('one per core')}`,
      whole(1, 256),
    );
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
    start: flags.start,
  };
  return { ...(flags.preset && modelPresets[flags.preset]), ...defined(given) };
}

/**
 * What a trained network must be, as far as flags say so. A preset's start state is not asked for: networks
 * that were trained before there was a choice have the other one.
 */
export function networkAsked(flags: NetworkFlags): ModelOptions {
  const { start: _, ...asked } = networkGiven(flags);
  return { ...asked, ...defined({ start: flags.start }) };
}

/**
 * T, where --num-samples or --episode-length were given.
 * @param numClasses C, where --num-classes was not given
 * @throws UserError where they contradict each other
 */
export function episodeLengthGiven(flags: EpisodeFlags, numClasses: number): number | undefined {
  const { numClasses: classes = numClasses, numSamples, episodeLength } = flags;
  if (numSamples === undefined) return episodeLength;
  const length = classes * numSamples;
  const product = `${classes} classes with ${numSamples} drawings each (--num-samples) are an episode of ${length} steps`;
  if (length > LONGEST) throw new UserError(`${product}, and ${LONGEST} is the most`);
  if (episodeLength !== undefined && episodeLength !== length) {
    throw new UserError(`${product}, not ${episodeLength} (--episode-length): give one of the two`);
  }
  return length;
}

/**
 * The recipe's options that were given expressly.
 * @param numClasses C, where it was not given
 */
export function recipeGiven(
  flags: TrainingFlags & EpisodeFlags & Pick<NetworkFlags, 'preset' | 'model'>,
  numClasses = network.numClasses,
): RecipeOptions {
  return defined({
    preset: flags.preset,
    model: flags.model,
    numClasses: flags.numClasses,
    episodeLength: episodeLengthGiven(flags, numClasses),
    iterations: flags.iterations,
    batchSize: flags.batchSize,
    learningRate: flags.learningRate,
    schedule: flags.schedule,
    curriculum: flags.curriculum,
    adam: flags.adam,
    augment: flags.augment,
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
