/** What a training is between two batches; `src/runs/` writes it to files and reads it again. */
import type { RandomState } from '../common/random.js';
import type { EngineKind, OptimizerState } from '../engine/engine.js';
import type { ModelConfig } from '../model/config.js';
import type { Tensors } from '../model/tensors.js';
import type { DatasetRecord } from '../tasks/task.js';
import type { KeptState } from './kept-memory.js';
import type { Recipe } from './recipe/recipe.js';
import type { StatisticsState } from './running-statistics.js';

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
