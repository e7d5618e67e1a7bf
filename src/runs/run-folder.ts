/** The folder of a training run, which always holds an intact checkpoint (Node). */
import { lstat, readdir, realpath, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inWords } from '../common/bytes.js';
import { messageOf, UserError } from '../common/errors.js';
import { makeFolder, removeLeftovers, writeFileAtomic } from '../common/files/atomic-file.js';
import { fileError, runFileError } from '../common/files/file-errors.js';
import { KIND_BYTES } from '../common/files/file-kind.js';
import { PlainFile } from '../common/files/read-file.js';
import { checkOptions } from '../common/options.js';
import { quoted } from '../common/printable.js';
import type { Checkpoint } from '../training/state.js';
import { checkHead, parseCheckpoint, serialiseCheckpoint } from './checkpoint.js';
import { FolderLock } from './folder-lock.js';
import { headerEnd } from './safetensors.js';

const pattern = /^checkpoint-(\d{7,})\.safetensors$/;

/** A checkpoint and its path. */
export interface FoundCheckpoint {
  readonly path: string;
  readonly checkpoint: Checkpoint;
  /** Newer checkpoints that are broken: what is wrong with each, in a sentence. */
  readonly skipped: readonly string[];
}

/** The file name of the checkpoint after `step` batches. */
export function checkpointName(step: number): string {
  return `checkpoint-${String(step).padStart(7, '0')}.safetensors`;
}

/** The most bytes that fit into an engine. */
const LARGEST = 2 ** 32;

/**
 * Loads a checkpoint file: `const { config, parameters } = await loadCheckpoint('net.safetensors')`.
 *
 * The header is checked first, and the rest is read only if the network fits into memory.
 * @throws UserError if the file can't be read or is not a checkpoint
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
 * Writes a checkpoint file, completely or not at all: `await saveCheckpoint(path, checkpoint)`.
 * @throws UserError if the file can't be written, or could not be read again
 */
export function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  return write(path, checkpoint, (error) => fileError(error, `cannot write ${path}`));
}

async function write(
  path: string,
  checkpoint: Checkpoint,
  inWords: (error: unknown) => UserError,
): Promise<void> {
  const bytes = serialiseCheckpoint(checkpoint, path);
  try {
    await writeFileAtomic(path, bytes);
  } catch (error) {
    throw inWords(error);
  }
}

/**
 * The newest intact checkpoint of a run folder: `await newestCheckpoint('runs/omniglot-mann-seed1')`.
 * @returns undefined if there is no folder, or no checkpoint in it
 * @throws UserError if the folder can't be read, or all its checkpoints are broken
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
  throw new UserError(`${folder}: no checkpoint here is intact: ${skipped.join('; ')}`);
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
}

/**
 * The checkpoint of a file or run folder: `await resolveCheckpoint('runs/omniglot-mann-seed1')`. Of a folder it is the newest
 * intact one.
 * @throws UserError if there is none
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

/** Weights with other names in a folder, to suggest one of them. */
async function otherWeights(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const weights = names.filter((name) => name.endsWith('.safetensors')).sort();
  if (weights.length === 0) return '';
  const more = weights.length > 1 ? ` (one of ${weights.length})` : '';
  return `: to use ${quoted(weights[0]!, 200)}${more}, name the file itself`;
}

export interface RunFolderOptions {
  /** Resume the run in the folder. Without it a folder that holds checkpoints is refused. Default false. */
  readonly resume?: boolean | undefined;
  /** Number of newest checkpoints to keep, from 1; `Infinity` keeps all. Default 2. */
  readonly keep?: number | undefined;
  /** The folder of the run's logs, if it is another one. */
  readonly logs?: string | undefined;
}

/**
 * A run folder that this process writes to: `const { folder } = await RunFolder.open('runs/mine')`. It is locked for others
 * until it is closed.
 */
