import { join, resolve } from 'node:path';
import { UserError } from '../../common/errors.js';
import { fileError } from '../../common/files/file-errors.js';
import { notFolder } from '../../common/files/read-file.js';
import { kindOf } from '../folders/walk.js';
import { cacheFolders, writableCacheFolder } from './cache-places.js';

/** One half of Omniglot: a zip archive or a folder of this name. */
export interface PartShape {
  readonly name: 'images_background' | 'images_evaluation';
  readonly alphabets: number;
  readonly classes: number;
}

/** Lake's own numbers of alphabets and characters; some texts say 679 for 659, a slip of the pen. */
const PARTS: readonly [PartShape, PartShape] = [
  { name: 'images_background', alphabets: 30, classes: 964 },
  { name: 'images_evaluation', alphabets: 20, classes: 659 },
];

/** Where a half lies. */
export interface PartPlace extends PartShape {
  /** The archive or folder. */
  readonly at: string;
  readonly zipped: boolean;
}

/** The folder of the cache that downloads are in. */
const DOWNLOADS = 'omniglot';

/**
 * Where downloads go and are found again: where there are some already, else where files can be made.
 * @throws UserError where there is no such folder
 */
export async function downloadFolder(): Promise<string> {
  const found = downloadFolders().find(holdsOmniglot);
  if (found !== undefined) return found;
  try {
    return await writableCacheFolder(DOWNLOADS);
  } catch (error) {
    throw fileError(
      error,
      'cannot write to a folder for downloads',
      'Name one with --data DIR, or in the environment variable MANN_CACHE.',
    );
  }
}

const downloadFolders = () => cacheFolders().map((folder) => join(folder, DOWNLOADS));

/** Besides the folder itself: where a clone of Lake's repository and where torchvision keep them. */
const INNER = ['', 'python', 'omniglot-py'];

const HOLDS = 'images_background.zip and images_evaluation.zip';

/** Whether Omniglot, or a half of it, lies in a folder. */
export function holdsOmniglot(folder: string): boolean {
  return INNER.some((inner) => partsIn(join(folder, inner)).length > 0);
}

/**
 * Finds both halves of Omniglot.
 * @param data a folder; without it `./omniglot`, `./data/omniglot` and earlier downloads are tried
 * @throws UserError where a half is missing
 */
export function findOmniglot(data?: string): readonly PartPlace[] {
  const folders =
    data === undefined
      ? [resolve('omniglot'), resolve('data', 'omniglot'), ...downloadFolders()]
      : [resolve(data)];
  if (data !== undefined) checkFolder(folders[0]!);
  const found = folders.flatMap((folder) =>
    INNER.map((inner) => ({ folder: join(folder, inner), parts: partsIn(join(folder, inner)) })),
  );
  const whole = found.find(({ parts }) => parts.length === PARTS.length);
  if (whole) return whole.parts;
  const half = found.find(({ parts }) => parts.length > 0);
  if (half) {
    const lacking = PARTS.find(({ name }) => name !== half.parts[0]!.name)!.name;
    throw new UserError(
      `${half.folder} has ${half.parts[0]!.name} but no ${lacking}.zip (or folder ${lacking}): ` +
        'put it there too, or download both with mann data download',
    );
  }
  if (data !== undefined) {
    throw new UserError(
      `${folders[0]} does not hold Omniglot (${HOLDS}, or folders of these names): ` +
        'name the folder that does, or download it with mann data download',
    );
  }
  throw new UserError(
    `Omniglot was not found (looked in ${folders.join(', ')}): download it with mann data download, ` +
      `or name the folder of ${HOLDS} with --data DIR`,
  );
}

function checkFolder(folder: string): void {
  const kind = kindOf(folder);
  if (kind === 'folder') return;
  const instead = `--data names the folder of ${HOLDS}`;
  throw new UserError(
    kind ? notFolder(folder, folder, instead) : `${folder} does not exist: ${instead}`,
  );
}

function partsIn(folder: string): PartPlace[] {
  return PARTS.flatMap((part): PartPlace[] => {
    const at = join(folder, part.name);
    // An archive is read faster than the same files one by one.
    if (kindOf(`${at}.zip`)) return [{ ...part, at: `${at}.zip`, zipped: true }];
    return kindOf(at) === 'folder' ? [{ ...part, at, zipped: false }] : [];
  });
}
