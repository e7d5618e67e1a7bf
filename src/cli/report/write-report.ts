import { basename } from 'node:path';
import type { Engine } from '../../engine/engine.js';
import { recordEpisode, renderReport } from '../../report/index.js';
import type { Evaluation } from '../../training/evaluate.js';
import type { Recipe } from '../../training/recipe.js';
import type { OpenData } from '../drawings/datasets.js';
import { machineName } from '../networks/engine.js';
import { writeOutput } from '../process/write-output.js';
import { readCurve } from './curve.js';
import { trainCommandOf } from './reproduce.js';

export interface ReportInputs {
  readonly engine: Engine;
  readonly recipe: Recipe;
  readonly data: OpenData;
  readonly seed: number;
  readonly test: Evaluation;
  /** Of training, where they are known. */
  readonly seconds?: number | undefined;
  /** Where the training table is, if there is one. */
  readonly logDir: string;
}

/** One episode of test classes, always the same of a seed. */
export function reportEpisode({
  engine,
  recipe,
  data,
  seed,
}: Pick<ReportInputs, 'engine' | 'recipe' | 'data' | 'seed'>) {
  const one = { ...recipe, batchSize: 1 };
  return recordEpisode(engine, data.testEpisodes(engine.config, one, seed, 'report').next());
}

/** Writes the report of a trained network. */
export async function writeReport(path: string, inputs: ReportInputs): Promise<void> {
  const { engine, recipe, data, seed, test, seconds, logDir } = inputs;
  const page = await renderReport({
    config: engine.config,
    recipe,
    dataset: { ...data, name: basename(data.name) },
    seed,
    machine: machineName(engine),
    date: new Date(),
    ...(seconds !== undefined && { seconds }),
    command: trainCommandOf(engine.config, recipe, data.flags, seed),
    test,
    curve: readCurve(logDir),
    episode: reportEpisode(inputs),
  });
  await writeOutput(path, page);
}
