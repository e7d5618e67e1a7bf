import { fileURLToPath } from 'node:url';
import { messageOf, UserError } from '../common/errors.js';
import { fileError } from '../common/file-errors.js';
import { readWhole } from '../common/read-file.js';
import { decodePicture, MAX_PICTURE_BYTES, type Picture } from '../data/pictures/picture.js';
import { resolveCheckpoint } from '../runs/run-folder.js';
import type { Checkpoint } from '../training/state.js';
import { fetchCheckpoint } from './fetch.js';

/** The weights that come with the package. */
export const shippedWeights = (): URL =>
  new URL('../../models/mann-omniglot-20way.safetensors', import.meta.url);

/** A checkpoint file, the newest of a run folder, or what lies at a URL. @throws UserError */
export async function readCheckpoint(from: string | URL): Promise<Checkpoint> {
  const text = String(from);
  if (/^(https?|data|blob):/i.test(text)) return fetchCheckpoint(text);
  const path = /^file:/i.test(text) ? fileURLToPath(text) : text;
  return (await resolveCheckpoint(path)).checkpoint;
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
