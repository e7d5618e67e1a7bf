/** The folder of a training run: its checkpoints, always a whole one among them (Node). */
import { lstat, readdir, realpath, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, removeLeftovers, writeFileAtomic } from '../common/atomic-file.js';
import { inWords } from '../common/bytes.js';
import { messageOf, UserError } from '../common/errors.js';
import { fileError, runFileError } from '../common/file-errors.js';
import { KIND_BYTES } from '../common/file-kind.js';
import { checkOptions } from '../common/options.js';
import { quoted } from '../common/printable.js';
import { PlainFile } from '../common/read-file.js';
import { type Checkpoint, checkHead, parseCheckpoint, serialiseCheckpoint } from './checkpoint.js';
import { FolderLock } from './folder-lock.js';
import { headerEnd } from './safetensors.js';

const pattern = /^checkpoint-(\d{7,})\.safetensors$/;

/** A checkpoint that was read, and where. */
export interface FoundCheckpoint {
  readonly path: string;
  readonly checkpoint: Checkpoint;
  /** What is wrong with newer checkpoints that had to be passed over, a sentence each. */
  readonly skipped: readonly string[];
}

/** The file name of the checkpoint after `step` batches. */
export function checkpointName(step: number): string {
  return `checkpoint-${String(step).padStart(7, '0')}.safetensors`;
}

/** No engine has room for more. */
const LARGEST = 2 ** 32;

/**
 * Reads a checkpoint file: its header first, and the rest only if that is of a network that fits.
 * @throws UserError
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  let bytes: Uint8Array;
  let file: PlainFile | undefined;
  try {
    file = new PlainFile(path);
    const { size } = file;
    const head = file.read(0, headerEnd(file.read(0, Math.min(size, KIND_BYTES)), size, path));
    checkHead(head, size, path);
    if (size > LARGEST)
      throw new Error(`it has ${inWords(size)}, and ${inWords(LARGEST)} at most are read`);
    bytes = file.read(0, size);
  } catch (error) {
    throw fileError(error, `cannot read ${path}`);
  } finally {
    file?.close();
  }
  return parseCheckpoint(bytes, path);
}

/**
 * Writes a checkpoint file, whole or not at all.
 * @throws UserError
 */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const bytes = serialiseCheckpoint(checkpoint, path);
  try {
    await writeFileAtomic(path, bytes);
  } catch (error) {
    throw runFileError(error, path);
  }
}

/**
 * The newest whole checkpoint of a run folder; broken ones are passed over. Undefined when the
 * folder, or a checkpoint in it, is not there.
 * @throws UserError when the folder cannot be read, or all its checkpoints are broken
 */
export async function newestCheckpoint(folder: string): Promise<FoundCheckpoint | undefined> {
  const skipped: string[] = [];
  const files = await listCheckpoints(folder);
  for (let file = files.pop(); file; file = files.pop()) {
    const { path } = file;
    try {
      return { path, checkpoint: await loadCheckpoint(path), skipped };
    } catch (error) {
      // A training that goes on here has removed it: there are newer ones.
      if (!(await isThere(path))) return newestCheckpoint(folder);
      skipped.push(messageOf(error));
    }
  }
  if (skipped.length === 0) return undefined;
  throw new UserError(`${folder}: no checkpoint here is whole: ${skipped.join('; ')}`);
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
}

/**
 * The checkpoint that a path stands for: the file itself, or the newest whole one of a run folder.
 * @throws UserError
 */
export async function resolveCheckpoint(path: string): Promise<FoundCheckpoint> {
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    (error: unknown) => {
      throw fileError(error, `cannot read ${path}`);
    },
  );
  if (!isFolder) return { path, checkpoint: await loadCheckpoint(path), skipped: [] };
  const found = await newestCheckpoint(path);
  if (found) return found;
  throw new UserError(
    `${path}: there is no checkpoint in this folder (files like ${checkpointName(4000)})` +
      `${await otherWeights(path)}`,
  );
}

/** Weights of other names: whoever names their folder means one of them. */
async function otherWeights(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const weights = names.filter((name) => name.endsWith('.safetensors')).sort();
  if (weights.length === 0) return '';
  const more = weights.length > 1 ? ` (one of ${weights.length})` : '';
  return `: to use ${quoted(weights[0]!, 200)}${more}, name the file itself`;
}

export interface RunFolderOptions {
  /** Go on from what is there; without it a folder that holds checkpoints is refused. */
  readonly resume?: boolean | undefined;
  /** Checkpoints to keep, counted from the newest. */
  readonly keep?: number | undefined;
  /** The folder of the run's logs, where it is another one. */
  readonly logs?: string | undefined;
}

