/**
 * The training loop. It does not touch files or terminals: events and checkpoints go to callbacks. Log lines contain no
 * times, so an interrupted run gives the same lines as one without interruption.
 */
import { UserError } from '../common/errors.js';
import { nonFiniteIn } from '../common/finite.js';
import { checkOptions } from '../common/options.js';
import type { RandomState } from '../common/random.js';
import { coreToSpare } from '../engine/create.js';
import type { Batch, Engine, Forward } from '../engine/engine.js';
import { type Scores, sumCounts } from '../tasks/scores.js';
import {
  type DatasetRecord,
  type EpisodeSource,
  type Sampling,
  samplingHere,
  type TestEpisodes,
} from '../tasks/task.js';
import { inOrder } from './ahead.js';
import { type Evaluation, evaluate } from './evaluation/evaluate.js';
import { KeptMemory } from './kept-memory.js';
import { type Position, stageAt } from './recipe/curriculum.js';
import { learningRateAt, type Recipe } from './recipe/recipe.js';
import { checkConfig, requireResumable } from './resume.js';
import { RunningStatistics } from './running-statistics.js';
import { type Checkpoint, checkRecords, type ResumableCheckpoint } from './state.js';
import { Stopwatch } from './stopwatch.js';

/** Reported after every batch. */
export interface Progress {
  /** Number of batches trained. */
  readonly batch: number;
  readonly batches: number;
  /** Where the last batch stood in the curriculum, and the sizes of its episodes. */
  readonly position: Position;
  readonly learningRate: number;
  /** Mean loss of the last 100 batches. */
  readonly loss: number;
  /** By column of the task's measure (accuracy in percent by instance), over the last 100 batches. */
  readonly scores: Scores;
  /** Recent batches per second, without evaluations. */
  readonly speed: number;
  /** Remaining seconds, including evaluations. */
  readonly secondsLeft: number;
}

/** A row of the training table. */
export interface TrainingRow {
  /** Number of batches trained. */
  readonly batch: number;
  /** Mean loss of the last 100 batches. */
  readonly loss: number;
  /** By column of the task's measure (accuracy in percent by instance), over the last 100 batches. */
  readonly scores: Scores;
}

/** A line of the log: the training table's row and an evaluation. */
export interface EvaluationLine extends TrainingRow {
  /** Number of episodes trained. */
  readonly episodes: number;
  /** Learning rate of the last batch. */
  readonly learningRate: number;
  /** Classes and steps of an episode in the last batch. */
  readonly classes: number;
  readonly length: number;
  readonly evaluation: Evaluation;
}

export interface TrainOptions {
  readonly engine: Engine;
  readonly recipe: Recipe;
  /** Training episodes in their initial state. A resumed training restores the state itself. */
  readonly source: EpisodeSource;
  /**
   * Where the batches of an engine that draws are sampled, from the state that training begins in: in Node `samplingThread`,
   * for a fast graphics processor would wait otherwise. The batches are the same. Default: here.
   */
  readonly sampling?: ((source: EpisodeSource) => Sampling | undefined) | undefined;
  /** A whole number, recorded in checkpoints. */
  readonly seed: number;
  readonly dataset: DatasetRecord;
  /** Version of the program, recorded in checkpoints. */
  readonly version?: string | undefined;
  /**
   * Episodes of the evaluation after `step` batches. They must depend on `step` only, so that a resumed run has the
   * same, and must not use the generator of the training episodes. Default: no evaluation.
   */
  readonly evaluation?: ((step: number) => TestEpisodes) | undefined;
  /** Resume from here. Its weights, optimiser and random states replace those of engine and source. One with weights alone is refused. */
  readonly resume?: Checkpoint | undefined;
  /** Stops after the current batch (or those that are under way, see {@link Engine.ahead}), with a checkpoint. */
  readonly signal?: AbortSignal | undefined;

  /** Called before a batch, which is then the only one under way. @param step number of batches trained */
  readonly beforeBatch?: ((step: number) => void | Promise<void>) | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly onReport?: ((row: TrainingRow) => void | Promise<void>) | undefined;
  readonly onEvaluationProgress?: ((batch: number, batches: number) => void) | undefined;
  readonly onEvaluation?: ((line: EvaluationLine) => void | Promise<void>) | undefined;
  /** Saves a checkpoint. Training waits for the promise, and ends if it is rejected. */
  readonly save?: ((checkpoint: ResumableCheckpoint) => void | Promise<void>) | undefined;
}

