import { dirname } from 'node:path';
import { makeFolder, writeFileAtomic } from '../../common/files/atomic-file.js';
import { fileError } from '../../common/files/file-errors.js';

/** Writes a file that a person asked for, whole or not at all. */
export async function writeOutput(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await writeFileAtomic(path, content);
  } catch (error) {
    throw fileError(error, `cannot write ${path}`);
  }
}
