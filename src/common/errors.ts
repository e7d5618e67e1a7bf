import { printable } from './printable.js';

/** Longer messages are cut: they quote something that was made long on purpose. */
export const LONGEST_MESSAGE = 2000;

/**
 * An error that the user can fix. The message says what is wrong, where, and what to do.
 *
 * ```ts
 * throw new UserError('net.safetensors: the file is truncated: download it again');
 * ```
 * The command line prints the message without a stack trace and exits with code 2. Control characters in the
 * message (in names of files, classes or tensors) are escaped.
 */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(message: string, options?: ErrorOptions) {
    super(printable(message, LONGEST_MESSAGE), options);
  }
}

/**
 * The message of anything that was thrown: `messageOf(error)`. Errors of other realms (an iframe, a test runner's
 * window) are not instances of our `Error`.
 */
export function messageOf(error: unknown): string {
  const { message } = Object(error) as { message?: unknown };
  return typeof message === 'string' ? message : String(error);
}
