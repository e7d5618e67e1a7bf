/**
 * Where this user's caches are (Node). Ours, because env-paths asks for the home folder when it is imported, and
 * throws where there is none: a container's user that is in no /etc/passwd, without HOME.
 */
import { accessSync, constants, lstatSync, mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { makeFolder } from '../../common/files/atomic-file.js';

/**
 * The folders where something may have been kept, the preferred one first: the one that the environment
 * variable MANN_CACHE names, and no other; else this user's cache, and a folder in the temporary folder for
 * users without a home folder that can be written.
 */
export function cacheFolders(): readonly string[] {
  if (process.env.MANN_CACHE) return [process.env.MANN_CACHE];
  return [userCache(), temporaryCache()].filter((folder) => folder !== undefined);
}

/**
 * The first of them that can be written, made where it was missing.
 * @param inner a folder in it
 * @throws why none can be
 */
export async function writableCacheFolder(inner = ''): Promise<string> {
  let reason: unknown = new Error('there is neither a home folder nor a temporary folder');
  for (const folder of cacheFolders()) {
    try {
      if (folder === temporaryCache()) makeTemporary(folder);
      await makeFolder(join(folder, inner));
      accessSync(join(folder, inner), constants.W_OK);
      return join(folder, inner);
    } catch (error) {
      reason = error;
    }
  }
  throw reason;
}

/** Where this system keeps caches; undefined for a user without a home folder. */
function userCache(): string | undefined {
  const home = homeFolder();
  const inHome = (...parts: string[]) => home && join(home, ...parts);
  switch (process.platform) {
    case 'win32': {
      const local = absolute(process.env.LOCALAPPDATA) ?? inHome('AppData', 'Local');
      return local && join(local, 'mann', 'Cache');
    }
    case 'darwin':
      return inHome('Library', 'Caches', 'mann');
    default: {
      const caches = absolute(process.env.XDG_CACHE_HOME) ?? inHome('.cache');
      return caches && join(caches, 'mann');
    }
  }
}

function homeFolder(): string | undefined {
  try {
    return absolute(homedir());
  } catch {
    return undefined; // neither HOME nor an entry in /etc/passwd
  }
}

const absolute = (path: string | undefined) => (path && isAbsolute(path) ? path : undefined);

/** Undefined where another user has taken its name: what others wrote is not to be read as ours. */
function temporaryCache(): string | undefined {
  const user = process.getuid?.();
  const folder = join(tmpdir(), user === undefined ? 'mann' : `mann-${user}`);
  try {
    const there = lstatSync(folder, { throwIfNoEntry: false });
    if (!there || user === undefined) return folder;
    const isOurs = there.isDirectory() && there.uid === user && (there.mode & 0o022) === 0;
    return isOurs ? folder : undefined;
  } catch {
    return undefined;
  }
}

function makeTemporary(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (temporaryCache() !== folder) throw new Error(`${folder} belongs to somebody else`);
}
