import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { messageOf, UserError } from '../common/errors.js';
import { readWhole } from '../common/read-file.js';
import { readCache, writeCache } from './cache.js';
import { ATLAS_SIDE, type DataSet, type DrawingClass } from './drawings.js';
import { inkOf } from './ink.js';
import { decodePicture, MAX_PICTURE_BYTES } from './picture.js';
import type { LoadProgress } from './progress.js';
import { type FoundFile, kindOf, walk } from './walk.js';

const PICTURES = /\.(png|jpe?g)$/i;
/** A million drawings fill 1.2 GB of atlas. */
const MAX_PICTURES = 1_000_000;
/** Atlases beyond this are not cached: a cache should not fill a disk. */
const MAX_CACHED_BYTES = 256 * 2 ** 20;
/** Changes when the same files would give another atlas. */
const VERSION = 1;

const LAYOUT = 'a data set is a folder of class folders, each with its PNG or JPEG pictures';

/**
 * Reads any folder of class folders of PNG or JPEG pictures: a class is any folder, however deep,
 * that has pictures in it, and its name is its path from the folder on. Drawings are sorted by file
 * name, padded to squares of {@link ATLAS_SIDE} pixels, ink 255 on ground 0 whichever way they were.
 * The result is kept in the user's cache folder until a file changes.
 * @throws UserError where the folder is missing, holds fewer than two classes or a picture that
 *   cannot be read
 */
export async function loadFolder(folder: string, onProgress?: LoadProgress): Promise<DataSet> {
  const root = resolve(folder);
  const files = findPictures(root);
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
  const classes = classesOf(files);
  const atlas = await readAtlas(root, files, onProgress);
  const digest = digestOf(classes, atlas);
  if (atlas.length <= MAX_CACHED_BYTES) {
    await writeCache(key, { info: { classes, digest }, bytes: atlas });
  }
  return { name: root, classes, side: ATLAS_SIDE, atlas, digest };
}

/** The pictures in class folders, sorted by class and name. */
function findPictures(root: string): FoundFile[] {
  const kind = kindOf(root);
  if (kind !== 'folder') {
    throw new UserError(`${root} ${kind ? 'is no folder' : 'does not exist'}: ${LAYOUT}`);
  }
  const all = walk(root, PICTURES, MAX_PICTURES);
  if (all.length === 0) {
    throw new UserError(`${root} has no PNG or JPEG pictures in it: ${LAYOUT}`);
  }
  // Pictures beside the class folders, a contact sheet for example, are in no class.
  const files = all.filter(({ path }) => path.includes('/'));
  const count = new Set(files.map(classOf)).size;
  if (count < 2) {
    throw new UserError(
      `${root} has ${count === 0 ? 'pictures but no folders of them' : `only one class of pictures (${classOf(files[0]!)})`}, ` +
        `and at least two classes are needed: ${LAYOUT}`,
    );
  }
  // By class first: sorted by path alone, `a/2.png` would come between `a/1/x.png` and `a/3/x.png`.
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return files.sort((a, b) => compare(classOf(a), classOf(b)) || compare(a.path, b.path));
}

function classOf({ path }: FoundFile): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function classesOf(files: readonly FoundFile[]): DrawingClass[] {
  const classes: { name: string; first: number; count: number }[] = [];
  for (const [first, file] of files.entries()) {
    const name = classOf(file);
    const last = classes.at(-1);
    if (last?.name === name) last.count++;
    else classes.push({ name, first, count: 1 });
  }
  return classes;
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
        `${file} cannot be used as a drawing (${messageOf(error)}): repair it or move it away`,
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
