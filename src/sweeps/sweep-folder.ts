/** The folder of a sweep (Node): one process at a time writes to it, and the runs in it are those of its file. */
import { existsSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../common/errors.js';
import { makeFolder, writeFileAtomic } from '../common/files/atomic-file.js';
import { fileError, runFileError } from '../common/files/file-errors.js';
import { FolderLock } from '../runs/folder-lock.js';
import { holdsCheckpoints } from '../runs/run-folder.js';
import { folderName } from './file/combinations.js';
import type { PlannedRun } from './run.js';
import { checkRunFolder } from './run-files.js';

/** Says which runs a sweep has. */
const SWEEP_FILE = 'sweep.json';

/** A sweep's folder that this process writes to. */
export class SweepFolder {
  readonly #lock: FolderLock;

  private constructor(
    readonly path: string,
    lock: FolderLock,
  ) {
    this.#lock = lock;
  }

  /**
   * Opens the folder of a sweep: `await SweepFolder.open('runs/seeds', runs, { resume: true })`. It is made if there is none,
   * and locked for others until it is closed.
   * @throws UserError if it can't be written, if another process works in it, if it holds a sweep already and `resume` is not
   *   set, or a run of the same name and another configuration
   */
  static async open(
    path: string,
    runs: readonly PlannedRun[],
    { resume = false } = {},
  ): Promise<SweepFolder> {
    let lock: FolderLock;
    try {
      await makeFolder(path);
      lock = FolderLock.take(path);
    } catch (error) {
      throw fileError(error, `cannot write to ${path}`, 'Choose another folder.');
    }
    const folder = new SweepFolder(path, lock);
    try {
      await folder.#check(runs, resume);
      await folder.#write(runs);
      return folder;
    } catch (error) {
      folder.close();
      await rmdir(path).catch(() => undefined); // others are not empty
      throw error;
    }
  }

  async #check(runs: readonly PlannedRun[], resume: boolean): Promise<void> {
    if (!resume && existsSync(join(this.path, SWEEP_FILE))) {
      throw new UserError(
        `${this.path} already holds a sweep: use --resume to continue it, or choose another folder`,
      );
    }
    if (await holdsCheckpoints(this.path)) {
      throw new UserError(`${this.path} is the folder of a single run: choose another one`);
    }
    for (const run of runs) await checkRunFolder(run, this.folderOf(run));
  }

  async #write(runs: readonly PlannedRun[]): Promise<void> {
    const path = join(this.path, SWEEP_FILE);
    const listed = runs.map(({ name, digest, args }) => ({ name, digest, args }));
    try {
      await writeFileAtomic(path, `${JSON.stringify({ runs: listed }, undefined, 1)}\n`);
    } catch (error) {
      throw runFileError(error, path);
    }
  }

  folderOf({ name }: Pick<PlannedRun, 'name'>): string {
    return join(this.path, folderName(name));
  }

  /** Unlocks the folder. */
  close(): void {
    this.#lock.release();
  }
}
