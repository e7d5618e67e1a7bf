/**
 * Where files of runs are between machines. A file belongs to an attempt: no two attempts write to the same one, so
 * that workers which both believe they have a run can't mix theirs. Whoever fetches one checks its digest.
 */
import { createHash } from 'node:crypto';
import { UserError } from '../../../common/errors.js';
import type { StoredFile } from '../payload.js';

export interface Store {
  /**
   * Keeps a file: `await store.put(key, path, { name: 'log.csv', attempt, number: 0 })`.
   * @throws UserError where it is too large
   */
  put(
    key: string,
    path: string,
    file: Pick<StoredFile, 'name' | 'attempt' | 'number'>,
    signal?: AbortSignal,
  ): Promise<StoredFile>;
  /**
   * Writes a kept file to a path, whole or not at all.
   * @throws UserError where it is not there, or not what was kept
   */
  get(key: string, file: StoredFile, path: string, signal?: AbortSignal): Promise<void>;
  remove(key: string, file: StoredFile): Promise<void>;
  /** Removes everything of a run. */
  clear(key: string): Promise<void>;
}

export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

/** @throws UserError where the bytes are not those that were kept */
export function checkBytes(bytes: Uint8Array, { name, bytes: size, digest }: StoredFile): void {
  if (bytes.length === size && sha256(bytes) === digest) return;
  throw new UserError(
    `${name}: what came from the other machine is not what was sent: it is refused`,
  );
}
