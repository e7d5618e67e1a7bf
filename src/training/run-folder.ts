/** The folder of a training run: its checkpoints, always a whole one among them (Node). */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, removeLeftovers, writeFileAtomic } from '../common/atomic-file.js';
import { inWords } from '../common/bytes.js';
import { messageOf, UserError } from '../common/errors.js';
import { fileError } from '../common/file-errors.js';
import { PlainFile } from '../common/read-file.js';
import { type Checkpoint, checkHead, parseCheckpoint, serialiseCheckpoint } from './checkpoint.js';
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
    const head = file.read(0, headerEnd(file.read(0, Math.min(size, 8)), size, path));
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
    throw fileError(error, `cannot write ${path}`, 'Earlier checkpoints are intact.');
  }
}

/**
 * The newest whole checkpoint of a run folder; broken ones are passed over. Undefined when the
 * folder, or a checkpoint in it, is not there.
 * @throws UserError when the folder cannot be read, or all its checkpoints are broken
 */
export async function newestCheckpoint(folder: string): Promise<FoundCheckpoint | undefined> {
  const skipped: string[] = [];
  for (const { path } of (await listCheckpoints(folder)).reverse()) {
    try {
      return { path, checkpoint: await loadCheckpoint(path), skipped };
    } catch (error) {
      skipped.push(messageOf(error));
    }
  }
  if (skipped.length === 0) return undefined;
  throw new UserError(`${folder}: no checkpoint here is whole: ${skipped.join('; ')}`);
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
    `${path}: there is no checkpoint in this folder (files like ${checkpointName(4000)})`,
  );
}

export interface RunFolderOptions {
  /** Go on from what is there; without it a folder that holds checkpoints is refused. */
  readonly resume?: boolean;
  /** Checkpoints to keep, counted from the newest. */
  readonly keep?: number;
}

/** A run folder that is written to. */
export class RunFolder {
  readonly path: string;
  readonly #keep: number;

  private constructor(path: string, keep: number) {
    this.path = path;
    this.#keep = keep;
  }

  /**
   * Makes the folder, where there is none, and finds the checkpoint to go on from.
   * @returns `found` is undefined when there is nothing to go on from, or `resume` is not set
   * @throws UserError when the folder cannot be made or written, or holds the checkpoints of
   *   another run
   */
  static async open(
    path: string,
    { resume = false, keep = 2 }: RunFolderOptions = {},
  ): Promise<{ folder: RunFolder; found: FoundCheckpoint | undefined }> {
    try {
      await makeFolder(path);
      // Now is the time to learn that the folder cannot be written, not an hour into training.
      const probe = join(path, '.probe');
      await writeFileAtomic(probe, '');
      await rm(probe);
      await removeLeftovers(path);
    } catch (error) {
      throw fileError(error, `cannot write to ${path}`, 'Choose another folder.');
    }
    const newest = (await listCheckpoints(path)).at(-1);
    if (newest && !resume) {
      throw new UserError(
        `${path} already holds a run of ${newest.step} batches: ` +
          'use --resume to go on with it, or choose another folder',
      );
    }
    return {
      folder: new RunFolder(path, keep),
      found: newest && (await newestCheckpoint(path)),
    };
  }

  /**
   * Saves a checkpoint, then removes older ones.
   * @returns its path
   * @throws UserError when it cannot be written; earlier ones are intact then
   */
  async save(checkpoint: Checkpoint): Promise<string> {
    const path = join(this.path, checkpointName(checkpoint.step));
    await saveCheckpoint(path, checkpoint);
    // Higher numbers than this one's can only be broken ones that were passed over: they do not
    // count as kept, and are written anew when training gets there.
    const done = (await listCheckpoints(this.path)).filter(({ step }) => step <= checkpoint.step);
    for (const old of done.slice(0, -this.#keep)) await rm(old.path, { force: true });
    return path;
  }
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