export class RunFolder {
  readonly path: string;
  readonly #keep: number;
  /** Locks of the run folder and of the folder of its logs. */
  readonly #locks: ReadonlyMap<string, FolderLock>;
  /** Folders that were made for this run, those inside others after them. */
  readonly #made: readonly string[];

  private constructor(path: string, keep: number, { locks, made }: Taken) {
    this.path = path;
    this.#keep = keep;
    this.#locks = locks;
    this.#made = made;
  }

  /**
   * Opens a run folder: `const { folder, found } = await RunFolder.open('runs/mine', { resume: true })`. It is created if
   * there is none.
   * @returns `found` is the checkpoint to resume from, or undefined
   * @throws UserError if the folder can't be created or written, is used by another training, or holds the checkpoints of
   *   another run
   */
  static async open(
    path: string,
    options: RunFolderOptions = {},
  ): Promise<{ folder: RunFolder; found: FoundCheckpoint | undefined }> {
    checkOptions('RunFolder.open', options, { resume: 'boolean', keep: 'number', logs: 'string' });
    const { resume = false, keep = 2, logs } = options;
    if (keep !== Infinity && !(Number.isInteger(keep) && keep >= 1)) {
      throw new UserError(
        `RunFolder.open: keep must be a whole number from 1, or Infinity, not ${keep}`,
      );
    }
    const taken: Taken = { locks: new Map(), made: [] };
    const folder = new RunFolder(path, keep, taken);
    try {
      // Find out now that a folder can't be written, not after an hour of training.
      await takeFolder(path, taken, `cannot write to ${path}`);
      if (logs !== undefined) await takeFolder(logs, taken, `cannot write logs to ${logs}`);
      const newest = (await listCheckpoints(path)).at(-1);
      if (newest && !resume) {
        throw new UserError(
          `${path} already holds a run of ${newest.step} batches: ` +
            'use --resume to continue it, or choose another folder',
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
   * @throws UserError if it can't be written; earlier checkpoints are intact then
   */
  async save(checkpoint: Checkpoint): Promise<string> {
    this.check();
    const path = join(this.path, checkpointName(checkpoint.step));
    await write(path, checkpoint, (error) => runFileError(error, path));
    await this.#removeOld(checkpoint.step);
    return path;
  }

  /**
   * Call this before anything is written to the run's logs.
   * @throws UserError if another training has taken over the folder, which can only happen while this process is suspended
   */
  check(): void {
    for (const lock of this.#locks.values()) lock.check();
  }

  /** Unlocks the folder. */
  close(): void {
    for (const lock of this.#locks.values()) lock.release();
  }

  /** Closes the folder, and removes it if it is empty, with those around it that were made for it. */
  async discard(): Promise<void> {
    this.close();
    const folders = [...this.#locks.keys(), ...[...this.#made].reverse()];
    for (const path of folders) await rmdir(path).catch(() => undefined);
  }

  async #removeOld(newest: number): Promise<void> {
    // Higher numbers than the newest can only be broken ones that were passed over: they do not
    // count as kept, and are written anew when training gets there.
    const done = (await listCheckpoints(this.path)).filter(({ step }) => step <= newest);
    for (const old of done.slice(0, -this.#keep)) await rm(old.path, { force: true });
  }
}

/** What a run holds of the file system. */
interface Taken {
  readonly locks: Map<string, FolderLock>;
  readonly made: string[];
}

/** Creates a folder if there is none, and locks it for this process. */
async function takeFolder(path: string, { locks, made }: Taken, what: string): Promise<void> {
  try {
    made.push(...(await makeFolder(path)));
    const real = await realpath(path);
    if (locks.has(real)) return;
    locks.set(real, FolderLock.take(path));
    await removeLeftovers(path, (name) => pattern.test(name));
  } catch (error) {
    await rmdir(path).catch(() => undefined); // one that was made in vain; others are not empty
    throw fileError(error, what, 'Choose another folder.');
  }
}

/** Whether a folder holds checkpoint files; false if there is no such folder. */
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
