import { UserError } from '../../common/errors.js';
import { type ModelConfig, modelConfig } from '../../model/config.js';
import type { Tensors } from '../../model/tensors.js';
import type { FoundCheckpoint } from '../../runs/run-folder.js';
import { initialWeights } from '../../training/initial-weights.js';
import { makeRecipe, type Recipe, resumedRecipe } from '../../training/recipe/recipe.js';
import { checkConfig, checkDataset, requireResumable } from '../../training/resume.js';
import type { ResumableCheckpoint } from '../../training/state.js';
import { type DataFlags, dataFlagsOf } from '../options/data-options.js';
import type { MachineFlags } from '../options/machine-options.js';
import { askedOf, type NetworkFlags, networkGiven } from '../options/network-options.js';
import { type EpisodeFlags, recipeGiven, type TrainingFlags } from '../options/recipe-options.js';
import type { ChildFlags } from '../process/as-child.js';
import { openTask } from '../tasks/open.js';
import { beneath, type OpenTask } from '../tasks/open-task.js';

export interface TrainFlags
  extends NetworkFlags,
    EpisodeFlags,
    TrainingFlags,
    MachineFlags,
    DataFlags,
    ChildFlags {
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
  readonly task: OpenTask;
  /** The weights to begin with. */
  readonly parameters: Tensors;
  readonly resume?: ResumableCheckpoint;
}

export async function freshPlan(flags: TrainFlags): Promise<Plan> {
  const task = await openTask(flags);
  const { config, recipe, seed } = configured(flags, task);
  return { config, recipe, seed, task, parameters: initialWeights(config, seed) };
}

/** The network and recipe that flags stand for, with all defaults. @throws UserError where the task has too little data */
export function configured(
  flags: TrainFlags,
  task: OpenTask,
): Pick<Plan, 'config' | 'recipe' | 'seed'> {
  const asked = recipeGiven(flags);
  const recipe = makeRecipe({ ...task.usual.recipe, ...task.fitted(asked), ...asked });
  const given = networkGiven(flags);
  const network = { ...beneath(task.usual.network, given), ...given };
  const config = modelConfig({ ...network, ...task.network(recipe) });
  const seed = flags.seed ?? 1;
  task.check(config, recipe);
  return { config, recipe, seed };
}

/** Everything that was not asked for expressly is as the checkpoint has it. */
export async function resumedPlan(flags: TrainFlags, found: FoundCheckpoint): Promise<Plan> {
  const where = found.path;
  const resume = requireResumable(found.checkpoint, where);
  const { config, training, parameters } = resume;
  checkConfig(config, askedOf(config, flags), where);
  if (flags.seed !== undefined && flags.seed !== training.seed) {
    throw new UserError(
      `${where}: this run was begun with seed ${training.seed}, not ${flags.seed}: ` +
        'leave it out to resume, or begin a new run in another folder',
    );
  }
  const recipe = resumedRecipe(
    training.recipe,
    recipeGiven(flags, training.recipe.numClasses),
    where,
  );
  const recorded = dataFlagsOf(training.dataset, where);
  const { task: begun = 'drawings' } = recorded;
  if (flags.task !== undefined && flags.task !== begun) {
    throw new UserError(
      `${where}: this run was begun with --task ${begun}, not ${flags.task}: ` +
        'leave it out to resume, or begin a new run in another folder',
    );
  }
  const task = await openTask({ ...recorded, ...flags });
  checkDataset(training.dataset, task.record, where);
  task.check(config, recipe);
  return { config, recipe, seed: training.seed, task, parameters, resume };
}
