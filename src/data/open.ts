import { UserError } from '../common/errors.js';
import { notFolder } from '../common/files/read-file.js';
import { checkOptions } from '../common/options.js';
import type { DataSet } from './drawings.js';
import { loadFolder } from './folders/folders.js';
import { kindOf } from './folders/walk.js';
import { glyphs } from './glyphs.js';
import { loadOmniglot } from './omniglot/omniglot.js';
import { PICTURE_KINDS } from './pictures/picture.js';
import type { LoadProgress } from './progress.js';
import type { Split } from './splits.js';

export interface OpenOptions {
  /** `omniglot`, `glyphs`, or a folder with one subfolder of images per class. */
  readonly name: string;
  /** The folder of Omniglot. Default: `./omniglot`, `./data/omniglot`, earlier downloads. */
  readonly data?: string | undefined;
  /** Random seed of the glyphs, any integer. Default 0. It is not the seed of a training. */
  readonly seed?: number | undefined;
  /** Number of glyphs. Default 1,623. */
  readonly classes?: number | undefined;
  /** Called while images are read, if that takes time. */
  readonly onProgress?: LoadProgress | undefined;
  /** Called with a sentence about files that belong to no class. Default: a warning of the process. */
  readonly onPassedOver?: ((sentence: string) => void) | undefined;
}

const CHOICES = `omniglot, glyphs, or a folder of class folders of ${PICTURE_KINDS} pictures`;

/**
 * Opens a data set by name: `await openDataSet({ name: 'glyphs' })`. For a folder that is called `omniglot` or `glyphs`
 * write `./omniglot`.
 * @throws UserError if there is no such data set, or it can't be used
 */
export async function openDataSet(options: OpenOptions): Promise<DataSet> {
  checkOptions(
    'openDataSet',
    options,
    {
      name: 'string',
      data: 'string',
      seed: 'number',
      classes: 'number',
      onProgress: 'function',
      onPassedOver: 'function',
    },
    ['name'],
  );
  const { name, data, seed = 0, classes, onProgress, onPassedOver } = options;
  if (name === 'omniglot') return loadOmniglot({ data, onProgress });
  if (data !== undefined) {
    throw new UserError(
      `--data names the folder of omniglot, but the data set asked for is ${name}: ` +
        'leave out --data, or use --dataset omniglot',
    );
  }
  if (name === 'glyphs') return glyphs({ seed, ...(classes !== undefined && { classes }) });
  const kind = kindOf(name);
  if (kind === 'folder') return loadFolder(name, { onProgress, onPassedOver });
  throw new UserError(
    kind
      ? notFolder(name, name, `choose ${CHOICES}`)
      : `${name || 'an empty name'} is neither a data set nor a folder: choose ${CHOICES}`,
  );
}

/** A summary of a data set and its split, with the names of classes. */
export interface DataInfo {
  readonly name: string;
  readonly classes: number;
  readonly drawings: number;
  readonly digest: string;
  readonly splits: { readonly train: string[]; readonly test: string[] };
}

export function dataInfo(data: DataSet, split: Split): DataInfo {
  const names = (part: readonly number[]) => part.map((index) => data.classes[index]!.name);
  return {
    name: data.name,
    classes: data.classes.length,
    drawings: data.classes.reduce((sum, { count }) => sum + count, 0),
    digest: data.digest,
    splits: { train: names(split.train), test: names(split.test) },
  };
}
