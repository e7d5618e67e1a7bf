/** A tiny network, its episodes and a training of it, for tests. */
import { Random, type RandomState } from '../../dist/common/random.js';
import { createEngine } from '../../dist/engine/create.js';
import type { Batch, Engine, EngineKind, Forward } from '../../dist/engine/engine.js';
import { type ModelOptions, modelConfig } from '../../dist/model/config.js';
import { modelPresets } from '../../dist/model/presets.js';
import { initialTensors } from '../../dist/model/tensors.js';
import { parseCheckpoint, serialiseCheckpoint } from '../../dist/runs/checkpoint.js';
import { csvRow, logLine } from '../../dist/runs/run-logs.js';
import {
  accuracyByInstance,
  countEpisodes,
  type LabelledEpisodes,
} from '../../dist/tasks/classification/by-instance.js';
import type { EpisodeSource, EpisodeTask, TestEpisodes } from '../../dist/tasks/task.js';
import { makeRecipe, type Recipe } from '../../dist/training/recipe/recipe.js';
import { requireResumable } from '../../dist/training/resume.js';
import type { ResumableCheckpoint } from '../../dist/training/state.js';
import { type TrainOptions, type TrainResult, train } from '../../dist/training/trainer.js';

const sizes = {
  numClasses: 3,
  inputHeight: 2,
  inputWidth: 3,
  lstmSize: 5,
  memorySize: 6,
  memoryDim: 4,
  nbReads: 2,
} as const satisfies ModelOptions;

/** Of the default form, with no size that would be the same if nothing were said. */
export const tinyOptions = {
  ...sizes,
  encoderWidths: [3, 2],
  embeddingSize: 5,
  keySize: 2,
  outputHidden: 4,
} as const satisfies ModelOptions;

/** One of each form that goes another way through training, checkpoints and kernels. */
export const tinyForms = {
  default: tinyOptions,
  familiarity: { ...tinyOptions, familiarity: 'learned' },
  mlp: { ...tinyOptions, encoder: 'mlp', encoderWidths: [7] },
  flat: { ...modelPresets.flat, ...sizes },
  ntm: { ...tinyOptions, memory: 'ntm' },
  feedforward: { ...tinyOptions, controller: 'feedforward', encoderWidths: [4] },
  lstm: { ...modelPresets.flat, ...sizes, model: 'lstm', numLayers: 2 },
} as const satisfies Record<string, ModelOptions>;

export const tinyRecipe: Recipe = makeRecipe({
  batchSize: 2,
  numClasses: 3,
  episodeLength: 6,
  distractors: 1,
  keepMemory: true,
  iterations: 14,
  curriculum: [
    {
      batches: 3,
      tasks: [
        { classes: 2, length: 3 },
        { classes: 3, length: 4 },
      ],
    },
    { batches: 2, tasks: [{ classes: 2, length: 5 }] },
  ],
  reportEvery: 2,
  evaluateEvery: 4,
  evaluateBatches: 2,
  checkpointEvery: 5,
});

export const dataset = { name: 'noise', digest: 'abc', split: 'random', options: { seed: 7 } };

export const tinyMeasure = accuracyByInstance(3);

type LabelledBatch = Batch & LabelledEpisodes;

/** Random drawings, one pattern a class, with noise; in the arrays of a spent batch, where it fits. */
export class NoiseSource implements EpisodeSource<LabelledBatch> {
  readonly measure = tinyMeasure;
  readonly #random: Random;
  readonly #recipe: Recipe;

  constructor(random: Random, recipe = tinyRecipe) {
    this.#random = random;
    this.#recipe = recipe;
  }

