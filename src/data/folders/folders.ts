import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LONGEST_MESSAGE, messageOf, UserError } from '../../common/errors.js';
import { readWhole } from '../../common/files/read-file.js';
import { checkOptions } from '../../common/options.js';
import { printable } from '../../common/printable.js';
import { ATLAS_SIDE, type DataSet, type DrawingClass } from '../drawings.js';
import { inkOf } from '../ink.js';
import { readCache, writeCache } from '../omniglot/cache.js';
import { decodePicture, MAX_PICTURE_BYTES, PICTURE_KINDS } from '../pictures/picture.js';
import type { LoadProgress } from '../progress.js';
import { type ClassFolder, findClasses } from './class-folders.js';
import type { FoundFile } from './walk.js';

/** A million drawings fill 1.2 GB of atlas. */
const MAX_PICTURES = 1_000_000;
/** Larger atlases are not cached: a cache should not fill a disk. */
const MAX_CACHED_BYTES = 256 * 2 ** 20;
/** To be increased when the same files would give another atlas. */
const VERSION = 2;

const LAYOUT = `a data set is a folder of class folders, each with its ${PICTURE_KINDS} pictures`;

export interface FolderOptions {
  /** Called while images are read, if that takes time. */
  readonly onProgress?: LoadProgress | undefined;
  /**
   * Called with a sentence about files that belong to no class: other kinds of files, and images outside the class folders.
   * Default: a warning of the process (`process.emitWarning`).
   */
  readonly onPassedOver?: ((sentence: string) => void) | undefined;
}

/**
 * Loads a folder with one subfolder of images (PNG, JPEG, WebP, BMP) per class.
 *
 * ```ts
 * const data = await loadFolder('symbols'); // data.atlas: [drawings, 35, 35]
 * ```
 * Every folder with images in it, at any depth, is a class, named by its path within `folder`. Images are sorted by
 * file name, rotated as Exif says, padded to squares and resized to {@link ATLAS_SIDE} pixels, with foreground 255 and
 * background 0 for dark on light and for light on dark. Hidden folders and folders of the system (`@eaDir`, `__MACOSX`) are
 * ignored. The result is kept in the user's cache folder until a file changes.
 * @throws UserError if the folder is missing, has fewer than two classes or a class without images, or if an image
 *   can't be read
 */
export async function loadFolder(
  folder: string,
  options: FolderOptions | LoadProgress = {},
): Promise<DataSet> {
  const given: FolderOptions = typeof options === 'function' ? { onProgress: options } : options;
  checkOptions('loadFolder', given, { onProgress: 'function', onPassedOver: 'function' });
  const { onProgress, onPassedOver = warn } = given;
  const root = resolve(folder);
  const { classes: found, passedOver } = findClasses(root, {
    ...{ where: root, limit: MAX_PICTURES, least: 2, layout: LAYOUT },
  });
  if (passedOver !== undefined) onPassedOver(printable(passedOver, LONGEST_MESSAGE));
  const files = found.flatMap((one) => one.files);
  const key = {
    source: `folder ${root}`,
    state: createHash('sha256')
      .update(JSON.stringify([VERSION, files]))
      .digest('hex'),
  };
  const cached = await readCache<Pick<DataSet, 'classes' | 'digest'>>(key);
  if (cached) {
    return { name: root, ...cached.info, side: ATLAS_SIDE, atlas: cached.bytes };
  }
  const classes = classesOf(found);
  const atlas = await readAtlas(root, files, onProgress);
  const digest = digestOf(classes, atlas);
  if (atlas.length <= MAX_CACHED_BYTES) {
    await writeCache(key, { info: { classes, digest }, bytes: atlas });
  }
  return { name: root, classes, side: ATLAS_SIDE, atlas, digest };
}

function warn(sentence: string): void {
  process.emitWarning(sentence, 'MannWarning');
}

function classesOf(found: readonly ClassFolder[]): DrawingClass[] {
  let first = 0;
  return found.map(({ name, files }) => {
    const drawn = { name, first, count: files.length };
    first += files.length;
    return drawn;
  });
}

async function readAtlas(
  root: string,
  files: readonly FoundFile[],
  onProgress?: LoadProgress,
): Promise<Uint8Array> {
  const size = ATLAS_SIDE ** 2;
  const atlas = new Uint8Array(files.length * size);
  for (const [i, { path }] of files.entries()) {
    const file = join(root, path);
    try {
      const picture = decodePicture(readWhole(file, MAX_PICTURE_BYTES));
      atlas.set(inkOf(picture, ATLAS_SIDE), i * size);
    } catch (error) {
      throw new UserError(
        `${file} cannot be used as a drawing (${messageOf(error)}): repair or remove it`,
      );
    }
    if (onProgress && i % 32 === 31) {
      onProgress(i + 1, files.length, `reading ${root}`);
      await nextTurn();
    }
  }
  onProgress?.(files.length, files.length, `reading ${root}`);
  return atlas;
}

/** Of names, counts and pixels: it does not depend on how or where the pictures are stored. */
function digestOf(classes: readonly DrawingClass[], atlas: Uint8Array): string {
  const hash = createHash('sha256');
  for (const { name, count } of classes) hash.update(`${name}\n${count}\n`);
  return hash.update(atlas).digest('hex');
}
