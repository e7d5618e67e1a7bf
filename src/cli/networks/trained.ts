/** A trained network, opened again with the drawings that belong to it. */
import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { UserError } from '../../common/errors.js';
import type { Engine } from '../../engine/engine.js';
import { pretrainedNamed } from '../../learner/files-node.js';
import { resolveCheckpoint } from '../../runs/run-folder.js';
import type { Augment } from '../../tasks/classification/episodes.js';
import { makeRecipe, type Recipe } from '../../training/recipe/recipe.js';
import { checkConfig } from '../../training/resume.js';
import { say } from '../display/wrapped.js';
import { type DataFlags, dataFlagsOf, datasetName } from '../options/data-options.js';
import type { MachineFlags } from '../options/machine-options.js';
import { askedOf, modelOf, type NetworkFlags } from '../options/network-options.js';
import { type EpisodeFlags, episodeLengthGiven } from '../options/recipe-options.js';
import { commandLine } from '../process/invocation.js';
import { runFolderIn } from '../run-mann/model-folders.js';
import { openTask } from '../tasks/open.js';
import type { OpenTask } from '../tasks/open-task.js';
import { openEngine } from './engine.js';
import { existingRunFolder } from './run-folders.js';
import { isShipped, shippedFor } from './shipped.js';

export interface TrainedFlags extends NetworkFlags, EpisodeFlags, MachineFlags, DataFlags {
  saveDir?: string;
  batchSize?: number;
  augment?: Augment;
  keepMemory?: boolean;
}

export interface Trained {
  readonly engine: Engine;
  readonly recipe: Recipe;
  readonly task: OpenTask;
  readonly seed: number;
  /** The checkpoint file, and the folder that it lies in. */
  readonly path: string;
  readonly folder: string;
}

/**
 * Opens a checkpoint.
 * @param given a checkpoint file or run folder; without it the folder that training would use, or a pretrained
 *   network
 * @param flags network flags must be the checkpoint's; data flags may name other drawings
 * @param slots another number of slots than it was trained with: no weights belong to them
 */
export async function openTrained(
  given: string | undefined,
  flags: TrainedFlags,
  slots?: number,
): Promise<Trained> {
  const { path, checkpoint, skipped } = await resolveCheckpoint(await placeOf(given, flags));
  for (const sentence of skipped) say(`Skipped: ${sentence}`);
  const { training } = checkpoint;
  checkConfig(checkpoint.config, askedOf(checkpoint.config, flags), path);
  const config = { ...checkpoint.config, ...(slots !== undefined && { memorySize: slots }) };
  const seed = flags.seed ?? training?.seed ?? 1;
  const saved = training?.recipe ?? makeRecipe({ numClasses: config.numClasses });
  const recipe = {
    ...saved,
    numClasses: flags.numClasses ?? saved.numClasses,
    episodeLength: episodeLengthOf(flags, saved),
    batchSize: flags.batchSize ?? saved.batchSize,
    augment: flags.augment ?? saved.augment,
    distractors: flags.distractors ?? 0,
    keepMemory: flags.keepMemory ?? saved.keepMemory,
  };
  // Options of one data set mean nothing to another.
  const isOther = flags.dataset !== undefined && flags.dataset !== training?.dataset.name;
  const recorded = training && !isOther ? dataFlagsOf(training.dataset, path) : {};
  if (recorded.dataset !== undefined) checkUnseen(recorded, flags, path);
  // A pretrained network is final: it is tested on the test classes themselves.
  const chosen = isShipped(path) ? { holdOut: 0 } : {};
  const task = await openTask({ ...recorded, ...chosen, ...flags });
  checkConfig(config, task.network(recipe), path);
  task.check(config, recipe);
  const engine = await openEngine(config, flags, checkpoint.parameters, checkpoint.engine);
  return { engine, recipe, task, seed, path, folder: dirname(path) };
}

/** As asked for, or as trained: as many drawings of each class where another number of classes was asked for. */
function episodeLengthOf(flags: TrainedFlags, saved: Recipe): number {
  const { numClasses = saved.numClasses } = flags;
  const same = Math.round((saved.episodeLength / saved.numClasses) * numClasses);
  return (
    episodeLengthGiven(flags, saved.numClasses) ??
    (numClasses === saved.numClasses ? saved.episodeLength : same)
  );
}

/**
 * What is tested with was never trained on.
 * @throws UserError where it was
 */
function checkUnseen(recorded: DataFlags, asked: DataFlags, path: string): void {
  const { split, holdOut = 0 } = recorded;
  if (asked.split && asked.split !== split) {
    throw new UserError(
      `${path}: was trained on the ${split} split, so it has seen classes that the ${asked.split} split tests on: ` +
        `test it on --split ${split}`,
    );
  }
  if (asked.holdOut && asked.holdOut > holdOut) {
    throw new UserError(
      `${path}: was trained with ${holdOut || 'no'} classes held out, so it has seen some of these ${asked.holdOut}: ` +
        `test it with --hold-out ${holdOut}`,
    );
  }
}

/**
 * Where a network is: the file, folder or pretrained network that was named, the folder that training would use, or
 * among the pretrained networks.
 */
async function placeOf(given: string | undefined, flags: TrainedFlags): Promise<string> {
  const model = modelOf(flags);
  if (given !== undefined) {
    const kind = flags.model || flags.memory ? model : undefined;
    return pretrainedNamed(given) ?? runFolderIn(given, kind);
  }
  const { split, preset, seed = 1, memory } = flags;
  const dataset = datasetName(flags);
  const folder = flags.saveDir ?? existingRunFolder({ dataset, split, model, preset, seed });
  // As in run_mann.py, which trains a MANN where nothing else is said.
  const run = await runFolderIn(folder, model);
  if (existsSync(run)) return run;
  const shipped = flags.saveDir === undefined && shippedFor(dataset, model, flags);
  if (!shipped) {
    const kind = memory ? { memory } : { model };
    const asked = Object.entries({ dataset, data: flags.data, split, ...kind, preset })
      .filter(([, value]) => value !== undefined)
      .flatMap(([name, value]) => [`--${name}`, value!]);
    throw new UserError(
      `there is no trained network in ${folder}: give a checkpoint or run folder, ` +
        `or train one: ${commandLine(['train', ...asked])}`,
    );
  }
  const name = basename(shipped, '.safetensors');
  say(`There is no trained network in ${folder}: testing the pretrained ${name}`);
  return shipped;
}
