/** Whether a folder takes what is written to it. */
import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from '../../../common/files/file-errors.js';

/** Bytes that must fit: less than a checkpoint of most networks, more than what a full disk has left. */
const PROBE = 2 * 1024 * 1024;

/**
 * Tries it: `const why = await troubleWriting('mann-worker')`. Asking how much is free would not know of quotas, of
 * read-only file systems or of what is kept for root.
 * @returns why not, in words, or undefined
 */
export async function troubleWriting(folder: string): Promise<string | undefined> {
  const path = join(folder, `.probe.${randomUUID()}.tmp`);
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(Buffer.alloc(PROBE));
      await file.sync();
    } finally {
      await file.close();
    }
    return undefined;
  } catch (error) {
    return reasonOf(error);
  } finally {
    await rm(path, { force: true }).catch(() => undefined);
  }
}
