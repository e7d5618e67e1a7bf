import { UserError } from '../../common/errors.js';
import { type ModelConfig, modelConfig } from '../../model/config.js';
import type { Tensors } from '../../model/tensors.js';
import type { FoundCheckpoint } from '../../runs/run-folder.js';
import { initialWeights } from '../../training/episode-source.js';
import { makeRecipe, type Recipe, resumedRecipe } from '../../training/recipe.js';
import { checkConfig, checkDataset, requireResumable } from '../../training/resume.js';
import type { ResumableCheckpoint } from '../../training/state.js';
import { type OpenData, openData } from '../drawings/datasets.js';
import { type DataFlags, dataFlagsOf } from '../options/data-options.js';
import type { MachineFlags } from '../options/machine-options.js';
import { type NetworkFlags, networkAsked, networkGiven } from '../options/network-options.js';
import { type EpisodeFlags, recipeGiven, type TrainingFlags } from '../options/recipe-options.js';

export interface TrainFlags
  extends NetworkFlags,
    EpisodeFlags,
    TrainingFlags,
    MachineFlags,
    DataFlags {
  saveDir?: string;
  logDir?: string;
  logFormat?: 'default' | 'original';
  /** Called as run_mann.py is, without a command. */
  asRunMann?: true;
  resume?: true;
  testBatches?: number;
  json?: true;
  demo?: true;
}

/** What is trained, how and on what: afresh, or as a checkpoint says. */
export interface Plan {
  readonly config: ModelConfig;
  readonly recipe: Recipe;
  readonly seed: number;
  readonly data: OpenData;
  /** The weights to begin with. */
  readonly parameters: Tensors;
  readonly resume?: ResumableCheckpoint;
}

export async function freshPlan(given: TrainFlags): Promise<Plan> {
  const data = await openData(given);
  const flags = fitted(given, data);
  const config = modelConfig(networkGiven(flags));
  const recipe = makeRecipe(recipeGiven(flags));
  const seed = flags.seed ?? 1;
  data.check(config, recipe);
  return {
    config,
    recipe,
    seed,
    data,
    parameters: initialWeights(config, seed),
  };
}

/**
 * Episodes such as a small data set can give, where nothing else was asked for: of as many classes as there
 * are to train and to test on, of no more drawings than they have.
 * @throws UserError where there are too few classes for any
 */
function fitted(flags: TrainFlags, data: OpenData): TrainFlags {
  const usual = makeRecipe();
  const { name, trainClasses, testClasses } = data;
  const most = Math.min(trainClasses, testClasses, usual.numClasses);
  if (flags.numClasses === undefined && most < 2) {
    throw new UserError(
      `${name} has ${trainClasses} classes to train on and ${testClasses} to test on, and at least two of both ` +
        'are needed: add classes, six in all or more (to tell apart those that are there: mann classify)',
    );
  }
  const numClasses = flags.numClasses ?? most;
  if (flags.numSamples !== undefined || flags.episodeLength !== undefined) {
    return { ...flags, numClasses };
  }
  const drawings = numClasses * Math.max(data.fewestDrawings, 2);
  const { episodeLength } = makeRecipe({ numClasses });
  return { ...flags, numClasses, episodeLength: Math.min(episodeLength, drawings) };
}

/** Everything that was not asked for expressly is as the checkpoint has it. */
export async function resumedPlan(flags: TrainFlags, found: FoundCheckpoint): Promise<Plan> {
  const where = found.path;
  const resume = requireResumable(found.checkpoint, where);
  const { config, training, parameters } = resume;
  checkConfig(config, networkAsked(flags), where);
  if (flags.seed !== undefined && flags.seed !== training.seed) {
    throw new UserError(
      `${where}: this run was begun with seed ${training.seed}, not ${flags.seed}: ` +
        'leave it out to resume, or begin a new run in another folder',
    );
  }
  const recipe = resumedRecipe(training.recipe, recipeGiven(flags, config.numClasses), where);
  const data = await openData({ ...dataFlagsOf(training.dataset, where), ...flags });
  checkDataset(training.dataset, data.record, where);
  data.check(config, recipe);
  return { config, recipe, seed: training.seed, data, parameters, resume };
}
