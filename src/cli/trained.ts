/** A trained network, opened again with the drawings that belong to it. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../common/errors.js';
import type { Engine } from '../engine/engine.js';
import { checkConfig } from '../training/checkpoint.js';
import { makeRecipe, type Recipe } from '../training/recipe.js';
import { resolveCheckpoint } from '../training/run-folder.js';
import { type DataFlags, dataFlagsOf, datasetName } from './data-flags.js';
import { type OpenData, openData } from './datasets.js';
import { openEngine } from './engine.js';
import { runFolderName } from './folders.js';
import { commandLine } from './invocation.js';
import {
  type EpisodeFlags,
  type MachineFlags,
  type NetworkFlags,
  networkGiven,
} from './options.js';
import { isShipped, shippedFor } from './shipped.js';

export interface TrainedFlags extends NetworkFlags, EpisodeFlags, MachineFlags, DataFlags {
  saveDir?: string;
  batchSize?: number;
  /** Commander sets it to true when --no-augment is not there. */
  augment?: boolean;
}

export interface Trained {
  readonly engine: Engine;
  readonly recipe: Recipe;
  readonly data: OpenData;
  readonly seed: number;
  /** The checkpoint file, and the folder that it lies in. */
  readonly path: string;
  readonly folder: string;
}

/**
 * Opens a checkpoint.
 * @param given a checkpoint file or run folder; without it the folder that training would use, or one that
 *   comes along
 * @param flags network flags must be the checkpoint's; data flags may name other drawings
 */
export async function openTrained(
  given: string | undefined,
  flags: TrainedFlags,
): Promise<Trained> {
  const asked = networkGiven(flags);
  const { path, checkpoint, skipped } = await resolveCheckpoint(given ?? placeOf(flags));
  for (const sentence of skipped) process.stderr.write(`Passed over: ${sentence}\n`);
  checkConfig(checkpoint.config, asked, path);
  const { training, config } = checkpoint;
  const seed = flags.seed ?? training?.seed ?? 1;
  const saved = training?.recipe ?? makeRecipe({ numClasses: config.numClasses });
  const recipe = {
    ...saved,
    numSamples: flags.numSamples ?? saved.numSamples,
    batchSize: flags.batchSize ?? saved.batchSize,
    augment: flags.augment === false ? false : saved.augment,
  };
  // Options of one data set mean nothing to another.
  const isOther = flags.dataset !== undefined && flags.dataset !== training?.dataset.name;
  const recorded = training && !isOther ? dataFlagsOf(training.dataset, path) : {};
  if (recorded.dataset !== undefined) checkUnseen(recorded, flags, path);
  // With a network that comes along all choices are made: it is tested on the test classes themselves.
  const chosen = isShipped(path) ? { holdOut: 0 } : {};
  const data = await openData({ ...recorded, ...chosen, ...flags });
  data.check(config, recipe);
  const engine = await openEngine(config, flags, checkpoint.parameters, checkpoint.engine);
  return { engine, recipe, data, seed, path, folder: dirname(path) };
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

/** Where a network is that nobody named: the folder that training would use, or among those that come along. */
function placeOf(flags: TrainedFlags): string {
  const { split, preset, seed = 1, model = 'mann' } = flags;
  const dataset = datasetName(flags);
  const folder = flags.saveDir ?? runFolderName({ dataset, split, model, preset, seed });
  if (existsSync(folder)) return folder;
  const shipped = flags.saveDir === undefined && shippedFor(dataset, model, flags);
  if (!shipped) {
    const asked = Object.entries({ dataset, data: flags.data, split, model, preset })
      .filter(([, value]) => value !== undefined)
      .flatMap(([name, value]) => [`--${name}`, value!]);
    throw new UserError(
      `there is no trained network in ${folder}: name a checkpoint or run folder, ` +
        `or train one: ${commandLine(['train', ...asked])}`,
    );
  }
  process.stderr.write(`Nothing was trained in ${folder}: taking ${shipped}, which comes along\n`);
  return shipped;
}
