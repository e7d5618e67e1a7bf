import { realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../common/errors.js';
import { reasonOf } from '../../common/files/file-errors.js';
import { readWhole } from '../../common/files/read-file.js';
import { isInSystemFolder } from '../folders/system-files.js';
import { walk } from '../folders/walk.js';
import type { Readable } from './archive.js';
import type { PartPlace } from './omniglot-places.js';

/** Drawings of each character, by 20 people. */
export const DRAWINGS = 20;

const MAX_FILES = 100_000;
/** Omniglot's drawings have 200. */
const MAX_FILE_BYTES = 2 ** 20;

/** A character: its drawings, in the order of the people who made them. */
export interface CharacterFiles {
  /** `Alphabet/characterNN` */
  readonly name: string;
  readonly drawings: readonly Readable[];
}

/** ALPHABET/characterNN/CCCC_DD.png at the end of a path: character CCCC, drawn by person DD. */
const DRAWING = /(?:^|\/)([^/]+\/character\d\d)\/\d{4}_(\d\d)\.png$/;

const ADVICE = 'download Omniglot again with mann data download';

/** The zip reader is loaded only where there is a zip: it would cost every start of the library. */
async function listArchive(path: string): Promise<Readable[]> {
  const { openArchive } = await import('./archive.js');
  return openArchive(path);
}

/**
 * Lists a half of Omniglot, its classes sorted by name.
 * @throws UserError where it is not all there, or not Omniglot
 */
export async function listCharacters(part: PartPlace): Promise<CharacterFiles[]> {
  const files = part.zipped ? await listArchive(part.at) : listFolder(part.at);
  const classes = new Map<string, Map<string, Readable>>();
  for (const file of files) {
    const [, name, drawing] = DRAWING.exec(file.path) ?? [];
    if (!name || !drawing || isInSystemFolder(file.path)) continue;
    const drawings = classes.get(name) ?? new Map<string, Readable>();
    if (drawings.has(drawing)) {
      throw new UserError(`${part.at} has drawing ${drawing} of ${name} twice: ${ADVICE}`);
    }
    classes.set(name, drawings.set(drawing, file));
  }
  checkShape(part, classes);
  return [...classes.keys()].sort().map((name) => {
    const drawings = classes.get(name)!;
    return { name, drawings: [...drawings.keys()].sort().map((key) => drawings.get(key)!) };
  });
}

function checkShape(
  { at, name, alphabets, classes }: PartPlace,
  found: ReadonlyMap<string, ReadonlyMap<string, Readable>>,
): void {
  if (found.size === 0) {
    throw new UserError(
      `${at} has none of Omniglot's drawings (ALPHABET/characterNN/CCCC_DD.png), ` +
        `so it is not the ${name} that it should be: ${ADVICE}`,
    );
  }
  const alphabetsFound = new Set([...found.keys()].map((key) => key.split('/')[0]!)).size;
  if (alphabetsFound !== alphabets || found.size !== classes) {
    throw new UserError(
      `${at} has ${alphabetsFound} alphabets with ${found.size} characters, ` +
        `but Omniglot's ${name} has ${alphabets} with ${classes}: ${ADVICE}`,
    );
  }
  for (const [character, { size }] of found) {
    if (size !== DRAWINGS) {
      throw new UserError(
        `the class ${character} in ${at} has ${size} drawings instead of ${DRAWINGS}: ${ADVICE}`,
      );
    }
  }
}

function listFolder(folder: string): Readable[] {
  return walk(folder, /\.png$/, MAX_FILES).map(({ path }) => ({
    path,
    read: () => {
      try {
        return readWhole(join(folder, path), MAX_FILE_BYTES);
      } catch (error) {
        throw new UserError(
          `${join(folder, path)} cannot be read (${reasonOf(error)}): check that you may read it`,
        );
      }
    },
  }));
}

/** What changes when the files of a half change: sizes and times. */
export function stateOf({ at, zipped }: PartPlace): unknown {
  if (!zipped) return walk(at, /\.png$/, MAX_FILES);
  const { size, mtimeMs } = statSync(at);
  return [realpathSync(at), size, mtimeMs];
}
