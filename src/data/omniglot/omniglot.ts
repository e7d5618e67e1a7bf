import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { messageOf, UserError } from '../../common/errors.js';
import { checkOptions } from '../../common/options.js';
import { ATLAS_SIDE, type DataSet, type DrawingClass } from '../drawings.js';
import { decodePng } from '../pictures/png.js';
import type { LoadProgress } from '../progress.js';
import { readCache, writeCache } from './cache.js';
import { type CharacterFiles, DRAWINGS, listCharacters, stateOf } from './omniglot-files.js';
import { findOmniglot, type PartPlace } from './omniglot-places.js';

export { downloadFolder, findOmniglot } from './omniglot-places.js';

/** Side of Omniglot's images in pixels. */
const OMNIGLOT_SIDE = 105;

/**
 * SHA-256 of all images: for each class in the order of names, for each of its drawings 01 to 20, the line
 * `Alphabet/characterNN/DD` and then its pixels row after row, one bit each (1 is foreground, highest bit first, the last
 * byte filled with zeros). It does not depend on how the files are packed.
 */
export const OMNIGLOT_DIGEST = '1f4d4d29509adba761e68f9bc93beee28799c43f649436b29f7fb0e82e75c0f6';

export interface OmniglotOptions {
  /** The folder that holds the two archives or folders. Default: `./omniglot`, `./data/omniglot`, earlier downloads. */
  readonly data?: string | undefined;
  /** Side of the atlas: 35, averages of 3x3 pixels (default), or 105, the original images. */
  readonly side?: 35 | 105;
  /** Called while images are decoded; not called when they are loaded from the cache. */
  readonly onProgress?: LoadProgress | undefined;
}

/** To be increased when the same files would give another atlas. */
const VERSION = 1;

/** Milliseconds between reports of progress. */
const REPORT = 40;

type Info = Pick<DataSet, 'classes' | 'alphabets'>;

/**
 * Loads Omniglot: 1,623 characters of 50 alphabets, drawn by 20 people each (Lake et al. 2015).
 *
 * ```ts
 * const data = await loadOmniglot({ data: 'omniglot' }); // data.atlas: [32460, 35, 35]
 * ```
 * Classes are named `Alphabet/characterNN`. The first call decodes and checks all images, which takes a few seconds; the
 * result for side 35 is kept in the user's cache folder until the files change. Side 105 is decoded every time, because
 * it would take 350 MB of disk.
 * @throws UserError if it is not found, incomplete, or not Omniglot
 */
export async function loadOmniglot(options: OmniglotOptions = {}): Promise<DataSet> {
  checkOptions('loadOmniglot', options, { data: 'string', side: 'number', onProgress: 'function' });
  const { data, side = ATLAS_SIDE as 35, onProgress } = options;
  if (side !== 35 && side !== 105) throw new UserError(`side must be 35 or 105, not ${side}`);
  const parts = findOmniglot(data);
  const cacheable = side === ATLAS_SIDE;
  const key = {
    source: `omniglot ${parts.map(({ at }) => at).join(' ')}`,
    state: createHash('sha256')
      .update(JSON.stringify([VERSION, OMNIGLOT_DIGEST, parts.map(stateOf)]))
      .digest('hex'),
  };
  const cached = cacheable ? await readCache<Info>(key) : undefined;
  const { info, bytes } = cached ?? (await decodeAll(parts, side, onProgress));
  if (cacheable && !cached) await writeCache(key, { info, bytes });
  return {
    name: 'omniglot',
    classes: info.classes,
    side,
    atlas: bytes,
    digest: OMNIGLOT_DIGEST,
    ...(info.alphabets && { alphabets: info.alphabets }),
  };
}

