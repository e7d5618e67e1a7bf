/**
 * What a task is. A task gives batches of episodes, `{ inputs, targets, mask }`, and grades the answers of a network;
 * training, evaluation, logs and tables know nothing else of it.
 */
import type { RandomState } from '../common/random.js';
import type { Batch, Forward } from '../engine/engine.js';
import type { ModelConfig, ModelOptions } from '../model/fields.js';
import type { Counts, Measure } from './scores.js';

/** The size of an episode, and what is easier about it. */
export interface EpisodeTask {
  /** Classes (at most C); 0 in a task that has none. */
  readonly classes: number;
  /** T steps. */
  readonly length: number;
  /** Further classes in the episode, whose drawings never get a label. Default 0. */
  readonly distractors?: number | undefined;
  /** Shows a class always by the same drawing with the same rotation and shift. */
  readonly repeat?: true | undefined;
}

/** How answers are graded. */
export interface Grading<B extends Batch = Batch> {
  readonly measure: Measure;
  /** What the answers to each episode of a batch are worth, by the columns of the measure. */
  grade(batch: B, answers: Pick<Forward, 'logits'>): Counts[];
}

/** A sequence of test batches. */
export interface TestEpisodes<B extends Batch = Batch> extends Grading<B> {
  /** What the best possible answers are worth, where that depends on the episodes: the bound beside the scores. */
  best?(batch: B): Counts[];
  /**
   * The next batch.
   * @param spent an earlier batch that is not needed any more; its arrays may be reused
   * @param views whether the engine draws drawings itself: a task that has drawings then gives `views`, not `inputs`
   */
  next(spent?: Batch, views?: boolean): B;
}

/** A sequence of training batches whose state can be saved. */
export interface EpisodeSource<B extends Batch = Batch> extends Grading<B> {
  /**
   * The next batch, in its own arrays: the engine works on it while the following one is sampled.
   * @param spent an earlier batch that is not needed any more; its arrays may be reused
   * @param views whether the engine draws drawings itself: a task that has drawings then gives `views`, not `inputs`
   */
  next(task: EpisodeTask, spent?: Batch, views?: boolean): B;
  /** The state that determines all batches to come. */
  readonly state: RandomState;
  restore(state: RandomState): void;
}

/** A training batch, and the states of its source before and after it. */
export interface Sampled<B extends Batch = Batch> {
  readonly batch: B;
  readonly before: RandomState;
  readonly after: RandomState;
}

/** Where the training batches of a source are sampled, with `views`: here, or elsewhere while this thread does other work. */
export interface Sampling<B extends Batch = Batch> {
  /** So many batches may be asked for before they are needed. Default 1. */
  readonly ahead?: number;
  /**
   * The next batch.
   * @param spent an earlier batch that is not needed any more; its arrays may be reused, or be gone
   */
  next(task: EpisodeTask, spent?: Batch): Sampled<B> | Promise<Sampled<B>>;
  /** Once no more batches are needed. */
  end(): void | Promise<void>;
}

/** Batches of a source that are sampled where it is. @param views as of {@link EpisodeSource.next} */
export function samplingHere<B extends Batch>(
  source: EpisodeSource<B>,
  views: boolean,
): Sampling<B> {
  return {
    next(task, spent) {
      const before = source.state;
      const batch = source.next(task, spent, views);
      return { batch, before, after: source.state };
    },
    end() {},
  };
}

/** The part of a recipe that describes episodes. */
export interface EpisodeRecipe {
  /** B */
  readonly batchSize: number;
  /** C; 0 in a task that has none. */
  readonly numClasses: number;
  /** T */
  readonly episodeLength: number;
}

/** The episodes of the full task, which a curriculum leads to and tests are of. */
export function fullTask(
  recipe: Pick<EpisodeRecipe, 'numClasses' | 'episodeLength'> & {
    readonly distractors?: number | undefined;
  },
): EpisodeTask {
  const { numClasses: classes, episodeLength: length, distractors = 0 } = recipe;
  return { classes, length, ...(distractors > 0 && { distractors }) };
}

/** Test batches of one size out of a source: `testsOf(source, fullTask(recipe))`. */
export function testsOf<B extends Batch>(
  source: EpisodeSource<B>,
  task: EpisodeTask,
): TestEpisodes<B> {
  return {
    measure: source.measure,
    grade: (batch, answers) => source.grade(batch, answers),
    next: (spent, views) => source.next(task, spent, views),
  };
}

/** Identifies the data of a training, so that it can be opened again and checked. */
export interface DatasetRecord {
  readonly name: string;
  /** Digest of the decoded drawings, or of what generates the episodes. */
  readonly digest: string;
  readonly split: string;
  /** What else is needed to make the same episodes, for example the number of held-out classes. */
  readonly options?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/**
 * A task: what episodes are, what goes in, what is asked, and how answers are graded.
 *
 * ```ts
 * const task = drawingsTask(glyphs());
 * const recipe = makeRecipe();
 * const config = modelConfig(task.network(recipe));
 * const engine = await createEngine(config, { parameters: initialTensors(config, new Random(1, 'weights')) });
 * const source = task.trainingEpisodes(config, recipe, 1);
 * await train({ engine, recipe, source, seed: 1, dataset: task.record });
 * const { scores } = await evaluate(engine, task.testEpisodes(config, recipe, 1, 'test'), 400);
 * ```
 */
export interface Task<B extends Batch = Batch, R extends EpisodeRecipe = EpisodeRecipe> {
  readonly name: string;
  /** What checkpoints keep of it. */
  readonly record: DatasetRecord;
  /** What a network must have for it: the sizes of inputs and targets, and what its outputs say. */
  network(recipe: R): ModelOptions;
  /** The training episodes of a seed. @throws UserError where there is too little data for the full task */
  trainingEpisodes(config: ModelConfig, recipe: R, seed: number): EpisodeSource<B>;
  /**
   * Test or evaluation episodes of the full task. They depend on seed and stream alone.
   * @param stream any name, such as `test`, or `evaluation 500` for the evaluation after 500 batches
   */
  testEpisodes(config: ModelConfig, recipe: R, seed: number, stream: string): TestEpisodes<B>;
}
