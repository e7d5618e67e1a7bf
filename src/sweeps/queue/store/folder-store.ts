/** Files in a folder that all machines have, such as one on NFS. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../../common/errors.js';
import { makeFolder, writeFileAtomic } from '../../../common/files/atomic-file.js';
import { fileError } from '../../../common/files/file-errors.js';
import type { StoredFile } from '../payload.js';
import { readFile } from './queue-store.js';
import { checkBytes, type Store, sha256 } from './store.js';

export class FolderStore implements Store {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(
    key: string,
    path: string,
    { name, attempt, number }: Pick<StoredFile, 'name' | 'attempt' | 'number'>,
  ): Promise<StoredFile> {
    const bytes = readFile(path);
    const file = { name, attempt, number, bytes: bytes.length, digest: sha256(bytes) };
    await this.#writing(() => makeFolder(this.#folderOf(key, attempt)));
    await this.#writing(() => writeFileAtomic(this.#pathOf(key, file), bytes));
    return file;
  }

  async get(key: string, file: StoredFile, path: string): Promise<void> {
    const bytes = readFile(this.#pathOf(key, file));
    checkBytes(bytes, file);
    await writeFileAtomic(path, bytes).catch((error) => {
      throw fileError(error, `cannot write ${path}`);
    });
  }

  async remove(key: string, file: StoredFile): Promise<void> {
    await this.#writing(() => rm(this.#pathOf(key, file), { force: true }));
  }

  async clear(key: string): Promise<void> {
    await this.#writing(() => rm(join(this.#folder, key), { recursive: true, force: true }));
  }

  #folderOf(key: string, attempt: string): string {
    return join(this.#folder, key, attempt);
  }

  #pathOf(key: string, { attempt, number, name }: StoredFile): string {
    return join(this.#folderOf(key, attempt), `${number}-${name}`);
  }

  async #writing(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw fileError(error, `cannot write to the shared folder ${this.#folder}`);
    }
  }
}
