import { UserError } from '../../common/errors.js';
import { checkOptions } from '../../common/options.js';
import { coreToSpare } from '../../engine/create.js';
import type { Batch, Engine, Forward } from '../../engine/engine.js';
import {
  addCounts,
  type Counts,
  ci95Of,
  noCounts,
  type Scores,
  scoresOf,
  sumCounts,
} from '../../tasks/scores.js';
import type { TestEpisodes } from '../../tasks/task.js';
import { inOrder } from '../ahead.js';
import { KeptMemory } from '../kept-memory.js';
import { type Familiarity, FamiliarityScores } from './familiarity.js';

export interface Evaluation {
  /** By column of the task's measure: of drawings the accuracy in percent by instance, "1" to "10". */
  readonly scores: Scores;
  /** Half the width of the scores' 95% intervals. */
  readonly ci95: Scores;
  /** The loss in nats, summed over an episode, averaged over episodes. */
  readonly loss: number;
  readonly episodes: number;
  /** What the best possible answers to these episodes would score, where the task knows. */
  readonly bound?: Scores | undefined;
  /** How well known and new classes are told apart, where the network learned to. */
  readonly familiarity?: Familiarity | undefined;
}

export interface EvaluateOptions {
  /** Called after each batch. */
  readonly onProgress?: (progress: { batch: number; batches: number; scores: Scores }) => void;
  /** The memory is not wiped between episodes: each begins with what the one before it left. Default false. */
  readonly keepMemory?: boolean;
  /** Stops the evaluation after the current batch. */
  readonly signal?: AbortSignal;
}

/**
 * Tests a network: `const { scores, ci95 } = await evaluate(engine, test, 400)`. The weights do not change.
 * @param batches number of batches, from 1
 * @throws UserError if there is no such number of batches; the signal's reason if it was aborted
 */
export async function evaluate(
  engine: Pick<Engine, 'forward' | 'threads' | 'zeroState'> &
    Partial<Pick<Engine, 'ahead' | 'draws'>>,
  source: TestEpisodes,
  batches: number,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  checkOptions('evaluate', options, {
    ...{ onProgress: 'function', keepMemory: 'boolean', signal: 'object' },
  });
  const { onProgress, keepMemory, signal } = options;
  if (!Number.isInteger(batches) || batches < 1) {
    throw new UserError(`evaluate: batches must be a whole number from 1, not ${batches}`);
  }
  const episodes: Counts[] = [];
  const { measure } = source;
  const columns = measure.columns.length;
  const sum = noCounts(columns);
  const kept = keepMemory ? new KeptMemory(engine) : undefined;
  const best = source.best && noCounts(columns);
  const scores = new FamiliarityScores();
  let loss = 0;
  const work = inOrder<Batch, Forward>({
    count: batches,
    ahead: kept ? 1 : (engine.ahead ?? 1),
    meanwhile: coreToSpare(engine),
    draw: (spent) => source.next(spent, engine.draws),
    begin: (batch) => {
      signal?.throwIfAborted();
      return engine.forward(kept?.into(batch) ?? batch);
    },
  });
  let batch = 0;
  for await (const [current, forward] of work) {
    kept?.take(forward);
    const counts = source.grade(current, forward);
    episodes.push(...counts);
    scores.add(current, forward);
    addCounts(sum, sumCounts(counts, columns));
    if (best) addCounts(best, sumCounts(source.best!(current), columns));
    loss += forward.loss * current.batch;
    onProgress?.({ batch: ++batch, batches, scores: scoresOf(sum, measure) });
  }
  const familiarity = scores.result();
  return {
    scores: scoresOf(sum, measure),
    ci95: ci95Of(episodes, measure),
    loss: loss / episodes.length,
    episodes: episodes.length,
    ...(best && { bound: scoresOf(best, measure) }),
    ...(familiarity && { familiarity }),
  };
}
