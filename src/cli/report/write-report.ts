import { basename } from 'node:path';
import { renderReport } from '../../report/index.js';
import type { Evaluation } from '../../training/evaluation/evaluate.js';
import { machineName } from '../networks/engine.js';
import { writeOutput } from '../process/write-output.js';
import { readCurve } from './curve.js';
import { type EpisodeInputs, reportEpisode } from './episode.js';
import { trainCommandOf } from './reproduce.js';

export interface ReportInputs extends EpisodeInputs {
  readonly test: Evaluation;
  /** Of training, where they are known. */
  readonly seconds?: number | undefined;
  /** Where the training table is, if there is one. */
  readonly logDir: string;
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
    measure,
    test,
    curve: readCurve(logDir, measure),
    episode: reportEpisode(inputs),
  });
  await writeOutput(path, page);
}
