/** What a training is between two batches; `src/runs/` writes it to files and reads it again. */
import * as v from 'valibot';
import { UserError } from '../common/errors.js';
import { quoted } from '../common/printable.js';
import type { RandomState } from '../common/random.js';
import type { EngineKind, OptimizerState } from '../engine/engine.js';
import type { ModelConfig } from '../model/config.js';
import type { Tensors } from '../model/tensors.js';
import type { DatasetRecord } from '../tasks/task.js';
import type { KeptState } from './kept-memory.js';
import type { Recipe } from './recipe/recipe.js';
import type { StatisticsState } from './running-statistics.js';

/** What a training is named by in its checkpoints, as they are read again. */
export const recordSchemas = {
  seed: v.pipe(v.number(), v.safeInteger()),
  dataset: v.strictObject({
    name: v.string(),
    digest: v.string(),
    split: v.string(),
    options: v.optional(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()]))),
  }),
};

/**
 * Checks what is going to be recorded: `checkRecords({ seed, dataset })`. Checkpoints with anything else could not be
 * read again.
 * @throws UserError
 */
export function checkRecords(records: {
  readonly seed: number;
  readonly dataset: DatasetRecord;
}): void {
  for (const [name, schema] of Object.entries(recordSchemas)) {
    const result = v.safeParse(schema, records[name as keyof typeof records], { abortEarly: true });
    if (result.success) continue;
    const [issue] = result.issues;
    const path = [name, v.getDotPath(issue)].filter(Boolean).join('.');
    throw new UserError(
      `train: ${path} cannot be recorded in checkpoints: ${quoted(issue.message)}`,
    );
  }
}

/** Everything besides weights and optimiser that determines the batches and log lines to come. */
export interface TrainingState {
  readonly recipe: Recipe;
  readonly dataset: DatasetRecord;
  readonly seed: number;
  /** States of the random number generators before the next batch is sampled. */
  readonly generators: { readonly training: RandomState };
  /** Where the memory is not wiped between episodes: what the last batch left. */
  readonly kept?: KeptState | undefined;
  /** The last batches, for running means. */
  readonly statistics: StatisticsState;
  /** Whether the log lines of this step, if any, have been written. */
  readonly logged: boolean;
}

export interface Checkpoint {
  readonly config: ModelConfig;
  /** Number of batches trained. */
  readonly step: number;
  readonly parameters: Tensors;
  /** The engine that made it. Others can resume it too, but the bits of the result differ. */
  readonly engine?: EngineKind | undefined;
  /** The version of the program that wrote it. */
  readonly version?: string | undefined;
  readonly optimizer?: OptimizerState | undefined;
  readonly training?: TrainingState | undefined;
}

/** A checkpoint from which training can resume. */
export type ResumableCheckpoint = Checkpoint & {
  readonly optimizer: OptimizerState;
  readonly training: TrainingState;
};
