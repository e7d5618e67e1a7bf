/**
 * The training loop, which any program can drive: it knows nothing of files or terminals. Events
 * and checkpoints go to callbacks; log lines hold nothing of the clock, so that a run that was
 * interrupted gives the same lines as one that was not.
 */
import { UserError } from '../common/errors.js';
import { checkOptions } from '../common/options.js';
import type { RandomState } from '../common/random.js';
import { coreToSpare } from '../engine/create.js';
import type { Batch, Engine } from '../engine/engine.js';
import { Ahead } from './ahead.js';
import {
  type Checkpoint,
  checkConfig,
  type DatasetRecord,
  type ResumableCheckpoint,
} from './checkpoint.js';
import type { EpisodeSource, TestEpisodes } from './episode-source.js';
import { type Evaluation, evaluate } from './evaluate.js';
import { type ByInstance, countEpisodes, sumCounts } from './metrics.js';
import { learningRateAt, type Position, type Recipe, stageAt } from './recipe.js';
import { RunningStatistics } from './running-statistics.js';
import { nonFiniteIn } from './safetensors.js';
import { Stopwatch } from './stopwatch.js';

/** After every batch. */
export interface Progress {
  /** Batches done. */
  readonly batch: number;
  readonly batches: number;
  /** Of the batch just done. */
  readonly position: Position;
  readonly learningRate: number;
  /** Mean over the last 100 batches. */
  readonly loss: number;
  /** Percent by instance over the last 100 batches. */
  readonly accuracy: ByInstance;
  /** Batches a second of late, evaluations not counted. */
  readonly speed: number;
  /** Seconds that the rest will take, evaluations counted. */
  readonly secondsLeft: number;
}

/** A row of the training table: how training goes. */
export interface TrainingRow {
  /** Batches done. */
  readonly batch: number;
  /** Mean over the last 100 batches. */
  readonly loss: number;
  /** Percent by instance over the last 100 batches. */
  readonly accuracy: ByInstance;
}

/** A line of the log: how training goes, and how the network does on held-out classes. */
export interface EvaluationLine extends TrainingRow {
  /** Training episodes done. */
  readonly episodes: number;
  /** Of the last batch. */
  readonly learningRate: number;
  /** Classes and steps of the last batch's episodes. */
  readonly classes: number;
  readonly length: number;
  readonly evaluation: Evaluation;
}

export interface TrainOptions {
  readonly engine: Engine;
  readonly recipe: Recipe;
  /** Training episodes, as at their beginning; a resumed training winds them forward itself. */
  readonly source: EpisodeSource;
  /** Recorded in checkpoints. */
  readonly seed: number;
  readonly dataset: DatasetRecord;
  /** The version of the program, recorded in checkpoints. */
  readonly version?: string | undefined;
  /**
   * Episodes for the evaluation after `step` batches: they must depend on `step` alone, so that
   * they are the same whatever was resumed, and leave training's generator alone. Without it there
   * is no evaluation.
   */
  readonly evaluation?: ((step: number) => TestEpisodes) | undefined;
  /** Goes on from here; its weights, optimiser and generators replace the engine's and source's. */
  readonly resume?: ResumableCheckpoint | undefined;
  /** Stops after the batch at hand, with a checkpoint. */
  readonly signal?: AbortSignal | undefined;

  /** Before a batch. @param step batches done */
  readonly beforeBatch?: ((step: number) => void | Promise<void>) | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly onReport?: ((row: TrainingRow) => void | Promise<void>) | undefined;
  readonly onEvaluationProgress?: ((batch: number, batches: number) => void) | undefined;
  readonly onEvaluation?: ((line: EvaluationLine) => void | Promise<void>) | undefined;
  /** Keeps a checkpoint; training goes on when the promise is fulfilled, and ends when it is not. */
  readonly save?: ((checkpoint: ResumableCheckpoint) => void | Promise<void>) | undefined;
}

export interface TrainResult {
  /** `stopped`: by the signal; the checkpoint is saved and can be resumed. */
  readonly status: 'finished' | 'stopped';
  /** Batches done. */
  readonly step: number;
  /** The last evaluation of this call, if there was any. */
  readonly evaluation: EvaluationLine | undefined;
}

