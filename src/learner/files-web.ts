import { UserError } from '../common/errors.js';
import type { Picture } from '../data/grey.js';
import type { Checkpoint } from '../training/checkpoint.js';
import { fetchCheckpoint } from './fetch.js';

/** The weights that come with the package; bundlers know this form and copy the file. */
export const shippedWeights = (): URL =>
  new URL('../../models/mann-omniglot-5way.safetensors', import.meta.url);

/** What lies at a URL. @throws UserError */
export function readCheckpoint(from: string | URL): Promise<Checkpoint> {
  return fetchCheckpoint(String(from));
}

/** Browsers have no files. @throws UserError */
export function readDrawing(path: string): Picture {
  throw new UserError(
    `a drawing by its path (${path}) works in Node only: draw it on a canvas and give that`,
  );
}
