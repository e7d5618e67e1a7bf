import { checkOptions } from '../common/options.js';
import { coreToSpare } from '../engine/create.js';
import type { Engine } from '../engine/engine.js';
import { Ahead } from './ahead.js';
import type { TestEpisodes } from './episode-source.js';
import { type Familiarity, FamiliarityScores } from './familiarity.js';
import {
  accuracyOf,
  addCounts,
  type ByInstance,
  type Counts,
  ci95Of,
  countEpisodes,
  type LabelledBatch,
  noCounts,
  sumCounts,
} from './metrics.js';

export interface Evaluation {
  /** Accuracy in percent by instance, "1" to "10". */
  readonly accuracy: ByInstance;
  /** Half the width of the 95% interval in percentage points, by instance. */
  readonly ci95: ByInstance;
  /** The loss in nats, summed over an episode, averaged over episodes. */
  readonly loss: number;
  readonly episodes: number;
  /** How well known and new classes are told apart, where the network learned to. */
  readonly familiarity?: Familiarity | undefined;
}

export interface EvaluateOptions {
  /** Called after each batch. */
  readonly onProgress?: (progress: {
    batch: number;
    batches: number;
    accuracy: ByInstance;
  }) => void;
  /** Stops the evaluation after the current batch. */
  readonly signal?: AbortSignal;
}

/**
 * Tests a network: `const { accuracy, ci95 } = await evaluate(engine, testEpisodes(...), 400)`. The weights do not change.
 * @param batches number of batches
 * @throws the signal's reason if it was aborted
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
  const scores = new FamiliarityScores();
  let loss = 0;
  const queue = new Ahead<LabelledBatch>(
    batches,
    (spent) => source.next(spent),
    coreToSpare(engine),
  );
  for (let batch = 1; batch <= batches; batch++) {
    signal?.throwIfAborted();
    const current = queue.take();
    const forward = await queue.during(engine.forward(current));
    const counts = countEpisodes(current, forward.logits);
    episodes.push(...counts);
    scores.add(current, forward);
    addCounts(sum, sumCounts(counts));
    loss += forward.loss * current.batch;
    onProgress?.({ batch, batches, accuracy: accuracyOf(sum) });
  }
  const familiarity = scores.result();
  return {
    accuracy: accuracyOf(sum),
    ci95: ci95Of(episodes),
    loss: loss / episodes.length,
    episodes: episodes.length,
    ...(familiarity && { familiarity }),
  };
}
