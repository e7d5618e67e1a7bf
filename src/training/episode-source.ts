import { inWords } from '../common/bytes.js';
import { UserError } from '../common/errors.js';
import { Random, type RandomState } from '../common/random.js';
import { checkEnough, type DataSet } from '../data/drawings.js';
import { type EpisodeBatch, EpisodeSampler, type Sampler } from '../data/episodes.js';
import type { Batch } from '../engine/engine.js';
import type { ModelConfig } from '../model/config.js';
import { initialTensors, type Tensors } from '../model/tensors.js';
import type { Recipe, Task } from './recipe.js';

/** A sequence of batches to test with. */
export interface TestEpisodes<B extends Batch = Batch> {
  /** @param spent a batch that nobody needs any more: its arrays may be used again */
  next(spent?: Batch): B;
}

/** A sequence of batches to train on, each of the task asked for, that can be taken up again. */
export interface EpisodeSource {
  /**
   * A batch in arrays of its own: the engine still works on it while the next one is drawn.
   * @param spent a batch that nobody needs any more: its arrays may be used again
   */
  next(task: Task, spent?: Batch): Batch;
  /** All that the batches to come depend on. */
  readonly state: RandomState;
  restore(state: RandomState): void;
}

/** The part of a recipe that says what episodes are made of. */
export type EpisodeRecipe = Pick<
  Recipe,
  'batchSize' | 'numClasses' | 'episodeLength' | 'augment'
> & {
  /** Of test episodes; those of training are sampled in our way. */
  readonly sampler?: Sampler | undefined;
};

/** The weights that a training with this seed begins with. */
export function initialWeights(config: ModelConfig, seed: number): Tensors {
  return initialTensors(config, new Random(seed, 'weights'));
}

/**
 * The training episodes of a seed.
 * @param classes indices into the data set's classes
 * @throws UserError where classes or drawings do not suffice for the full task
 */
export function trainingEpisodes(
  data: DataSet,
  classes: readonly number[],
  config: ModelConfig,
  recipe: EpisodeRecipe,
  seed: number,
): EpisodeSampler {
  return samplerOf(data, classes, config, recipe, new Random(seed, 'training episodes'));
}

/**
 * Episodes of the full task to evaluate or test with. Those of a seed and a stream are always the
 * same, and have nothing to do with the training episodes.
 * @param stream `test`, or `evaluation 500` for the evaluation after 500 batches
 * @throws UserError as {@link trainingEpisodes}
 */
export function testEpisodes(
  data: DataSet,
  classes: readonly number[],
  config: ModelConfig,
  recipe: EpisodeRecipe,
  seed: number,
  stream: string,
): TestEpisodes<EpisodeBatch> {
  const source = samplerOf(data, classes, config, recipe, new Random(seed, stream));
  const task = { classes: recipe.numClasses, length: recipe.episodeLength };
  return { next: (spent) => source.next(task, spent) };
}

/** Bytes. Engines have room for no more. */
const LARGEST_BATCH = 2 ** 32;

function samplerOf(
  data: DataSet,
  classes: readonly number[],
  { inputHeight, inputWidth }: ModelConfig,
  { batchSize, numClasses, episodeLength, augment, sampler }: EpisodeRecipe,
  random: Random,
): EpisodeSampler {
  // Not only when the curriculum gets there: the full task must be possible from the start.
  if (sampler !== 'original') {
    checkEnough(data, classes, numClasses, Math.ceil(episodeLength / numClasses));
  }
  const bytes = 4 * batchSize * episodeLength * (inputHeight * inputWidth + numClasses);
  if (bytes > LARGEST_BATCH) {
    throw new UserError(
      `a batch of ${batchSize} episodes of ${episodeLength} drawings has ${inWords(bytes)}, ` +
        `and ${inWords(LARGEST_BATCH)} at most can be had: give a smaller --batch-size, --num-samples or --episode-length`,
    );
  }
  const options = { batchSize, numClasses, inputHeight, inputWidth, augment, sampler };
  return new EpisodeSampler(data, classes, options, random);
}
