import { printable } from './printable.js';

/** A message longer than this quotes something that somebody made long on purpose. */
export const LONGEST_MESSAGE = 2000;

/**
 * An error that a person can mend: it says what was wrong, where, and what to do.
 * The command line prints its message alone (no stack trace) and exits with code 2. Names of files, classes
 * and tensors go into messages: what in them would act on a terminal is written out.
 */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(message: string, options?: ErrorOptions) {
    super(printable(message, LONGEST_MESSAGE), options);
  }
}

/** The message of anything that was thrown; errors of other realms are no `Error` of ours. */
export function messageOf(error: unknown): string {
  const { message } = Object(error) as { message?: unknown };
  return typeof message === 'string' ? message : String(error);
}
