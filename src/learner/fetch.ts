import { messageOf, UserError } from '../common/errors.js';
import { parseCheckpoint } from '../runs/checkpoint.js';
import type { Checkpoint } from '../training/state.js';

/** The checkpoint at a URL. @throws UserError */
export async function fetchCheckpoint(url: string): Promise<Checkpoint> {
  let bytes: ArrayBuffer;
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`the server says ${response.status}`);
    // Servers of single-page applications answer every address with their page.
    const isPage = response.headers.get('content-type')?.startsWith('text/html');
    if (isPage) throw new Error('the server gives a web page, as if the file were not there');
    bytes = await response.arrayBuffer();
  } catch (error) {
    throw new UserError(`cannot fetch ${url}: ${messageOf(error)}`, { cause: error });
  }
  return parseCheckpoint(new Uint8Array(bytes), url);
}
