/** The options of episodes and of training, which several commands share, and the recipe that is made of them. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { defined } from '../../common/defined.js';
import { UserError } from '../../common/errors.js';
import { modelConfig } from '../../model/config.js';
import type { Augment } from '../../tasks/classification/episodes.js';
import {
  DRAWINGS_PER_CLASS,
  makeRecipe,
  type Recipe,
  type RecipeOptions,
} from '../../training/recipe/recipe.js';
import { type NetworkFlags, ofPresets, presetDefaults } from './network-options.js';
import { choice, real, whole } from './values.js';

const network = modelConfig();
const recipes = ofPresets((preset) => makeRecipe({ preset }));
const recipe = recipes.default;
const byPreset = (field: keyof Recipe) => presetDefaults((preset) => recipes[preset][field]);
/** Steps of an episode. */
const LONGEST = 1e9;
const byDefault = (value: unknown) => `(default: ${value})`;

/** Batches of a test by default. */
export const TEST_BATCHES = 400;

export interface EpisodeFlags {
  numClasses?: number;
  numSamples?: number;
  episodeLength?: number;
  distractors?: number;
  inputHeight?: number;
  inputWidth?: number;
}

/**
 * What an episode is.
 * @param trained whether there is a network already
 */
export function episodeOptions(command: Command, { trained = false } = {}): Command {
  const usual = (value: unknown) => byDefault(trained ? 'as trained' : value);
  return command
    .optionsGroup('Episodes:')
    .option(
      '--num-classes <n>',
      `classes in an episode ${usual(network.numClasses)}`,
      whole(1, 1 << 16),
    )
    .option(
      '--num-samples <n>',
      `drawings per class in an episode, on average: a step shows a class sampled uniformly at random ${usual(DRAWINGS_PER_CLASS)}`,
      whole(1, LONGEST),
    )
    .option(
      '--episode-length <n>',
      `steps of an episode, one drawing each ${usual('--num-classes times --num-samples')}`,
      whole(1, LONGEST),
    )
    .option(
      '--distractors <n>',
      `further classes in an episode, whose drawings never get a label ${byDefault(0)}`,
      whole(0, 1 << 16),
    )
    .option(
      '--input-height <n>',
      `height in pixels of a drawing that the network gets ${usual(network.inputHeight)}`,
      whole(1, 1024),
    )
    .option(
      '--input-width <n>',
      `its width in pixels ${usual(network.inputWidth)}`,
      whole(1, 1024),
    );
}

/** How drawings are varied; run_mann.py's `--augment true` and `--augment false` are read too. */
export function augmentOption(command: Command, description: string): Command {
  return command
    .addOption(
      new Option('--augment [true or false]').argParser(trueOrFalse).preset(true).hideHelp(),
    )
    .option('--no-augment', description);
}

function trueOrFalse(text: string | boolean): boolean {
  const said = augmentSaid(text);
  if (typeof said === 'boolean') return said;
  throw new InvalidArgumentError('It must be true or false.');
}

function augmentOf(text: string | boolean): Augment {
  const said = augmentSaid(text);
  if (said !== undefined) return said;
  throw new InvalidArgumentError('It must be true, false or wide.');
}

function augmentSaid(text: string | boolean): Augment | undefined {
  const word = String(text).toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  return text === 'wide' ? text : undefined;
}

export interface TrainingFlags {
  iterations?: number;
  batchSize?: number;
  learningRate?: number;
  schedule?: 'cosine' | 'late-cosine' | 'constant';
  clip?: number;
  adam?: 'standard' | 'tensorflow1';
  curriculum?: 'auto' | 'none' | 'grow';
  augment?: Augment;
  keepMemory?: boolean;
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
      `batches to train, including those of the curriculum ${byDefault(`${recipe.iterations}; flat, and the LSTM baseline: 30000; paper and original: 100000`)}`,
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
        `learning rate: falling to 0 along a cosine, the same over the last third alone, or constant ${byPreset('schedule')}`,
        ['cosine', 'late-cosine', 'constant'],
      ),
    )
    .option(
      '--clip <norm>',
      `scale larger gradients down to this norm, 0 for none ${byPreset('clip')}`,
      real(0, 1e9),
    )
    .addOption(
      choice(
        '--adam <form>',
        `Adam with epsilon added to the bias-corrected root, or to the uncorrected one as in TensorFlow 1 ${byPreset('adam')}`,
        ['standard', 'tensorflow1'],
      ),
    )
    .addOption(
      choice(
        '--curriculum <how>',
        `easier episodes first (of drawings), the full task from the first batch on, or from 15 classes on one class more at a time ${byDefault('auto; paper and original: none')}`,
        ['auto', 'none', 'grow'],
      ),
    );
  return command
    .addOption(
      new Option(
        '--augment [how]',
        'rotate and shift drawings (true), stretch and slant them too (wide), or neither (false) (default: true)',
      )
        .argParser(augmentOf)
        .preset(true),
    )
    .option('--no-augment', 'train on drawings as they are, without rotations and shifts')
    .option(
      '--keep-memory',
      'do not wipe the memory between episodes: each begins with what the one before it left',
    )
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
  flags: TrainingFlags & EpisodeFlags & Pick<NetworkFlags, 'preset' | 'model' | 'memory'>,
  numClasses = network.numClasses,
): RecipeOptions {
  return defined({
    preset: flags.preset,
    model: flags.memory === 'none' ? 'lstm' : flags.model,
    numClasses: flags.numClasses,
    episodeLength: episodeLengthGiven(flags, numClasses),
    iterations: flags.iterations,
    batchSize: flags.batchSize,
    learningRate: flags.learningRate,
    clip: flags.clip,
    schedule: flags.schedule,
    curriculum: flags.curriculum,
    adam: flags.adam,
    augment: flags.augment,
    distractors: flags.distractors,
    keepMemory: flags.keepMemory,
    reportEvery: flags.reportEvery,
    evaluateEvery: flags.evaluateEvery,
    checkpointEvery: flags.checkpointEvery,
  });
}
