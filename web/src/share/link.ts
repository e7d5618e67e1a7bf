/** Links that hold symbols themselves, after the `#`: no server ever sees them. */
import { UserError } from 'mann';
import type { Named } from '../session/step.js';
import { base64UrlOf, bytesOfBase64Url } from './base64.js';
import { deflate, inflate } from './deflate.js';
import { damaged, pack, unpack } from './pack.js';

const START = '#s=';
/** The first byte. The others are compressed. */
const VERSION = 1;
/** Characters from the `#` on. */
const MOST_TEXT = 64 * 1024;
/** Bytes of the symbols: few compressed ones can stand for very many. */
const MOST_BYTES = 1 << 20;

/** Whether the part of an address from the `#` on says that it holds symbols: `holdsSymbols(location.hash)`. */
export const holdsSymbols = (fragment: string): boolean => fragment.startsWith(START);

/**
 * A link that opens a page with these symbols: `await linkOf(symbols, new URL('./', document.baseURI))`.
 * @param base the address of the page; what it has from the `#` on is replaced
 * @throws UserError if they can't travel: there are none or too many, two have one name, or drawings are too long; or if
 *   the browser is too old
 */
export async function linkOf(symbols: readonly Named[], base: URL): Promise<string> {
  const compressed = (await deflate(pack(symbols)))!;
  const link = new URL(base);
  link.hash = START + base64UrlOf(Uint8Array.of(VERSION, ...compressed));
  if (link.hash.length <= MOST_TEXT) return link.href;
  throw new UserError(
    `these symbols would take a link of ${Math.ceil(link.hash.length / 1024)} kB, and a link has up to ` +
      `${MOST_TEXT / 1024} kB: take away those with the most lines`,
  );
}

/**
 * The symbols in a link: `await symbolsOf(location.hash)`. Whoever made it, they are what `linkOf` could have been given.
 * @param fragment the part of the address from the `#` on
 * @throws UserError if it holds no symbols, is damaged, or is of a newer version; or if the browser is too old
 */
export async function symbolsOf(fragment: string): Promise<Named[]> {
  if (!holdsSymbols(fragment))
    throw new UserError('this link holds no symbols: it has no #s= in it');
  if (fragment.length > MOST_TEXT) throw damaged('it is too long');
  const bytes = bytesOfBase64Url(fragment.slice(START.length));
  if (!bytes || bytes.length === 0) throw damaged('it is cut off or has other characters in it');
  if (bytes[0] !== VERSION) {
    throw new UserError(
      `this link is of version ${bytes[0]}, which this page does not know: reload the page, or copy the whole link again`,
    );
  }
  return unpack(await inflated(bytes.slice(1)));
}

async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  let all: Uint8Array | undefined;
  try {
    all = await inflate(bytes, MOST_BYTES);
  } catch (error) {
    throw error instanceof UserError ? error : damaged('it is cut off or changed');
  }
  if (!all) throw damaged('it holds too much');
  return all;
}