export interface TrainResult {
  /** `stopped` by the signal: the checkpoint is saved and can be resumed. */
  readonly status: 'finished' | 'stopped';
  /** Number of batches trained. */
  readonly step: number;
  /** The last evaluation of this call, if any. */
  readonly evaluation: EvaluationLine | undefined;
}

/**
 * Trains a network to the end of its recipe, or until the signal.
 *
 * ```ts
 * const dataset = { name: data.name, digest: data.digest, split: 'random' };
 * const source = trainingEpisodes(data, splitClasses(data).train, config, recipe, 1);
 * await train({ engine, recipe, source, seed: 1, dataset });
 * ```
 * @throws UserError if the loss or a weight is no longer finite, if the checkpoint to resume from is of another
 *   network or holds weights only, or if seed or data set could not be recorded; and what the callbacks throw
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
      sampling: 'function',
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

/** Whether a step has log lines: every `every` batches, and at the end. */
function isDue(step: number, every: number, recipe: Recipe): boolean {
  return every > 0 && step > 0 && (step % every === 0 || step === recipe.iterations);
}

class Training {
  readonly #options: TrainOptions;
  readonly #engine: Engine;
  readonly #recipe: Recipe;
  readonly #watch = new Stopwatch();
  readonly #statistics: RunningStatistics;
  /** Where the memory is not wiped between episodes. */
  readonly #kept: KeptMemory | undefined;
  #step: number;
  #logged: boolean;
  /** The source's states before each batch that is sampled, but not trained yet; and that after them. */
  readonly #states: RandomState[] = [];
  #sampled: RandomState;
  /** When the last batch was done, or what came after it. */
  #since = 0;
  /** The last saved checkpoint, so that none is saved twice. */
  #saved = { step: -1, logged: true };
  #evaluation: EvaluationLine | undefined;

  constructor(options: TrainOptions) {
    const { engine, recipe, source, seed, dataset } = options;
    checkRecords({ seed, dataset });
    const where = 'the checkpoint to resume from';
    const resume = options.resume && requireResumable(options.resume, where);
    this.#options = options;
    this.#engine = engine;
    this.#recipe = recipe;
    const { output, numClasses } = engine.config;
    if (output === 'classes' && recipe.numClasses !== numClasses) {
      throw new UserError(
        `the recipe is for ${recipe.numClasses} classes, the network for ${numClasses}`,
      );
    }
    if (resume) {
      checkConfig(resume.config, engine.config, where);
      engine.setParameters(resume.parameters);
      engine.setOptimizer(resume.optimizer);
      source.restore(resume.training.generators.training);
      this.#saved = { step: resume.step, logged: resume.training.logged };
    }
    if (recipe.keepMemory && engine.config.memory !== 'none') {
      this.#kept = new KeptMemory(engine, resume?.training.kept);
    }
    this.#sampled = source.state;
    this.#step = resume?.step ?? 0;
    this.#logged = resume?.training.logged ?? true;
    this.#statistics = new RunningStatistics(source.measure, resume?.training.statistics);
  }

