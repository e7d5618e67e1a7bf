import { inWords } from '../common/bytes.js';
import { UserError } from '../common/errors.js';

/** Bytes that an engine may use: as much as WebAssembly can address. */
const ROOM = 2 ** 32;

/**
 * Checks that what is asked for can be had, before any of it is set aside: sizes may come from a file.
 * @param bytes that work takes
 * @throws UserError
 */
export function checkRoom(bytes: number, batch: number, length: number): void {
  if (bytes <= ROOM) return;
  throw new UserError(
    `too little memory: this network takes ${inWords(bytes)} for ${batch} × ${length} drawings, and ` +
      `${inWords(ROOM)} is the limit: use a smaller batch or a smaller network`,
  );
}
