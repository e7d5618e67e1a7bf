import { inWords } from '../common/bytes.js';
import { UserError } from '../common/errors.js';
import { Random, type RandomState } from '../common/random.js';
import { checkEnough, type DataSet } from '../data/drawings.js';
import { type EpisodeBatch, EpisodeSampler, type Sampler } from '../data/episodes.js';
import type { Batch } from '../engine/engine.js';
import type { ModelConfig } from '../model/config.js';
import { initialTensors, type Tensors } from '../model/tensors.js';
import { fullTask, type Task } from './curriculum.js';
import type { LabelledBatch } from './metrics.js';
import type { Recipe } from './recipe.js';

/** A sequence of test batches. */
export interface TestEpisodes<B extends Batch = LabelledBatch> {
  /** @param spent an earlier batch that is not needed any more; its arrays may be reused */
  next(spent?: Batch): B;
}

/** A sequence of training batches whose state can be saved. */
export interface EpisodeSource {
  /**
   * The next batch, in its own arrays: the engine works on it while the following one is sampled.
   * @param spent an earlier batch that is not needed any more; its arrays may be reused
   */
  next(task: Task, spent?: Batch): LabelledBatch;
  /** The state that determines all batches to come. */
  readonly state: RandomState;
  restore(state: RandomState): void;
}

/** The part of a recipe that describes episodes. */
export type EpisodeRecipe = Pick<
  Recipe,
  'batchSize' | 'numClasses' | 'episodeLength' | 'augment'
> & {
  readonly distractors?: number;
  /** Sampler of test episodes. Training always uses the default. */
  readonly sampler?: Sampler | undefined;
};

/** The initial weights of a training with this seed. */
export function initialWeights(config: ModelConfig, seed: number): Tensors {
  return initialTensors(config, new Random(seed, 'weights'));
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
  recipe: EpisodeRecipe,
  seed: number,
): EpisodeSampler {
  return samplerOf(data, classes, config, recipe, new Random(seed, 'training episodes'));
}

/**
 * Test or evaluation episodes of the full task:
 *
 * ```ts
 * const test = testEpisodes(data, splitClasses(data).test, config, recipe, 1, 'test');
 * const { accuracy } = await evaluate(engine, test, 400);
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
  recipe: EpisodeRecipe,
  seed: number,
  stream: string,
): TestEpisodes<EpisodeBatch> {
  const varied = { ...recipe, augment: recipe.augment !== false };
  const source = samplerOf(data, classes, config, varied, new Random(seed, stream));
  const task = fullTask(recipe);
  return { next: (spent) => source.next(task, spent) };
}

/** The most bytes that fit into an engine. */
const LARGEST_BATCH = 2 ** 32;

function samplerOf(
  data: DataSet,
  classes: readonly number[],
  { inputHeight, inputWidth }: ModelConfig,
  { batchSize, numClasses, episodeLength, distractors = 0, augment, sampler }: EpisodeRecipe,
  random: Random,
): EpisodeSampler {
  // The full task must be possible from the start, not only when the curriculum gets there.
  if (sampler !== 'original') {
    const all = numClasses + distractors;
    checkEnough(data, classes, all, Math.ceil(episodeLength / all));
  }
  const bytes = 4 * batchSize * episodeLength * (inputHeight * inputWidth + numClasses);
  if (bytes > LARGEST_BATCH) {
    throw new UserError(
      `a batch of ${batchSize} episodes of ${episodeLength} drawings has ${inWords(bytes)}, ` +
        `and ${inWords(LARGEST_BATCH)} is the limit: give a smaller --batch-size, --num-samples or --episode-length`,
    );
  }
  const options = { batchSize, numClasses, inputHeight, inputWidth, augment, sampler };
  return new EpisodeSampler(data, classes, options, random);
}
