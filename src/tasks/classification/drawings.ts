/** Episodes of drawings and their labels: from Omniglot, glyphs or folders. */
import { UserError } from '../../common/errors.js';
import { checkOptions } from '../../common/options.js';
import { quoted } from '../../common/printable.js';
import { Random } from '../../common/random.js';
import { checkEnough, type DataSet } from '../../data/drawings.js';
import { holdOut, type Split, type SplitKind, splitClasses } from '../../data/splits.js';
import type { ModelConfig } from '../../model/fields.js';
import { shapesOf } from '../../model/shapes.js';
import { checkRoomFor } from '../check.js';
import { type EpisodeRecipe, fullTask, type Task, type TestEpisodes, testsOf } from '../task.js';
import { type Augment, type EpisodeBatch, EpisodeSampler, type Sampler } from './episodes.js';
import { FIVE_OF_FIVE, type Spelling } from './string-labels.js';

/** The part of a recipe that describes episodes of drawings. */
export interface DrawingRecipe extends EpisodeRecipe {
  readonly augment: Augment;
  readonly distractors?: number | undefined;
  /** Sampler of test episodes. Training always uses the default. */
  readonly sampler?: Sampler | undefined;
}

/**
 * The training episodes of a seed: `trainingEpisodes(data, splitClasses(data).train, config, recipe, 1)`.
 * @param classes indices into the data set's classes
 * @throws UserError if there are too few classes or drawings for the full task
 */
export function trainingEpisodes(
  data: DataSet,
  classes: readonly number[],
  config: ModelConfig,
  recipe: DrawingRecipe,
  seed: number,
): EpisodeSampler {
  return samplerOf(data, classes, config, recipe, new Random(seed, 'training episodes'));
}

/**
 * Test or evaluation episodes of the full task:
 *
 * ```ts
 * const test = testEpisodes(data, splitClasses(data).test, config, recipe, 1, 'test');
 * const { scores } = await evaluate(engine, test, 400);
 * ```
 * They are varied as in the original implementation, or not at all where the recipe says so, however widely training
 * episodes are. A seed and a stream always give the same episodes, independent of the training episodes.
 * @param stream any name, such as `test`, or `evaluation 500` for the evaluation after 500 batches
 * @throws UserError as {@link trainingEpisodes}
 */
export function testEpisodes(
  data: DataSet,
  classes: readonly number[],
  config: ModelConfig,
  recipe: DrawingRecipe,
  seed: number,
  stream: string,
): TestEpisodes<EpisodeBatch> {
  const varied = { ...recipe, augment: recipe.augment !== false };
  const source = samplerOf(data, classes, config, varied, new Random(seed, stream));
  return testsOf(source, fullTask(recipe));
}

function samplerOf(
  data: DataSet,
  classes: readonly number[],
  config: ModelConfig,
  { batchSize, numClasses, episodeLength, distractors = 0, augment, sampler }: DrawingRecipe,
  random: Random,
): EpisodeSampler {
  const { inputHeight, inputWidth } = config;
  // The full task must be possible from the start, not only when the curriculum gets there.
  if (sampler !== 'original') {
    const drawings = Math.ceil(episodeLength / (numClasses + distractors));
    checkEnough(data, classes, { numClasses, distractors }, drawings);
  }
  checkRoomFor({ batchSize, episodeLength }, shapesOf(config).X, 'drawings');
  const spelling = spellingOf(config);
  const options = { batchSize, numClasses, inputHeight, inputWidth, augment, sampler, spelling };
  return new EpisodeSampler(data, classes, options, random);
}

export interface DrawingsOptions {
  /** How classes are split into training and test classes. Default `random`. */
  readonly split?: SplitKind | undefined;
  /** Training classes that are held out, to be tested on instead of the test classes. Default: none. */
  readonly holdOut?: number | undefined;
  /** Labels as one-hots, or as strings of five characters out of a to e: 3,125 of them. Default `one-hot`. */
  readonly labels?: LabelKind | undefined;
}

export type LabelKind = 'one-hot' | 'strings';

/** How a network spells labels, if it does. */
function spellingOf({ output, labelLength, numClasses }: ModelConfig): Spelling | undefined {
  return output === 'strings' ? { characters: labelLength, alphabet: numClasses } : undefined;
}

/** Drawings of classes: each comes without its label, and the label one step late. */
export interface DrawingsTask extends Task<EpisodeBatch, DrawingRecipe> {
  readonly split: SplitKind;
  /** Indices into the data set's classes. */
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/**
 * The task of Santoro et al. 2016 on a data set: `drawingsTask(glyphs())`, or `drawingsTask(await loadOmniglot())`.
 * @throws UserError that names the option, or if holding out leaves nothing to train on
 */
export function drawingsTask(data: DataSet, options: DrawingsOptions = {}): DrawingsTask {
  checkOptions('drawingsTask', options, { split: 'string', holdOut: 'number', labels: 'string' });
  const { split = 'random', holdOut: held, labels = 'one-hot' } = options;
  if (labels !== 'one-hot' && labels !== 'strings') {
    throw new UserError(`labels must be one-hot or strings, not ${quoted(String(labels))}`);
  }
  const { train, test } = partsOf(data, split, held);
  return {
    name: data.name,
    ...{ split, train, test },
    record: {
      name: data.name,
      digest: data.digest,
      split,
      ...((held !== undefined || labels !== 'one-hot') && {
        options: {
          ...(held !== undefined && { holdOut: held }),
          ...(labels !== 'one-hot' && { labels }),
        },
      }),
    },
    network: ({ numClasses }) =>
      labels === 'strings'
        ? {
            output: 'strings',
            numClasses: FIVE_OF_FIVE.alphabet,
            labelLength: FIVE_OF_FIVE.characters,
          }
        : { output: 'classes', numClasses },
    trainingEpisodes: (config, recipe, seed) => trainingEpisodes(data, train, config, recipe, seed),
    testEpisodes: (config, recipe, seed, stream) =>
      testEpisodes(data, test, config, recipe, seed, stream),
  };
}

/** The classes of a split; of its training classes alone where some of them are held out. */
function partsOf(data: DataSet, kind: SplitKind, count: number | undefined): Split {
  const split = splitClasses(data, kind);
  if (count === undefined) return split;
  if (count < split.train.length) return holdOut(split.train, count);
  throw new UserError(
    `--hold-out ${count} leaves nothing to train on: ${data.name} has ${split.train.length} training classes`,
  );
}