/**
 * Trains a network to the end of its recipe, or to the signal.
 * @throws UserError when the loss or a weight is no longer finite, or the checkpoint to go on from
 *   is of another network; whatever the callbacks throw
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  checkOptions(
    'train',
    options,
    {
      ...{
        engine: 'object',
        recipe: 'object',
        source: 'object',
        seed: 'number',
        dataset: 'object',
      },
      ...{ version: 'string', evaluation: 'function', resume: 'object', signal: 'object' },
      ...{
        onProgress: 'function',
        beforeBatch: 'function',
        onReport: 'function',
        onEvaluationProgress: 'function',
      },
      ...{ onEvaluation: 'function', save: 'function' },
    },
    ['engine', 'recipe', 'source', 'seed', 'dataset'],
  );
  return new Training(options).run();
}

/** Whether the step has log lines: every so many batches, and at the end. */
function isDue(step: number, every: number, recipe: Recipe): boolean {
  return every > 0 && step > 0 && (step % every === 0 || step === recipe.iterations);
}

/** A batch, and the generator's state before it was drawn. */
interface Drawn {
  readonly before: RandomState;
  readonly batch: Batch;
}

class Training {
  readonly #options: TrainOptions;
  readonly #engine: Engine;
  readonly #recipe: Recipe;
  readonly #watch = new Stopwatch();
  readonly #statistics: RunningStatistics;
  #step: number;
  #logged: boolean;
  /** Of the source, before the batch to come was drawn. */
  #generator: RandomState;
  /** What the last saved checkpoint was, to save none twice. */
  #saved = { step: -1, logged: true };
  #evaluation: EvaluationLine | undefined;

  constructor(options: TrainOptions) {
    const { engine, recipe, source, resume } = options;
    this.#options = options;
    this.#engine = engine;
    this.#recipe = recipe;
    if (recipe.numClasses !== engine.config.numClasses) {
      throw new UserError(
        `the recipe is for ${recipe.numClasses} classes, the network for ${engine.config.numClasses}`,
      );
    }
    if (resume) {
      checkConfig(resume.config, engine.config, 'the checkpoint to go on from');
      engine.setParameters(resume.parameters);
      engine.setOptimizer(resume.optimizer);
      source.restore(resume.training.generators.training);
      this.#saved = { step: resume.step, logged: resume.training.logged };
    }
    this.#step = resume?.step ?? 0;
    this.#logged = resume?.training.logged ?? true;
    this.#statistics = new RunningStatistics(resume?.training.statistics);
    this.#generator = source.state;
  }