async function decodeAll(
  parts: readonly PartPlace[],
  side: 35 | 105,
  onProgress: LoadProgress | undefined,
): Promise<{ info: Info; bytes: Uint8Array }> {
  const characters = (await Promise.all(parts.map(listPart)))
    .flat()
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const size = side * side;
  const bytes = new Uint8Array(characters.length * DRAWINGS * size);
  const hash = createHash('sha256');
  const total = characters.length * DRAWINGS;
  let reported = 0;
  let done = 0;
  for (const { name, drawings, at } of characters) {
    for (const [i, drawing] of drawings.entries()) {
      const ink = readInk(drawing.read(), `${drawing.path} in ${at}`);
      hash.update(`${name}/${String(i + 1).padStart(2, '0')}\n`).update(packed(ink));
      shrink(ink, side, bytes.subarray(done * size, ++done * size));
    }
    if (performance.now() - reported > REPORT) {
      reported = performance.now();
      onProgress?.(done, total, 'reading Omniglot');
      await nextTurn(); // lets a progress bar and Ctrl-C through
    }
  }
  onProgress?.(total, total, 'reading Omniglot');
  checkDigest(hash.digest('hex'), parts);
  return { info: describe(characters), bytes };
}

type Character = CharacterFiles & { readonly at: string; readonly part: number };

async function listPart(place: PartPlace, part: number): Promise<Character[]> {
  return (await listCharacters(place)).map((files) => ({ ...files, at: place.at, part }));
}

function describe(characters: readonly Character[]): Info {
  const indices = [...characters.keys()];
  return {
    classes: characters.map(
      ({ name }, i): DrawingClass => ({ name, first: i * DRAWINGS, count: DRAWINGS }),
    ),
    alphabets: {
      train: indices.filter((i) => characters[i]!.part === 0),
      test: indices.filter((i) => characters[i]!.part === 1),
    },
  };
}

function checkDigest(digest: string, parts: readonly PartPlace[]): void {
  if (digest === OMNIGLOT_DIGEST) return;
  throw new UserError(
    `the pictures in ${parts.map(({ at }) => at).join(' and ')} are as many as Omniglot's but not ` +
      `the same (their digest is ${digest}): download the original ones with mann data download`,
  );
}

/** [105, 105]: 1 for foreground, which is black on white in the files. */
function readInk(file: Uint8Array, where: string): Uint8Array {
  const advice = 'download Omniglot again with mann data download';
  let picture: ReturnType<typeof decodePng>;
  try {
    picture = decodePng(file);
  } catch (error) {
    throw new UserError(`${where} is not a usable picture (${messageOf(error)}): ${advice}`);
  }
  const { width, height, grey } = picture;
  if (width !== OMNIGLOT_SIDE || height !== OMNIGLOT_SIDE) {
    throw new UserError(
      `${where} is ${width}x${height} pixels, but Omniglot's drawings are ` +
        `${OMNIGLOT_SIDE}x${OMNIGLOT_SIDE}: ${advice}`,
    );
  }
  for (let i = 0; i < grey.length; i++) grey[i] = (grey[i]! >> 7) ^ 1;
  return grey;
}

/** Eight pixels a byte. */
function packed(ink: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(ink.length / 8));
  const whole = ink.length >> 3;
  for (let byte = 0, i = 0; byte < whole; byte++, i += 8) {
    bits[byte] =
      (ink[i]! << 7) |
      (ink[i + 1]! << 6) |
      (ink[i + 2]! << 5) |
      (ink[i + 3]! << 4) |
      (ink[i + 4]! << 3) |
      (ink[i + 5]! << 2) |
      (ink[i + 6]! << 1) |
      ink[i + 7]!;
  }
  for (let i = whole * 8; i < ink.length; i++) bits[whole]! |= ink[i]! << (7 - (i & 7));
  return bits;
}

/** The average of nine pixels, by how many of them are foreground. */
const LEVELS = Uint8Array.from({ length: 10 }, (_, count) => Math.round((count * 255) / 9));

/** How much of each cell is foreground, up to 255. */
function shrink(ink: Uint8Array, side: number, cells: Uint8Array): void {
  if (side === OMNIGLOT_SIDE) {
    for (let i = 0; i < ink.length; i++) cells[i] = 255 * ink[i]!;
    return;
  }
  for (let y = 0, at = 0; y < OMNIGLOT_SIDE; y++) {
    const row = Math.floor(y / 3) * side;
    for (let x = 0; x < side; x++, at += 3) {
      cells[row + x] = cells[row + x]! + ink[at]! + ink[at + 1]! + ink[at + 2]!;
    }
  }
  for (let i = 0; i < cells.length; i++) cells[i] = LEVELS[cells[i]!]!;
}
