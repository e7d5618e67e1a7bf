/** Folders of pictures as `mann classify` takes them. */
import { join } from 'node:path';
import { UserError } from '../common/errors.js';
import { kindOf, walk } from '../data/walk.js';

const PICTURES = /\.(png|jpe?g)$/i;
const MANY = 100_000;

/** A class folder: its name from the given folder on, and the paths of its pictures. */
export interface ClassFolder {
  readonly label: string;
  readonly files: readonly string[];
}

/**
 * The class folders in a folder, sorted by name.
 * @throws UserError where there is none
 */
export function classFolders(folder: string): ClassFolder[] {
  checkFolder(folder, '--support');
  const classes = new Map<string, string[]>();
  const all = walk(folder, PICTURES, MANY);
  for (const { path } of all) {
    const end = path.lastIndexOf('/');
    if (end < 0) continue; // beside the class folders: of no class
    const label = path.slice(0, end);
    const files = classes.get(label) ?? [];
    files.push(join(folder, path));
    classes.set(label, files);
  }
  if (classes.size === 0) {
    throw new UserError(
      `--support ${folder} has ${all.length > 0 ? 'pictures but no folders of them' : 'no PNG or JPEG pictures in it'}: ` +
        'it must hold a folder for each class, with one or more pictures in it',
    );
  }
  return [...classes]
    .map(([label, files]) => ({ label, files }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
}

/**
 * The pictures right in a folder, sorted by name.
 * @throws UserError where there is none
 */
export function picturesIn(folder: string): string[] {
  checkFolder(folder, '--query');
  const all = walk(folder, PICTURES, MANY);
  const files = all.filter(({ path }) => !path.includes('/'));
  if (files.length === 0) {
    throw new UserError(
      `--query ${folder} has no PNG or JPEG pictures${all.length > 0 ? ' (but folders with some)' : ''}: ` +
        'it must hold the pictures to classify, without folders',
    );
  }
  return files.map(({ path }) => join(folder, path));
}

function checkFolder(folder: string, flag: string): void {
  const kind = kindOf(folder);
  if (kind === 'folder') return;
  throw new UserError(`${flag} ${folder} ${kind ? 'is no folder' : 'does not exist'}`);
}
