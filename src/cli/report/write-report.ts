import { basename } from 'node:path';
import type { Engine } from '../../engine/engine.js';
import { recordEpisode, renderReport } from '../../report/index.js';
import type { EpisodeBatch } from '../../tasks/classification/episodes.js';
import type { Evaluation } from '../../training/evaluate.js';
import type { Recipe } from '../../training/recipe.js';
import { machineName } from '../networks/engine.js';
import { writeOutput } from '../process/write-output.js';
import type { OpenTask } from '../tasks/open-task.js';
import { readCurve } from './curve.js';
import { trainCommandOf } from './reproduce.js';

export interface ReportInputs {
  readonly engine: Engine;
  readonly recipe: Recipe;
  readonly task: OpenTask;
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
  task,
  seed,
}: Pick<ReportInputs, 'engine' | 'recipe' | 'task' | 'seed'>) {
  const one = { ...recipe, batchSize: 1 };
  const batch = task.testEpisodes(engine.config, one, seed, 'report').next();
  return recordEpisode(engine, batch as EpisodeBatch);
}

/** Writes the report of a trained network. */
export async function writeReport(path: string, inputs: ReportInputs): Promise<void> {
  const { engine, recipe, task, seed, test, seconds, logDir } = inputs;
  const { measure } = task.testEpisodes(engine.config, recipe, seed, 'test');
  const page = await renderReport({
    config: engine.config,
    recipe,
    dataset: {
      name: basename(task.name),
      trained: task.trained,
      tested: task.tested,
    },
    seed,
    machine: machineName(engine),
    date: new Date(),
    ...(seconds !== undefined && { seconds }),
    command: trainCommandOf(engine.config, recipe, task.flags, seed, {
      network: task.network(recipe),
      usual: task.usual,
    }),
    test,
    curve: readCurve(logDir, measure),
    episode: reportEpisode(inputs),
  });
  await writeOutput(path, page);
}
