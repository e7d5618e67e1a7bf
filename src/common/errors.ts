/**
 * An error that a person can mend: it says what was wrong, where, and what to do.
 * The command line prints its message alone (no stack trace) and exits with code 2.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
