/** Files that are either whole or not there (Node). */
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const temporary = /^\.(.+)\.(\d+)\.tmp$/;

/**
 * Writes a file so that its name always stands for a whole one: written beside it, synced to the
 * disk, renamed. On any failure the temporary file is removed and what was there before stays.
 *
 * Ours, because write-file-atomic (7.0) makes a single write call and does not look at how many
 * bytes it took: on a disk that fills up it renames a truncated file.
 * @throws what the file system throws
 */
export async function writeFileAtomic(path: string, data: Uint8Array | string): Promise<void> {
  const aside = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  let file: FileHandle | undefined;
  try {
    file = await open(aside, 'w');
    await file.writeFile(data); // writes on until all is written
    await file.sync();
    await file.close();
    file = undefined;
    await rename(aside, path);
  } catch (error) {
    await file?.close().catch(() => undefined);
    await rm(aside, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

/**
 * Makes a folder and those above it, where they are missing. (Node's own recursive mkdir never
 * returns where a file system, /proc for example, answers that a parent is missing though it is there.)
 * @returns those that were made, the outermost first
 * @throws what the file system throws
 */
export async function makeFolder(path: string): Promise<string[]> {
  try {
    await mkdir(path);
    return [path];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isFolder = await stat(path).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    if (isFolder) return [];
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    const above = await makeFolder(dirname(path));
    await mkdir(path);
    return [...above, path];
  }
}

/**
 * Removes the temporary files of processes that were killed while writing into a folder.
 * @param isOurs files that nobody else can be writing, whatever process has the number now
 */
export async function removeLeftovers(
  folder: string,
  isOurs: (name: string) => boolean,
): Promise<void> {
  for (const file of await readdir(folder)) {
    const [, name, pid] = temporary.exec(file) ?? [];
    if (!name || !pid) continue;
    // Ours are gone when the write has ended.
    const isLeft = isOurs(name) || Number(pid) === process.pid || !isAlive(Number(pid));
    if (isLeft) await rm(join(folder, file), { force: true });
  }
}

/** Makes a rename outlast a power cut; systems that cannot sync a folder do without. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** Whether there is a process of this number, on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
