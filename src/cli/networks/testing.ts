import type { Engine } from '../../engine/engine.js';
import { kindOf, type ModelConfig } from '../../model/config.js';
import type { Sampler } from '../../tasks/classification/episodes.js';
import type { Measure } from '../../tasks/scores.js';
import type { TestEpisodes } from '../../tasks/task.js';
import { type Evaluation, evaluate } from '../../training/evaluation/evaluate.js';
import type { Display } from '../display/display.js';
import { count, resultTable } from '../display/format.js';
import { wrappedFor } from '../display/wrapped.js';
import type { OpenTask } from '../tasks/open-task.js';

/** Tests a network, with progress. */
export function testNetwork(
  engine: Engine,
  episodes: TestEpisodes,
  options: { batches: number; display: Display; keepMemory?: boolean; signal?: AbortSignal },
): Promise<Evaluation> {
  const { batches, display, keepMemory = false, signal } = options;
  return evaluate(engine, episodes, batches, {
    onProgress: ({ batch }) => display.testing(batch, batches),
    keepMemory,
    ...(signal && { signal }),
  });
}

/** What `--json` prints of a test: the scores under the name of what is measured, such as `accuracy`. */
export function resultJson(
  config: ModelConfig,
  task: OpenTask,
  measure: Measure,
  test: Evaluation,
  sampler: Sampler = 'default',
): Record<string, unknown> {
  const { episodes, scores, ci95, loss, familiarity, bound } = test;
  return {
    model: kindOf(config),
    ...task.facts,
    episodes,
    ...(sampler !== 'default' && { sampler }),
    [measure.name]: scores,
    ci95,
    ...(bound && { bound }),
    loss,
    ...(familiarity && { familiarity }),
  };
}

/** The result for people. */
export function resultText(
  config: ModelConfig,
  task: OpenTask,
  measure: Measure,
  test: Evaluation,
  sampler: Sampler = 'default',
): string {
  const how = sampler === 'original' ? ' sampled as in the original implementation' : '';
  const title = `Tested on ${task.tested}, ${count(test.episodes)} episodes${how}:`;
  const { stdout } = process;
  const columns = stdout.isTTY && stdout.columns > 0 ? stdout.columns : 80;
  const table = resultTable(kindOf(config).toUpperCase(), test, measure, columns);
  return `\n${wrappedFor(stdout, title)}\n\n${table}${familiarityText(test)}`;
}

function familiarityText({ familiarity }: Evaluation): string {
  if (!familiarity) return '';
  const { auroc, known, new: fresh } = familiarity;
  const text =
    `Known classes called known: ${known.toFixed(1)}%, new classes called new: ${fresh.toFixed(1)}% ` +
    `(area under the ROC curve ${auroc.toFixed(1)}%).`;
  return `\n\n${wrappedFor(process.stdout, text)}`;
}
