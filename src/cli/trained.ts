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

export interface TrainedFlags extends NetworkFlags, EpisodeFlags, MachineFlags, DataFlags {
  saveDir?: string;
  batchSize?: number;
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
 * @param given a checkpoint file or run folder; without it the folder is found as training names it
 * @param flags network flags must be the checkpoint's; data flags may name other drawings
 */
export async function openTrained(
  given: string | undefined,
  flags: TrainedFlags,
): Promise<Trained> {
  const asked = networkGiven(flags);
  const where =
    given ??
    flags.saveDir ??
    runFolderName(datasetName(flags), flags.model ?? 'mann', flags.seed ?? 1);
  if (given === undefined && !existsSync(where)) {
    throw new UserError(
      `there is no trained network in ${where}: name a checkpoint or run folder, ` +
        `or train one: ${commandLine(['train'])}`,
    );
  }
  const { path, checkpoint, skipped } = await resolveCheckpoint(where);
  for (const sentence of skipped) process.stderr.write(`Passed over: ${sentence}\n`);
  checkConfig(checkpoint.config, asked, path);
  const { training, config } = checkpoint;
  const seed = flags.seed ?? training?.seed ?? 1;
  const saved = training?.recipe ?? makeRecipe({ numClasses: config.numClasses });
  const recipe = {
    ...saved,
    numSamples: flags.numSamples ?? saved.numSamples,
    batchSize: flags.batchSize ?? saved.batchSize,
  };
  const recorded = training ? dataFlagsOf(training.dataset) : {};
  // Options of one data set mean nothing to another.
  const isOther = flags.dataset !== undefined && flags.dataset !== recorded.dataset;
  const data = await openData({ ...(isOther ? {} : recorded), ...flags });
  data.check(config, recipe);
  const engine = await openEngine(config, flags, checkpoint.parameters, checkpoint.engine);
  return { engine, recipe, data, seed, path, folder: dirname(path) };
}
