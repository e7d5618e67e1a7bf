/** Replaces the library's own reading of weights: the page fetches them itself, in compact form. */
import { UserError } from 'mann';

export const shippedWeights = (): URL => new URL('weights/mann.bin', document.baseURI);

export function readCheckpoint(from: string | URL): never {
  throw new UserError(`weights are given, not read from ${from}`);
}

export function readDrawing(path: string): never {
  throw new UserError(`a drawing by its path (${path}) works in Node only`);
}
