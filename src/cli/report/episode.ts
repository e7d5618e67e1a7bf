/** What a report shows of one test: always the same of a seed. */
import { Random } from '../../common/random.js';
import type { Engine } from '../../engine/engine.js';
import {
  type EpisodeRecord,
  recordCopies,
  recordEpisode,
  recordFunction,
  type TestRecord,
} from '../../report/index.js';
import type { EpisodeBatch } from '../../tasks/classification/episodes.js';
import { BEYOND } from '../../tasks/copy/copy.js';
import { CopySampler } from '../../tasks/copy/copy-sampler.js';
import { type FunctionBatch, usualProcess } from '../../tasks/regression/functions.js';
import type { Recipe } from '../../training/recipe/recipe.js';
import type { OpenTask } from '../tasks/open-task.js';

export interface EpisodeInputs {
  readonly engine: Engine;
  readonly recipe: Recipe;
  readonly task: OpenTask;
  readonly seed: number;
}

const STREAM = 'report';

/** Runs the test that the report shows. */
export function reportEpisode(inputs: EpisodeInputs): TestRecord {
  const { engine, recipe, seed } = inputs;
  switch (engine.config.output) {
    case 'gaussian':
      return recordFunction(engine, oneEpisode(inputs) as FunctionBatch, usualProcess);
    case 'bits': {
      const options = { batchSize: 1, bits: engine.config.targetSize };
      const sampler = new CopySampler(options, new Random(seed, STREAM));
      const lengths = [recipe.episodeLength, BEYOND * recipe.episodeLength];
      return recordCopies(
        engine,
        lengths.map((length) => sampler.next({ length, exact: true })),
      );
    }
    default:
      return recordEpisode(engine, oneEpisode(inputs) as EpisodeBatch);
  }
}

/** The drawings that the strip shows; undefined of tasks without drawings. */
export function drawingsEpisode(inputs: EpisodeInputs): EpisodeRecord | undefined {
  const { output } = inputs.engine.config;
  if (output !== 'classes' && output !== 'strings') return undefined;
  return recordEpisode(inputs.engine, oneEpisode(inputs) as EpisodeBatch);
}

function oneEpisode({ engine, recipe, task, seed }: EpisodeInputs) {
  // distractors have no labels to show, and tests have none
  const one = { ...recipe, batchSize: 1, distractors: 0 };
  return task.testEpisodes(engine.config, one, seed, STREAM).next();
}
