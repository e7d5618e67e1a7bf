import { checkOptions } from '../common/options.js';
import { coreToSpare } from '../engine/create.js';
import type { Batch, Engine } from '../engine/engine.js';
import { Ahead } from './ahead.js';
import type { TestEpisodes } from './episode-source.js';
import {
  accuracyOf,
  addCounts,
  type ByInstance,
  type Counts,
  ci95Of,
  countEpisodes,
  noCounts,
  sumCounts,
} from './metrics.js';

export interface Evaluation {
  /** Percent by instance, "1" to "10". */
  readonly accuracy: ByInstance;
  /** Half the width of the 95% interval, percentage points by instance. */
  readonly ci95: ByInstance;
  /** Mean over the episodes of the cross entropy summed over time, in nats. */
  readonly loss: number;
  readonly episodes: number;
}

export interface EvaluateOptions {
  /** After each batch. */
  readonly onProgress?: (progress: {
    batch: number;
    batches: number;
    accuracy: ByInstance;
  }) => void;
  /** Ends the evaluation after the batch at hand. */
  readonly signal?: AbortSignal;
}

/**
 * Tests a network on `batches` batches; nothing is learnt.
 * @throws the signal's reason when it was aborted
 */
export async function evaluate(
  engine: Pick<Engine, 'forward' | 'threads'>,
  source: TestEpisodes,
  batches: number,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  checkOptions('evaluate', options, { onProgress: 'function', signal: 'object' });
  const { onProgress, signal } = options;
  const episodes: Counts[] = [];
  const sum = noCounts();
  let loss = 0;
  const queue = new Ahead<Batch>(batches, (spent) => source.next(spent), coreToSpare(engine));
  for (let batch = 1; batch <= batches; batch++) {
    signal?.throwIfAborted();
    const current = queue.take();
    const forward = await queue.during(engine.forward(current));
    const counts = countEpisodes(current, forward.logits);
    episodes.push(...counts);
    addCounts(sum, sumCounts(counts));
    loss += forward.loss * current.batch;
    onProgress?.({ batch, batches, accuracy: accuracyOf(sum) });
  }
  return {
    accuracy: accuracyOf(sum),
    ci95: ci95Of(episodes),
    loss: loss / episodes.length,
    episodes: episodes.length,
  };
}