  async run(): Promise<TrainResult> {
    const { beforeBatch, source } = this.#options;
    const [engine, recipe] = [this.#engine, this.#recipe];
    if (!this.#logged) await this.#log(); // the run was stopped in the midst of an evaluation
    const first = this.#step;
    let drawn = first;
    const elsewhere = engine.draws ? this.#options.sampling?.(source) : undefined;
    const sampling = elsewhere ?? samplingHere(source, engine.draws);
    this.#since = performance.now();
    const batches = inOrder<Batch, Forward>({
      count: recipe.iterations - first,
      // the next batch begins with what this one leaves
      ahead: this.#kept || beforeBatch ? 1 : engine.ahead,
      meanwhile: coreToSpare(engine),
      drawn: sampling.ahead,
      draw: async (spent) => {
        const { batch, before, after } = await sampling.next(stageAt(recipe, drawn++), spent);
        this.#states.push(before);
        this.#sampled = after;
        return batch;
      },
      mayBegin: async (index) => {
        if (!this.#mayBegin(first + index)) return false;
        await beforeBatch?.(this.#step);
        return true;
      },
      begin: (batch, index) => this.#begin(batch, first + index),
    });
    try {
      for await (const [batch, answers] of batches) {
        await this.#take(batch, answers);
        this.#logged = !this.#reportIsDue && !this.#evaluationIsDue(this.#step);
        if (!this.#logged) await this.#log();
        if (this.#step % recipe.checkpointEvery === 0) await this.#save();
        this.#since = performance.now();
      }
    } finally {
      await sampling.end();
    }
    await engine.settle();
    await this.#save();
    return {
      status: this.#step >= recipe.iterations && this.#logged ? 'finished' : 'stopped',
      step: this.#step,
      evaluation: this.#evaluation,
    };
  }

  /** Whether a batch may be begun after `step` others: where their weights are looked at, they must be done first. */
  #mayBegin(step: number): boolean {
    if (this.#options.signal?.aborted) return false;
    const isSeen = step % this.#recipe.checkpointEvery === 0 || this.#evaluationIsDue(step);
    return step === this.#step || !isSeen;
  }

  #begin(batch: Batch, step: number): Promise<Forward> {
    const { adam, clip } = this.#recipe;
    const learningRate = learningRateAt(this.#recipe, step);
    const begun = this.#kept?.into(batch) ?? batch;
    return this.#engine.trainStep(begun, { learningRate, adam, clip });
  }

  /** One batch is done. */
  async #take(batch: Batch, answers: Forward): Promise<void> {
    this.#kept?.take(answers);
    const { loss } = answers;
    if (!Number.isFinite(loss)) throw await this.#refusal(`the loss is ${loss}`, batch);
    const { source } = this.#options;
    const graded = source.grade(batch, answers);
    this.#statistics.add(loss, sumCounts(graded, source.measure.columns.length));
    const position = stageAt(this.#recipe, this.#step);
    const learningRate = learningRateAt(this.#recipe, this.#step);
    this.#step++;
    this.#states.shift();
    this.#watch.batch(performance.now() - this.#since);
    this.#options.onProgress?.({
      batch: this.#step,
      batches: this.#recipe.iterations,
      position,
      learningRate,
      loss: this.#statistics.loss,
      scores: this.#statistics.scores,
      ...this.#watch.estimate(
        this.#recipe.iterations - this.#step,
        this.#options.evaluation ? this.#recipe.evaluateEvery : 0,
      ),
    });
  }

  get #reportIsDue(): boolean {
    return isDue(this.#step, this.#recipe.reportEvery, this.#recipe);
  }

  #evaluationIsDue(step: number): boolean {
    return !!this.#options.evaluation && isDue(step, this.#recipe.evaluateEvery, this.#recipe);
  }

  /** Gives the log lines of this step; `#logged` stays false when the signal came in between. */
  async #log(): Promise<void> {
    const { engine, evaluation, signal, onReport, onEvaluation, onEvaluationProgress } =
      this.#options;
    const row = {
      batch: this.#step,
      loss: this.#statistics.loss,
      scores: this.#statistics.scores,
    };
    let line: EvaluationLine | undefined;
    if (evaluation && this.#evaluationIsDue(this.#step)) {
      const started = performance.now();
      let result: Evaluation;
      try {
        result = await evaluate(engine, evaluation(this.#step), this.#recipe.evaluateBatches, {
          onProgress: ({ batch, batches }) => onEvaluationProgress?.(batch, batches),
          keepMemory: this.#recipe.keepMemory,
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
    // Both at the end, so that a stopped evaluation leaves no incomplete lines.
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
    await this.#engine.settle();
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
        generators: { training: this.#states[0] ?? this.#sampled },
        statistics: this.#statistics.state,
        ...(this.#kept?.state && { kept: this.#kept.state }),
        logged: this.#logged,
      },
    };
    // The loss is from before the update, so weights can be broken while it still looks good.
    const bad = nonFiniteTensor(checkpoint);
    if (bad) throw await this.#refusal(bad);
    await save(checkpoint);
    this.#saved = { step: this.#step, logged: this.#logged };
  }

  /** Why training ends when numbers are no longer finite. */
  async #refusal(what: string, batch?: Batch): Promise<UserError> {
    await this.#engine.settle();
    const inputs = batch && nonFiniteIn(batch.inputs);
    const culprit = inputs
      ? `the batch's inputs hold ${inputs}`
      : batch &&
        nonFiniteTensor({
          parameters: this.#engine.parameters(),
          optimizer: this.#engine.optimizer(),
        });
    const number = batch ? this.#step + 1 : this.#step;
    return new UserError(
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
