import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../common/errors.js';
import { reasonOf } from '../common/file-errors.js';

/** A file found in a folder. */
export interface FoundFile {
  /** From the folder on, with `/` between folders on every system. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** When it was changed, milliseconds since 1970. */
  readonly changed: number;
}

/** What lies at a path; nothing where there is nothing, or nothing that may be looked at. */
export function kindOf(path: string): 'folder' | 'file' | undefined {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}

const MAX_DEPTH = 32;
/** Links can lead through a dozen folders in millions of ways, none of which goes round. */
const MAX_FOLDERS = 30_000;
/** Of everything that is looked at, for each picture there may be. */
const OTHERS = 10;

/**
 * The files below a folder whose names match, sorted by path; hidden ones are left out.
 * Links are followed, but no folder is entered from within itself.
 * @throws UserError where a folder cannot be read, there are more than `limit` files or far too much else
 */
export function walk(folder: string, matches: RegExp, limit: number): FoundFile[] {
  const found: FoundFile[] = [];
  let folders = 0;
  let looked = 0;
  const enter = (path: string, above: readonly string[]) => {
    const here = join(folder, path);
    let reading = here;
    try {
      if (++folders > MAX_FOLDERS) throw tooMuch(folder, MAX_FOLDERS, 'folders and links to them');
      const real = realpathSync.native(here);
      if (above.includes(real) || above.length > MAX_DEPTH) return;
      for (const entry of readdirSync(here, { withFileTypes: true })) {
        if (entry.name.startsWith('.') || entry.name === '__MACOSX') continue;
        const inner = path ? `${path}/${entry.name}` : entry.name;
        const wanted = matches.test(entry.name);
        if (entry.isDirectory()) enter(inner, [...above, real]);
        else if (wanted || entry.isSymbolicLink()) {
          reading = join(here, entry.name);
          const stats = statSync(reading, { throwIfNoEntry: false });
          if (stats?.isDirectory()) enter(inner, [...above, real]);
          else if (stats?.isFile() && wanted) {
            found.push({ path: inner, size: stats.size, changed: stats.mtimeMs });
          }
        }
        if (found.length > limit) throw tooMuch(folder, limit, 'pictures');
        if (++looked > OTHERS * limit) throw tooMuch(folder, OTHERS * limit, 'files');
      }
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(
        `${reading} cannot be read (${reasonOf(error)}): check what it is, and that you may read it`,
      );
    }
  };
  enter('', []);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function tooMuch(folder: string, limit: number, what: string): UserError {
  return new UserError(
    `${folder} holds more than ${limit.toLocaleString('en')} ${what}: give a smaller folder`,
  );
}