/** A run folder that is written to, by this process alone until it is closed. */
export class RunFolder {
  readonly path: string;
  readonly #keep: number;
  /** Of the run folder and, where they are elsewhere, of its logs. */
  readonly #locks: ReadonlyMap<string, FolderLock>;

  private constructor(path: string, keep: number, locks: ReadonlyMap<string, FolderLock>) {
    this.path = path;
    this.#keep = keep;
    this.#locks = locks;
  }

  /**
   * Makes the folder, where there is none, and finds the checkpoint to go on from.
   * @returns `found` is undefined when there is nothing to go on from, or `resume` is not set
   * @throws UserError when the folder cannot be made or written, another training is at it, or it
   *   holds the checkpoints of another run
   */
  static async open(
    path: string,
    options: RunFolderOptions = {},
  ): Promise<{ folder: RunFolder; found: FoundCheckpoint | undefined }> {
    checkOptions('RunFolder.open', options, { resume: 'boolean', keep: 'number', logs: 'string' });
    const { resume = false, keep = 2, logs } = options;
    const locks = new Map<string, FolderLock>();
    const folder = new RunFolder(path, keep, locks);
    try {
      // Now is the time to learn that a folder cannot be written, not an hour into training.
      await takeFolder(path, locks, `cannot write to ${path}`);
      if (logs !== undefined) await takeFolder(logs, locks, `cannot write logs to ${logs}`);
      const newest = (await listCheckpoints(path)).at(-1);
      if (newest && !resume) {
        throw new UserError(
          `${path} already holds a run of ${newest.step} batches: ` +
            'use --resume to go on with it, or choose another folder',
        );
      }
      const found = newest && (await newestCheckpoint(path));
      if (found) await folder.#removeOld(found.checkpoint.step); // a run that was killed before it could
      return { folder, found };
    } catch (error) {
      await folder.discard();
      throw error;
    }
  }

  /**
   * Saves a checkpoint, then removes older ones.
   * @returns its path
   * @throws UserError when it cannot be written; earlier ones are intact then
   */
  async save(checkpoint: Checkpoint): Promise<string> {
    this.check();
    const path = join(this.path, checkpointName(checkpoint.step));
    await saveCheckpoint(path, checkpoint);
    await this.#removeOld(checkpoint.step);
    return path;
  }

  /**
   * To be called before anything is written to the run's logs.
   * @throws UserError when another training has taken the folder over, which can only happen while this
   *   process is halted
   */
  check(): void {
    for (const lock of this.#locks.values()) lock.check();
  }

  /** Gives the folder free for others. */
  close(): void {
    for (const lock of this.#locks.values()) lock.release();
  }

  /** Closes a folder that was opened in vain; it goes too, unless there is something in it. */
  async discard(): Promise<void> {
    this.close();
    for (const path of this.#locks.keys()) await rmdir(path).catch(() => undefined);
  }

  async #removeOld(newest: number): Promise<void> {
    // Higher numbers than the newest can only be broken ones that were passed over: they do not
    // count as kept, and are written anew when training gets there.
    const done = (await listCheckpoints(this.path)).filter(({ step }) => step <= newest);
    for (const old of done.slice(0, -this.#keep)) await rm(old.path, { force: true });
  }
}

/** Makes a folder where there is none, and takes it for this process. */
async function takeFolder(
  path: string,
  locks: Map<string, FolderLock>,
  what: string,
): Promise<void> {
  try {
    await makeFolder(path);
    const real = await realpath(path);
    if (locks.has(real)) return;
    locks.set(real, FolderLock.take(path));
    await removeLeftovers(path, (name) => pattern.test(name));
  } catch (error) {
    await rmdir(path).catch(() => undefined); // one that was made in vain; others are not empty
    throw fileError(error, what, 'Choose another folder.');
  }
}

/** Whether there are checkpoint files in a folder; not in one that is not there. */
export function holdsCheckpoints(folder: string): Promise<boolean> {
  return readdir(folder).then(
    (names) => names.some((name) => pattern.test(name)),
    () => false,
  );
}

/** The checkpoint files of a folder by number, oldest first. */
async function listCheckpoints(folder: string): Promise<{ path: string; step: number }[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw fileError(error, `cannot read ${folder}`);
  }
  return names
    .flatMap((name) => {
      const number = pattern.exec(name)?.[1];
      return number ? [{ path: join(folder, name), step: Number(number) }] : [];
    })
    .sort((a, b) => a.step - b.step);
}
