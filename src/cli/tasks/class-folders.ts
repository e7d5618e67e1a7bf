/** Folders of pictures as `mann classify` takes them. */
import { join } from 'node:path';
import { LONGEST_MESSAGE } from '../../common/errors.js';
import { printable } from '../../common/printable.js';
import { findClasses, findPictures } from '../../data/folders/class-folders.js';
import { say } from '../display/wrapped.js';

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
  const { classes, passedOver } = findClasses(folder, {
    where: `--support ${folder}`,
    limit: MANY,
    least: 1,
    layout: 'it must hold a folder for each class, with one or more pictures in it',
  });
  sayIfAny(passedOver);
  return classes.map(({ name, files }) => ({
    label: name,
    files: files.map(({ path }) => join(folder, path)),
  }));
}

/**
 * The pictures right in a folder, sorted by name.
 * @throws UserError where there is none
 */
export function picturesIn(folder: string): string[] {
  const { files, passedOver } = findPictures(folder, {
    where: `--query ${folder}`,
    limit: MANY,
    layout: 'it must hold the pictures to classify, without folders',
  });
  sayIfAny(passedOver);
  return files.map(({ path }) => join(folder, path));
}

function sayIfAny(sentence: string | undefined): void {
  if (sentence !== undefined) say(printable(sentence, LONGEST_MESSAGE));
}
