import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../common/errors.js';
import { reasonOf } from '../../common/files/file-errors.js';
import { isSystemFile, isSystemFolder } from './system-files.js';
import { Kinds, Tally } from './tally.js';

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

/** What is below a folder. */
export interface Listing {
  /** The files whose names match, sorted by path. */
  readonly files: FoundFile[];
  /** Folders without such a file, in which one might be expected: those without folders in them, or with other pictures. */
  readonly bare: readonly { readonly path: string; readonly holds: Kinds }[];
  /** Files whose names do not match, and what is no file: pipes, links that lead nowhere. */
  readonly others: Tally;
  readonly kinds: Kinds;
  /** Folders that systems leave about; hidden ones do not count. */
  readonly system: Tally;
}

/** Pictures that are not read: whoever has them in a folder means it for a class. */
const OTHER_PICTURES =
  /^\.(gif|tiff?|hei[cf]|avif|jxl|jp2|svg|psd|ico|p[bgnp]m|tga|raw|dng|cr2|nef|arw)$/i;

/**
 * Looks at all files below a folder. Hidden ones, and what systems leave about, are left out. Links are followed, but
 * no folder is entered from within itself.
 * @param matches names of the files that are looked for
 * @throws UserError where a folder cannot be read, there are more than `limit` files or far too much else
 */
export function survey(folder: string, matches: RegExp, limit: number): Listing {
  const files: FoundFile[] = [];
  const bare: { path: string; holds: Kinds }[] = [];
  const [others, system, kinds] = [new Tally(), new Tally(), new Kinds()];
  let folders = 0;
  let looked = 0;
  const enter = (path: string, above: readonly string[]) => {
    const here = join(folder, path);
    let reading = here;
    let inner = 0;
    const holds = new Kinds();
    const before = files.length;
    let own = 0;
    try {
      if (++folders > MAX_FOLDERS) throw tooMuch(folder, MAX_FOLDERS, 'folders and links to them');
      const real = realpathSync.native(here);
      if (above.includes(real)) return;
      if (above.length > MAX_DEPTH) return others.add(path);
      const enterInner = (name: string, path: string) => {
        if (isSystemFolder(name)) {
          if (!name.startsWith('.')) system.add(path);
          return;
        }
        inner++;
        enter(path, [...above, real]);
      };
      for (const entry of readdirSync(here, { withFileTypes: true })) {
        const { name } = entry;
        const at = path ? `${path}/${name}` : name;
        if (++looked > OTHERS * limit) throw tooMuch(folder, OTHERS * limit, 'files');
        if (entry.isDirectory()) {
          enterInner(name, at);
          continue;
        }
        if (isSystemFile(name)) continue;
        const wanted = matches.test(name);
        reading = join(here, name);
        const isLink = entry.isSymbolicLink();
        const stats = wanted || isLink ? statSync(reading, { throwIfNoEntry: false }) : undefined;
        if (stats?.isDirectory()) enterInner(name, at);
        else if (stats?.isFile() && wanted) {
          own++;
          files.push({ path: at, size: stats.size, changed: stats.mtimeMs });
          if (files.length > limit) throw tooMuch(folder, limit, 'pictures');
        } else {
          others.add(at);
          kinds.add(wanted ? '' : name);
          holds.add(wanted ? '' : name);
        }
      }
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(
        `${reading} cannot be read (${reasonOf(error)}): check what it is, and that you may read it`,
      );
    }
    const isLeaf = inner === 0 && files.length === before;
    if (path !== '' && own === 0 && (isLeaf || holds.has(OTHER_PICTURES)))
      bare.push({ path, holds });
  };
  enter('', []);
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  bare.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, bare, others, kinds, system };
}

/** Only the files, of {@link survey}. */
export function walk(folder: string, matches: RegExp, limit: number): FoundFile[] {
  return survey(folder, matches, limit).files;
}

function tooMuch(folder: string, limit: number, what: string): UserError {
  return new UserError(
    `${folder} holds more than ${limit.toLocaleString('en')} ${what}: give a smaller folder`,
  );
}
