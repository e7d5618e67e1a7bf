import type { Command } from 'commander';
import type { SplitKind } from '../data/splits.js';
import type { DatasetRecord } from '../training/checkpoint.js';
import { choice, whole } from './values.js';

export interface DataFlags {
  dataset?: string;
  data?: string;
  split?: SplitKind;
  holdOut?: number;
  seed?: number;
}

/** Where drawings come from and how they are split. */
export function dataOptions(command: Command, { seed = true } = {}): Command {
  command
    .optionsGroup('Data:')
    .option(
      '--dataset <name>',
      'glyphs (generated), omniglot, or a folder of class folders of PNG or JPEG images (default: glyphs; omniglot with --data)',
    )
    .option('--data <dir>', 'where Omniglot lies, zips or folders (default: found or downloaded)')
    .addOption(
      choice('--split <how>', 'into classes to train and to test on (default: random)', [
        'random',
        'alphabets',
      ]),
    )
    .option(
      '--hold-out <n>',
      'leave so many training classes out, and evaluate and test on them: to choose recipes by (default: 0)',
      whole(1, 1e6),
    );
  if (!seed) return command;
  return command.option(
    '--seed <n>',
    'of everything that is left to chance, but the split (default: 1)',
    whole(0, 2 ** 32 - 1),
  );
}

/** The name of the data set that is asked for. */
export function datasetName(flags: DataFlags): string {
  return flags.dataset ?? (flags.data === undefined ? 'glyphs' : 'omniglot');
}

/** The flags that open the data set of a checkpoint again. */
export function dataFlagsOf(record: DatasetRecord): DataFlags {
  const { name, split, options } = record;
  const holdOut = options?.holdOut;
  return {
    dataset: name,
    split: split as SplitKind,
    ...(typeof holdOut === 'number' && { holdOut }),
  };
}
