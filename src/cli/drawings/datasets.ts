/** The drawings that a command works on, as episodes. */
import { UserError } from '../../common/errors.js';
import type { DataSet } from '../../data/drawings.js';
import type { EpisodeBatch } from '../../data/episodes.js';
import { holdOut, type Split, type SplitKind, splitClasses } from '../../data/splits.js';
import type { ModelConfig } from '../../model/config.js';
import {
  type EpisodeRecipe,
  type EpisodeSource,
  type TestEpisodes,
  testEpisodes,
  trainingEpisodes,
} from '../../training/episode-source.js';
import type { Recipe } from '../../training/recipe.js';
import type { DatasetRecord } from '../../training/state.js';
import type { DataFlags } from '../options/data-options.js';
import { loadData } from './load-data.js';

/** A data set, split. */
export interface OpenData {
  readonly name: string;
  readonly split: SplitKind;
  readonly trainClasses: number;
  readonly testClasses: number;
  /** Drawings of the class that has the fewest. */
  readonly fewestDrawings: number;
  /** The test classes were held out of the training classes; those of the split are left alone. */
  readonly heldOut: boolean;
  /** What checkpoints keep of it. */
  readonly record: DatasetRecord;
  /** The flags that open it again. */
  readonly flags: readonly string[];
  /** @throws UserError when it has too few classes or drawings for such episodes */
  check(config: ModelConfig, recipe: Recipe): void;
  trainingEpisodes(config: ModelConfig, recipe: Recipe, seed: number): EpisodeSource;
  /** Episodes of the full task on test classes; `stream` names a sequence. */
  testEpisodes(
    config: ModelConfig,
    recipe: EpisodeRecipe,
    seed: number,
    stream: string,
  ): TestEpisodes<EpisodeBatch>;
}

/** Loads the data set that is asked for, and splits it. */
export async function openData(flags: DataFlags): Promise<OpenData> {
  return datasetOf(await loadData(flags), flags);
}

/** Splits a data set. */
export function datasetOf(data: DataSet, flags: DataFlags): OpenData {
  const kind = flags.split ?? 'random';
  const held = flags.holdOut || undefined; // 0: none
  const { train, test } = partsOf(data, kind, held);
  const opened: OpenData = {
    name: data.name,
    split: kind,
    trainClasses: train.length,
    testClasses: test.length,
    fewestDrawings: data.classes.reduce((least, { count }) => Math.min(least, count), Infinity),
    heldOut: held !== undefined,
    record: {
      name: data.name,
      digest: data.digest,
      split: kind,
      ...(held !== undefined && { options: { holdOut: held } }),
    },
    flags: [
      '--dataset',
      data.name,
      ...(kind === 'random' ? [] : ['--split', kind]),
      ...(held === undefined ? [] : ['--hold-out', String(held)]),
      ...(flags.data === undefined ? [] : ['--data', flags.data]),
    ],
    check(config, recipe) {
      opened.trainingEpisodes(config, recipe, 0);
      opened.testEpisodes(config, recipe, 0, 'test');
    },
    trainingEpisodes: (config, recipe, seed) => trainingEpisodes(data, train, config, recipe, seed),
    testEpisodes: (config, recipe, seed, stream) =>
      testEpisodes(data, test, config, recipe, seed, stream),
  };
  return opened;
}

/** The classes of a split; of its training classes alone where some of them are held out. */
function partsOf(data: DataSet, kind: SplitKind, count: number | undefined): Split {
  const split = splitClasses(data, kind);
  if (count === undefined) return split;
  if (count < split.train.length) return holdOut(split.train, count);
  throw new UserError(
    `--hold-out ${count} leaves nothing to train on: ${data.name} has ${split.train.length} training classes`,
  );
}
