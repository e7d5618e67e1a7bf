import type { Command } from 'commander';
import { UserError } from '../common/errors.js';
import { quoted } from '../common/printable.js';
import { holdsOmniglot } from '../data/omniglot-places.js';
import type { SplitKind } from '../data/splits.js';
import { kindOf } from '../data/walk.js';
import type { DatasetRecord } from '../training/checkpoint.js';
import { choice, whole } from './values.js';

const SPLITS: SplitKind[] = ['random', 'alphabets'];
const MOST_HELD_OUT = 1e6;

export interface DataFlags {
  dataset?: string;
  data?: string;
  split?: SplitKind;
  holdOut?: number;
  seed?: number;
}

/**
 * Where drawings come from and how they are split.
 * @param trained whether defaults are those of a training, kept with its network
 * @param splitOnly without what chance and the choice of recipes need
 */
export function dataOptions(
  command: Command,
  { trained = false, splitOnly = false } = {},
): Command {
  const byDefault = (value: unknown) => (trained ? '(default: as trained)' : `(default: ${value})`);
  command
    .optionsGroup('Data:')
    .option(
      '--dataset <name>',
      `glyphs (generated), omniglot, or a folder of class folders of PNG, JPEG, WebP or BMP images ${byDefault('glyphs')}`,
    )
    .option(
      '--data <dir>',
      'a folder of class folders of your own; or where Omniglot lies, zips or folders (default: found or downloaded)',
    )
    .addOption(
      choice(
        '--split <how>',
        `into classes to train and to test on ${byDefault('random')}`,
        SPLITS,
      ),
    );
  // Before anything else looks at them: from here on a folder of one's own is meant by `dataset`.
  command.hook('preAction', () => {
    const { dataset, data } = command.opts<DataFlags>();
    if (dataset !== undefined || data === undefined || !isOwnFolder(data)) return;
    command.setOptionValue('dataset', data);
    command.setOptionValue('data', undefined);
  });
  if (splitOnly) return command;
  return command
    .option(
      '--hold-out <n>',
      `leave so many training classes out, and evaluate and test on them: to choose recipes by ${byDefault(0)}`,
      whole(0, MOST_HELD_OUT),
    )
    .option(
      '--seed <n>',
      `of everything that is left to chance, but the split ${byDefault(1)}`,
      whole(0, 2 ** 32 - 1),
    );
}

/** Whether `--data` alone means class folders: whatever folder has nothing of Omniglot in it. */
function isOwnFolder(data: string): boolean {
  return kindOf(data) === 'folder' && !holdsOmniglot(data);
}

/** The name of the data set that is asked for. */
export function datasetName(flags: DataFlags): string {
  return flags.dataset ?? (flags.data === undefined ? 'glyphs' : 'omniglot');
}

/**
 * The flags that open the data set of a checkpoint again.
 * @param where names the checkpoint in messages
 * @throws UserError where they are none: a checkpoint is a file, and anybody may have written it
 */
export function dataFlagsOf(record: DatasetRecord, where: string): DataFlags {
  const { name, split, options } = record;
  const holdOut = options?.holdOut;
  const known = SPLITS.find((kind) => kind === split);
  if (!known)
    throw new UserError(`${where}: trained on a split that there is not: ${quoted(split)}`);
  if (holdOut === undefined) return { dataset: name, split: known };
  const count = Number(holdOut);
  if (!Number.isInteger(count) || count < 1 || count > MOST_HELD_OUT) {
    throw new UserError(
      `${where}: trained with so many classes held out as can't be: ${quoted(String(holdOut))}`,
    );
  }
  return { dataset: name, split: known, holdOut: count };
}
