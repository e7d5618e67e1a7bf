import { printable } from '../../common/printable.js';
import type { Sampler } from '../../data/episodes.js';
import type { Engine } from '../../engine/engine.js';
import { kindOf, type ModelConfig } from '../../model/config.js';
import type { TestEpisodes } from '../../training/episode-source.js';
import { type Evaluation, evaluate } from '../../training/evaluate.js';
import type { Familiarity } from '../../training/familiarity.js';
import type { ByInstance } from '../../training/metrics.js';
import type { Display } from '../display/display.js';
import { count, resultTable } from '../display/format.js';
import { wrappedFor } from '../display/wrapped.js';
import type { OpenData } from '../drawings/datasets.js';

/** Tests a network, with progress. */
export function testNetwork(
  engine: Engine,
  episodes: TestEpisodes,
  options: { batches: number; display: Display; signal?: AbortSignal },
): Promise<Evaluation> {
  const { batches, display, signal } = options;
  return evaluate(engine, episodes, batches, {
    onProgress: ({ batch }) => display.testing(batch, batches),
    ...(signal && { signal }),
  });
}

/** What `--json` prints of a test. */
export interface ResultJson {
  readonly model: string;
  readonly dataset: string;
  readonly split: string;
  /** Classes tested on, and whether they were held out of the training part: else they are the test classes. */
  readonly classes: number;
  readonly heldOut: boolean;
  readonly episodes: number;
  /** How they were sampled, where not in our way. */
  readonly sampler?: Sampler;
  /** Percent by instance, "1" to "10". */
  readonly accuracy: ByInstance;
  /** Half the width of the 95% interval. */
  readonly ci95: ByInstance;
  readonly loss: number;
  /** How well known and new classes are told apart, in percent, where the network learned to. */
  readonly familiarity?: Familiarity;
}

export function resultJson(
  config: ModelConfig,
  data: OpenData,
  test: Evaluation,
  sampler: Sampler = 'default',
): ResultJson {
  const { episodes, accuracy, ci95, loss, familiarity } = test;
  return {
    model: kindOf(config),
    dataset: data.name,
    split: data.split,
    classes: data.testClasses,
    heldOut: data.heldOut,
    episodes,
    ...(sampler !== 'default' && { sampler }),
    accuracy,
    ci95,
    loss,
    ...(familiarity && { familiarity }),
  };
}

/** The result for people. */
export function resultText(
  config: ModelConfig,
  data: OpenData,
  test: Evaluation,
  sampler: Sampler = 'default',
): string {
  const title =
    `Tested on ${count(data.testClasses)} unseen classes of ${printable(data.name)} ` +
    `(${data.split} split${data.heldOut ? ', held out from training' : ''}), ${count(test.episodes)} episodes${sampler === 'original' ? ' sampled as in the original implementation' : ''}:`;
  const { stdout } = process;
  const columns = stdout.isTTY && stdout.columns > 0 ? stdout.columns : 80;
  const table = resultTable(kindOf(config).toUpperCase(), test, config.numClasses, columns);
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
