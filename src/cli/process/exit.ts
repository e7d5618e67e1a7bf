import { addressSpace } from '../../common/address-space.js';
import { inWords } from '../../common/bytes.js';
import { messageOf, UserError } from '../../common/errors.js';
import { printable } from '../../common/printable.js';
import { say } from '../display/wrapped.js';

/** Exit codes. */
export const EXIT = {
  ok: 0,
  /** A mistake of ours. */
  bug: 1,
  /** Something that a person can mend. */
  usage: 2,
  /** Some runs of a sweep failed; the others are done. */
  failedRuns: 3,
  /** Stopped by Ctrl-C, as shells count it. */
  interrupted: 130,
} as const;

/**
 * Prints an error and gives the exit code that belongs to it.
 * @param spelt gives a message the words that people type
 */
export function failWith(
  error: unknown,
  debug: boolean,
  spelt: (message: string) => string = (message) => message,
): number {
  const isOurs = !(error instanceof UserError || isOutOfMemory(error));
  const message = isOutOfMemory(error) ? tooLittleMemory() : printable(spelt(messageOf(error)));
  let text = `mann: ${message}`;
  if (debug && error instanceof Error) {
    text += `\n${error.stack}`;
    if (error.cause instanceof Error) text += `\ncaused by ${error.cause.stack}`;
  } else if (isOurs) {
    text = `mann: unexpected error: ${message} (this is a bug; --debug shows where)`;
  }
  say(text);
  return isOurs ? EXIT.bug : EXIT.usage;
}

/** What V8 says where it gets no memory. */
function isOutOfMemory(error: unknown): boolean {
  return error instanceof RangeError && /allocat(e|ion)|out of memory/i.test(error.message);
}

/** Why there is none, and what to do. */
export function tooLittleMemory(): string {
  const { limit } = addressSpace();
  return limit === Infinity
    ? 'there is too little memory: close other programs, or use a smaller batch'
    : `the limit of ${inWords(limit)} of address space (ulimit -v) is too low: raise it`;
}
