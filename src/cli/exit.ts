import { messageOf, UserError } from '../common/errors.js';
import { printable } from '../common/printable.js';
import { say } from './display/wrapped.js';

/** Exit codes. */
export const EXIT = {
  ok: 0,
  /** A mistake of ours. */
  bug: 1,
  /** Something that a person can mend. */
  usage: 2,
  /** Stopped by Ctrl-C, as shells count it. */
  interrupted: 130,
} as const;

/** Prints an error and gives the exit code that belongs to it. */
export function failWith(error: unknown, debug: boolean): number {
  const isOurs = !(error instanceof UserError);
  const message = printable(messageOf(error));
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
