/**
 * An error that a person can mend: it says what was wrong, where, and what to do.
 * The command line prints its message alone (no stack trace) and exits with code 2.
 */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(message: string, options?: ErrorOptions) {
    super(oneLine(message), options);
  }
}

/** Characters of a message; two long paths fit. */
const LONGEST_MESSAGE = 2000;

/**
 * Text on one line of bounded length, fit for a terminal. Messages quote names and values from files
 * that others made: a line break in them would begin a line that looks like ours, and an escape sequence
 * would do something to the terminal.
 */
export function oneLine(text: string): string {
  const printable = text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0)!.toString(16);
    return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`;
  });
  if (printable.length <= LONGEST_MESSAGE) return printable;
  // What is wrong stands at the beginning, what to do at the end. Not through the middle of a character.
  const half = LONGEST_MESSAGE / 2;
  const [begin, end] = [printable.slice(0, half), printable.slice(-half)];
  return `${begin.replace(/[\ud800-\udbff]$/, '')} … ${end.replace(/^[\udc00-\udfff]/, '')}`;
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
