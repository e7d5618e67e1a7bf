import { UserError } from '../common/errors.js';
import type { Picture } from '../data/grey.js';
import type { Checkpoint } from '../training/state.js';
import { fetchCheckpoint } from './fetch.js';

/** The weights that come with the package. */
export function shippedWeights(): URL {
  try {
    // Bundlers know this very form, and copy the file.
    return inPackage(new URL('../../models/mann-omniglot-strings.safetensors', import.meta.url));
  } catch {
    // import.meta is empty in bundles that are no modules.
    return new URL(
      'models/mann-omniglot-strings.safetensors',
      globalThis.document?.baseURI ?? location.href,
    );
  }
}

/**
 * Vite's dev server bundles packages beforehand, into a folder such as `node_modules/.vite/deps`, and leaves
 * their files where they are: then the address leads past the package.
 */
function inPackage(url: URL): URL {
  const [, before, after] = /^(.*\/node_modules\/)(.*)$/.exec(url.href) ?? [];
  const file = 'models/mann-omniglot-strings.safetensors';
  const isPast = after === file || (after?.startsWith('.') && after.endsWith(`/${file}`));
  return isPast ? new URL(`${before}mann/${file}`) : url;
}

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
