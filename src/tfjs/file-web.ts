import { messageOf, UserError } from '../common/errors.js';
import { type Checkpoint, parseCheckpoint } from '../training/checkpoint.js';

/** The checkpoint at a URL. @throws UserError */
export async function readCheckpointFile(url: string): Promise<Checkpoint> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new UserError(`cannot fetch ${url}: ${messageOf(error)}`);
  }
  if (!response.ok) throw new UserError(`cannot fetch ${url}: ${response.status}`);
  return parseCheckpoint(new Uint8Array(await response.arrayBuffer()), url);
}