  next({ classes, length: T }: EpisodeTask, spent?: Batch): LabelledBatch {
    const { numClasses: C, batchSize: B } = this.#recipe;
    const P = 6;
    const isFit = spent?.batch === B && spent.length === T;
    const batch = isFit ? (spent as LabelledBatch) : blank(B, T, P + C);
    const { inputs, labels } = batch;
    inputs.fill(0);
    for (let b = 0; b < B; b++) {
      const own = this.#random.sample(C, classes);
      const shapes = own.map(() => Array.from({ length: P }, () => this.#random.below(2)));
      for (let t = 0; t < T; t++) {
        const which = this.#random.below(classes);
        const at = (b * T + t) * (P + C);
        for (let p = 0; p < P; p++) {
          inputs[at + p] = 0.8 * shapes[which]![p]! + this.#random.uniform(0, 0.2);
        }
        if (t > 0) inputs[at + P + labels[b * T + t - 1]!] = 1;
        labels[b * T + t] = own[which]!;
      }
    }
    return batch;
  }

  /** Its episodes of the full task. */
  tests(): TestEpisodes<LabelledBatch> {
    const { numClasses, episodeLength } = this.#recipe;
    return {
      measure: this.measure,
      grade: this.grade,
      next: (spent) => this.next({ classes: numClasses, length: episodeLength }, spent),
    };
  }

  grade(batch: LabelledBatch, { logits }: Pick<Forward, 'logits'>) {
    return countEpisodes(batch, logits);
  }

  get state(): RandomState {
    return this.#random.state;
  }

  restore(state: RandomState): void {
    this.#random.restore(state);
  }
}

function blank(B: number, T: number, X: number): LabelledBatch {
  const labels = new Uint8Array(B * T);
  return { batch: B, length: T, inputs: new Float32Array(B * T * X), labels, targets: labels };
}

export async function tinyEngine(
  kind: EngineKind = 'reference',
  options: ModelOptions = tinyOptions,
  threads = 0,
): Promise<Engine> {
  const config = modelConfig(options);
  return createEngine(config, {
    kind,
    threads,
    parameters: initialTensors(config, new Random(1, 'weights')),
  });
}

/** Saves and loads a checkpoint, as a file would. */
export function throughFile(checkpoint: ResumableCheckpoint): ResumableCheckpoint {
  return requireResumable(parseCheckpoint(serialiseCheckpoint(checkpoint), 'test'), 'test');
}

export interface TinyRun {
  readonly result: TrainResult;
  /** Every checkpoint that was saved, in order, as bytes. */
  readonly saved: Uint8Array[];
  readonly last: ResumableCheckpoint | undefined;
  /** CSV rows and log lines, in order. */
  readonly lines: string[];
}

/** Trains the tiny network, from the beginning or from a checkpoint. */
export async function tinyRun(
  options: Partial<TrainOptions> & {
    stopAt?: number;
    kind?: EngineKind;
    model?: ModelOptions;
  } = {},
): Promise<TinyRun> {
  const { stopAt, kind, model, ...own } = options;
  const engine = own.engine ?? (await tinyEngine(kind, model));
  const recipe = own.recipe ?? tinyRecipe;
  const stop = new AbortController();
  const saved: Uint8Array[] = [];
  const lines: string[] = [];
  let last: ResumableCheckpoint | undefined;
  const result = await train({
    recipe,
    source: new NoiseSource(new Random(7, 'episodes'), recipe),
    evaluation: (step) => new NoiseSource(new Random(7, `evaluation ${step}`), recipe).tests(),
    seed: 7,
    dataset,
    signal: stop.signal,
    save: (checkpoint) => {
      last = checkpoint;
      saved.push(serialiseCheckpoint(checkpoint));
    },
    onReport: (row) => {
      lines.push(csvRow(row, tinyMeasure));
    },
    onEvaluation: (line) => {
      lines.push(logLine(line, tinyMeasure));
    },
    ...own,
    engine,
    onProgress: (progress) => {
      own.onProgress?.(progress);
      if (progress.batch === stopAt) stop.abort();
    },
  });
  await engine.dispose();
  return { result, saved, last, lines };
}
