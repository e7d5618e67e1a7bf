import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { messageOf, UserError } from '../common/errors.js';
import { fileError } from '../common/files/file-errors.js';
import { readWhole } from '../common/files/read-file.js';
import { decodePicture, MAX_PICTURE_BYTES, type Picture } from '../data/pictures/picture.js';
import { resolveCheckpoint } from '../runs/run-folder.js';
import type { Checkpoint } from '../training/state.js';
import { fetchCheckpoint } from './fetch.js';

const pretrained = (name: string): URL =>
  new URL(`../../models/${name}.safetensors`, import.meta.url);

/** The weights that a learner has where none are named. */
export const shippedWeights = (): URL => pretrained('mann-omniglot-strings');

/**
 * A checkpoint file, the newest of a run folder, what lies at a URL, or a network of the package by its name.
 * @throws UserError
 */
export async function readCheckpoint(from: string | URL): Promise<Checkpoint> {
  const text = String(from);
  if (/^(https?|data|blob):/i.test(text)) return fetchCheckpoint(text);
  const path = /^file:/i.test(text) ? fileURLToPath(text) : (pretrainedNamed(text) ?? text);
  return (await resolveCheckpoint(path)).checkpoint;
}

/** The file of the pretrained network of this name, if there is one and no file or folder that is called so. */
export function pretrainedNamed(name: string): string | undefined {
  if (!/^[\w-]+$/.test(name) || existsSync(name)) return undefined;
  const path = fileURLToPath(pretrained(name));
  return existsSync(path) ? path : undefined;
}

/** A PNG, JPEG, WebP or BMP file. @throws UserError */
export function readDrawing(path: string): Picture {
  let bytes: Uint8Array;
  try {
    bytes = readWhole(path, MAX_PICTURE_BYTES);
  } catch (error) {
    throw fileError(error, `cannot read ${path}`);
  }
  try {
    return decodePicture(bytes);
  } catch (error) {
    throw new UserError(`${path} cannot be used as a drawing: ${messageOf(error)}`);
  }
}
