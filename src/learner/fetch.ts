import { messageOf, UserError } from '../common/errors.js';
import { type Checkpoint, parseCheckpoint } from '../training/checkpoint.js';

/** The checkpoint at a URL. @throws UserError */
export async function fetchCheckpoint(url: string): Promise<Checkpoint> {
  let bytes: ArrayBuffer;
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`the server says ${response.status}`);
    bytes = await response.arrayBuffer();
  } catch (error) {
    throw new UserError(`cannot fetch ${url}: ${messageOf(error)}`, { cause: error });
  }
  return parseCheckpoint(new Uint8Array(bytes), url);
}
