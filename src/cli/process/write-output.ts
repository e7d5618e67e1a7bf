import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder, writeFileAtomic } from '../../common/files/atomic-file.js';
import { fileError } from '../../common/files/file-errors.js';

/**
 * Finds out whether a file can be written, before what goes into it is worked out.
 * @throws UserError
 */
export async function checkOutput(path: string): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await access(dirname(path), constants.W_OK);
    const isFolder = await stat(path)
      .then((stats) => stats.isDirectory())
      .catch(() => false);
    if (isFolder) throw Object.assign(new Error(), { code: 'EISDIR' });
  } catch (error) {
    throw fileError(error, `cannot write ${path}`);
  }
}

/** Writes a file that a person asked for, whole or not at all. */
export async function writeOutput(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await writeFileAtomic(path, content);
  } catch (error) {
    throw fileError(error, `cannot write ${path}`);
  }
}
