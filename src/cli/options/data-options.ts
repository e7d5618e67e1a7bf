import type { Command } from 'commander';
import { UserError } from '../../common/errors.js';
import { quoted } from '../../common/printable.js';
import { kindOf } from '../../data/folders/walk.js';
import { holdsOmniglot } from '../../data/omniglot/omniglot-places.js';
import type { SplitKind } from '../../data/splits.js';
import type { DatasetRecord } from '../../tasks/task.js';
import { type TaskFlags, taskFlagsOf } from './task-options.js';
import { choice, whole } from './values.js';

const SPLITS: SplitKind[] = ['random', 'alphabets'];
const MOST_HELD_OUT = 1e6;
/** More glyphs than this take minutes and gigabytes. */
const MOST_CHARACTERS = 20_000;

export interface DataFlags extends TaskFlags {
  dataset?: string;
  data?: string;
  split?: SplitKind;
  holdOut?: number;
  seed?: number;
  /** Which glyphs a network was trained on, where they are not the usual ones. There is no flag for it. */
  characters?: Characters;
}

/** Arguments of `glyphs()`. */
interface Characters {
  readonly classes: number;
  readonly seed: number;
}

/**
 * Where drawings come from and how they are split.
 * @param trained whether the defaults are those of a training, which its checkpoint records
 * @param splitOnly without --hold-out and --seed
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
      `glyphs (generated), omniglot, or a folder with one subfolder of images (PNG, JPEG, WebP, BMP) per class ${byDefault('glyphs')}`,
    )
    .option(
      '--data <dir>',
      'the folder of Omniglot, zipped or not, or a folder with one subfolder of images per class ' +
        '(default: ./omniglot, ./data/omniglot, or a download)',
    )
    .addOption(
      choice(
        '--split <how>',
        `split into training and test classes: random, or by the alphabets of Omniglot ${byDefault('random')}`,
        SPLITS,
      ),
    );
  // Before any other code reads them: from here on `dataset` may be the user's own folder.
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
      `hold out n training classes for validation: evaluate and test on them instead of the test classes ${byDefault(0)}`,
      whole(0, MOST_HELD_OUT),
    )
    .option(
      '--seed <n>',
      `random seed; it does not affect the split ${byDefault(1)}`,
      whole(0, 2 ** 32 - 1),
    );
}

/** Whether `--data` alone means class folders: whatever folder has nothing of Omniglot in it. */
function isOwnFolder(data: string): boolean {
  return kindOf(data) === 'folder' && !holdsOmniglot(data);
}

/** The name of the data set that is asked for. */
export function datasetName(flags: DataFlags): string {
  if (flags.task === 'regression' || flags.task === 'copy') return flags.task;
  return flags.dataset ?? (flags.data === undefined ? 'glyphs' : 'omniglot');
}

/**
 * The flags that open the data set of a checkpoint again.
 * @param where names the checkpoint in messages
 * @throws UserError where they are none: a checkpoint is a file, and anybody may have written it
 */
export function dataFlagsOf(record: DatasetRecord, where: string): DataFlags {
  const { name, split, options } = record;
  const task = { ...taskFlagsOf(record, where), ...charactersOf(record, where) };
  if (task.task !== undefined) return task;
  const holdOut = options?.holdOut;
  const known = SPLITS.find((kind) => kind === split);
  if (!known) throw new UserError(`${where}: trained on an unknown split: ${quoted(split)}`);
  if (holdOut === undefined) return { ...task, dataset: name, split: known };
  const count = Number(holdOut);
  if (!Number.isInteger(count) || count < 1 || count > MOST_HELD_OUT) {
    throw new UserError(
      `${where}: trained with an impossible number of held-out classes: ${quoted(String(holdOut))}`,
    );
  }
  return { ...task, dataset: name, split: known, holdOut: count };
}

/** The page trains on glyphs of its own, fewer and by another random seed, and records both. */
function charactersOf(
  { name, options }: DatasetRecord,
  where: string,
): Pick<DataFlags, 'characters'> {
  if (name !== 'glyphs' || options?.characters === undefined) return {};
  const [classes, seed] = [Number(options.characters), Number(options.charactersSeed ?? 0)];
  if (
    Number.isInteger(classes) &&
    classes >= 2 &&
    classes <= MOST_CHARACTERS &&
    Number.isSafeInteger(seed)
  ) {
    return { characters: { classes, seed } };
  }
  throw new UserError(
    `${where}: trained on impossible glyphs: ${quoted(String(options.characters))} characters of seed ` +
      quoted(String(options.charactersSeed)),
  );
}
