/** What the thread that samples episodes is told, and how batches come and go. */
import type { RandomState } from '../../../common/random.js';
import type { DataSet } from '../../../data/drawings.js';
import type { EpisodeTask, Sampled } from '../../task.js';
import type { EpisodeBatch, EpisodeOptions } from '../episodes.js';

/** What a sampler follows from. Drawings are not needed: batches name them. */
export interface Sampler {
  readonly data: Omit<DataSet, 'atlas'>;
  readonly classes: readonly number[];
  readonly options: EpisodeOptions;
  readonly state: RandomState;
}

export interface Request {
  readonly task: EpisodeTask;
  /** A batch whose arrays may be used again. */
  readonly spent?: EpisodeBatch | undefined;
}

/** A batch, or what was wrong with a request: a UserError, or else a RangeError. */
export type Answer = Sampled<EpisodeBatch> | { readonly wrong: string; readonly isUsers: boolean };

/** A batch whose views are of another atlas: the drawings stay where they are. */
export function withAtlas(batch: EpisodeBatch, atlas: Uint8Array): EpisodeBatch {
  return { ...batch, ...(batch.views && { views: { ...batch.views, atlas } }) };
}

/** The memory of a batch's arrays, to be handed over without a copy. */
export function arraysOf(batch: EpisodeBatch): ArrayBuffer[] {
  const { inputs, labels, targets, classes, instances, drawings, views } = batch;
  const arrays = [inputs, labels, targets, classes, instances, drawings, views!.resampling];
  return [...new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))];
}