  async run(): Promise<TrainResult> {
    const { signal, source } = this.#options;
    const recipe = this.#recipe;
    if (!this.#logged) await this.#log(); // the run was stopped in the midst of an evaluation
    let drawn = this.#step;
    const draw = (spent: Drawn | undefined): Drawn => {
      const before = source.state;
      return { before, batch: source.next(stageAt(recipe, drawn++), spent?.batch) };
    };
    const queue = new Ahead(recipe.iterations - this.#step, draw, coreToSpare(this.#engine));
    while (this.#step < recipe.iterations && !signal?.aborted) {
      await this.#options.beforeBatch?.(this.#step);
      await this.#update(queue.take().batch, queue);
      this.#generator = queue.peek()?.before ?? source.state;
      this.#logged = !this.#reportIsDue && !this.#evaluationIsDue;
      if (!this.#logged) await this.#log();
      if (this.#step % recipe.checkpointEvery === 0) await this.#save();
    }
    await this.#save();
    return {
      status: this.#step >= recipe.iterations && this.#logged ? 'finished' : 'stopped',
      step: this.#step,
      evaluation: this.#evaluation,
    };
  }

  /** One batch: an update of the weights, and the next batch drawn. */
  async #update(batch: Batch, queue: Ahead<Drawn>): Promise<void> {
    const learningRate = learningRateAt(this.#recipe, this.#step);
    const started = performance.now();
    const { adam, clip } = this.#recipe;
    const work = this.#engine.trainStep(batch, { learningRate, adam, clip });
    const { loss, logits } = await queue.during(work);
    if (!Number.isFinite(loss)) this.#refuse(`the loss is ${loss}`, batch);
    this.#statistics.add(loss, sumCounts(countEpisodes(batch, logits)));
    const position = stageAt(this.#recipe, this.#step);
    this.#step++;
    this.#watch.batch(performance.now() - started);
    this.#options.onProgress?.({
      batch: this.#step,
      batches: this.#recipe.iterations,
      position,
      learningRate,
      loss: this.#statistics.loss,
      accuracy: this.#statistics.accuracy,
      ...this.#watch.estimate(
        this.#recipe.iterations - this.#step,
        this.#options.evaluation ? this.#recipe.evaluateEvery : 0,
      ),
    });
  }

  get #reportIsDue(): boolean {
    return isDue(this.#step, this.#recipe.reportEvery, this.#recipe);
  }

  get #evaluationIsDue(): boolean {
    return (
      !!this.#options.evaluation && isDue(this.#step, this.#recipe.evaluateEvery, this.#recipe)
    );
  }

  /** Gives the log lines of this step; `#logged` stays false when the signal came in between. */
  async #log(): Promise<void> {
    const { engine, evaluation, signal, onReport, onEvaluation, onEvaluationProgress } =
      this.#options;
    const row = {
      batch: this.#step,
      loss: this.#statistics.loss,
      accuracy: this.#statistics.accuracy,
    };
    let line: EvaluationLine | undefined;
    if (evaluation && this.#evaluationIsDue) {
      const started = performance.now();
      let result: Evaluation;
      try {
        result = await evaluate(engine, evaluation(this.#step), this.#recipe.evaluateBatches, {
          onProgress: ({ batch, batches }) => onEvaluationProgress?.(batch, batches),
          ...(signal && { signal }),
        });
      } catch (error) {
        if (signal?.aborted && error === signal.reason) return;
        throw error;
      }
      this.#watch.evaluation(performance.now() - started);
      const { classes, length } = stageAt(this.#recipe, this.#step - 1);
      line = {
        ...row,
        episodes: this.#step * this.#recipe.batchSize,
        learningRate: learningRateAt(this.#recipe, this.#step - 1),
        classes,
        length,
        evaluation: result,
      };
    }
    // Both at the end: an evaluation that was stopped leaves no half of its lines behind.
    if (this.#reportIsDue) await onReport?.(row);
    if (line) {
      this.#evaluation = line;
      await onEvaluation?.(line);
    }
    this.#logged = true;
  }

  /** Saves a checkpoint, unless this very one is saved already. */
  async #save(): Promise<void> {
    const { save, dataset, seed, version } = this.#options;
    if (!save || (this.#saved.step === this.#step && this.#saved.logged === this.#logged)) return;
    const checkpoint: ResumableCheckpoint = {
      config: this.#engine.config,
      step: this.#step,
      parameters: this.#engine.parameters(),
      engine: this.#engine.kind,
      version,
      optimizer: this.#engine.optimizer(),
      training: {
        recipe: this.#recipe,
        dataset,
        seed,
        generators: { training: this.#generator },
        statistics: this.#statistics.state,
        logged: this.#logged,
      },
    };
    // The loss is of before the update, so weights can be lost while it still looks well.
    const bad = nonFiniteTensor(checkpoint);
    if (bad) this.#refuse(bad);
    await save(checkpoint);
    this.#saved = { step: this.#step, logged: this.#logged };
  }

  /** Ends training because numbers are no longer finite. */
  #refuse(what: string, batch?: Batch): never {
    const inputs = batch && nonFiniteIn(batch.inputs);
    const culprit = inputs
      ? `the batch's inputs hold ${inputs}`
      : batch &&
        nonFiniteTensor({
          parameters: this.#engine.parameters(),
          optimizer: this.#engine.optimizer(),
        });
    const number = batch ? this.#step + 1 : this.#step;
    throw new UserError(
      `training stopped at batch ${number}: ${what}${culprit ? ` (${culprit})` : ''}. ` +
        (this.#saved.step >= 0
          ? `The checkpoint of batch ${this.#saved.step} is intact; `
          : 'No checkpoint was saved yet; ') +
        'try a smaller learning rate.',
    );
  }
}

/** The first tensor that holds NaN or infinity, in words. */
function nonFiniteTensor({
  parameters,
  optimizer,
}: Pick<Checkpoint, 'parameters' | 'optimizer'>): string | undefined {
  const groups = [
    ['tensor', parameters],
    ["Adam's first moment of", optimizer?.first],
    ["Adam's second moment of", optimizer?.second],
  ] as const;
  for (const [kind, tensors] of groups) {
    for (const [name, { data }] of tensors ?? []) {
      const bad = nonFiniteIn(data);
      if (bad) return `${kind} ${name} holds ${bad}`;
    }
  }
  return undefined;
}
