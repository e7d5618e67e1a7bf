import type { Batch } from '../engine/engine.js';
import type { Task } from './recipe.js';

/** Anything that can be written as JSON. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/**
 * A sequence of batches that can be taken up again. A batch must stay as it is while the next one
 * is drawn: the engine is still working on it then.
 */
export interface EpisodeSource {
  /** The next batch, of the task's classes and steps. */
  next(task: Task): Batch;
  /** All that the batches to come depend on. */
  readonly state: Json;
  /** Goes on from a state. */
  restore(state: Json): void;
}
