/**
 * What a worker keeps on its own disk: a folder for each attempt at a run. A process that outlived its worker may still
 * write to the folder of an earlier attempt, so no attempt goes on in another's folder, but with copies of its files.
 */
import { copyFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../../common/files/atomic-file.js';
import { fileError } from '../../../common/files/file-errors.js';
import { FILE_NAMES } from '../payload.js';

/** Milliseconds after which what was left of a run that ended elsewhere is removed: a week. */
const FORGOTTEN = 7 * 24 * 3600 * 1000;
const CHECKPOINT = /^checkpoint-(\d{7,10})\.safetensors$/;
/** Of runs, and of attempts: nothing else in the folder is ours to remove. */
const RUN_FOLDER = /^[0-9a-f]{64}$/;
const ATTEMPT_FOLDER = /^\d{1,9}\.[0-9a-f]{12}$/;
/** What train-child.ts keeps beside the files that are sent. */
const KEPT = /^(run|result)\.json$/;

/** A checkpoint file. */
export interface LocalCheckpoint {
  readonly name: string;
  readonly step: number;
}

export class WorkFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Opens it, and removes what was forgotten in it.
   * @throws UserError where it can't be made
   */
  static async open(path: string): Promise<WorkFolder> {
    try {
      await makeFolder(path);
      for (const name of await readdir(path)) {
        if (!RUN_FOLDER.test(name)) continue;
        const { mtimeMs } = await stat(join(path, name));
        if (Date.now() - mtimeMs > FORGOTTEN) await rm(join(path, name), { recursive: true });
      }
    } catch (error) {
      throw fileError(error, `cannot write to ${path}`, 'Choose another folder with --folder.');
    }
    return new WorkFolder(path);
  }

  /** The folder of an attempt, which is not there yet. */
  attempt(key: string, attempt: string): string {
    return join(this.path, key, attempt);
  }

  /** The folders of earlier attempts at a run, the furthest first. */
  async earlier(key: string): Promise<{ path: string; step: number }[]> {
    const names = await readdir(join(this.path, key)).catch(() => []);
    const found: { path: string; step: number }[] = [];
    for (const name of names.filter((name) => ATTEMPT_FOLDER.test(name))) {
      const path = join(this.path, key, name);
      found.push({ path, step: (await newestCheckpoint(path))?.step ?? -1 });
    }
    return found.sort((a, b) => b.step - a.step);
  }

  /** Removes all folders of a run but one. */
  async forget(key: string, except?: string): Promise<void> {
    const parent = join(this.path, key);
    for (const name of await readdir(parent).catch(() => [])) {
      const path = join(parent, name);
      if (path !== except) await rm(path, { recursive: true, force: true }).catch(() => undefined);
    }
    if (!except) await rm(parent, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Copies what a training goes on from. What it logged may be ahead of its checkpoint, never behind. */
export async function copyRun(from: string, to: string): Promise<void> {
  const checkpoint = await newestCheckpoint(from);
  const names = (await readdir(from)).filter((name) => KEPT.test(name) || FILE_NAMES.test(name));
  await makeFolder(to);
  const isOld = (name: string) => CHECKPOINT.test(name) && name !== checkpoint?.name;
  for (const name of [checkpoint?.name, ...names]) {
    if (name && !isOld(name)) await copyFile(join(from, name), join(to, name));
  }
}

/** The checkpoint of a run folder with the highest number. */
export async function newestCheckpoint(folder: string): Promise<LocalCheckpoint | undefined> {
  const names = await readdir(folder).catch(() => []);
  return names
    .flatMap((name) => {
      const step = CHECKPOINT.exec(name)?.[1];
      return step ? [{ name, step: Number(step) }] : [];
    })
    .sort((a, b) => b.step - a.step)[0];
}
