import type fc from 'fast-check';
import { UserError } from '../../dist/common/errors.js';

/** A reader under test: what is fed to it, and what is asked of it. */
export interface Target {
  /** Inputs, as the bytes of a file. They are made on the main thread. */
  readonly inputs: fc.Arbitrary<Uint8Array>;
  /**
   * Reads one input, in a worker thread.
   * @throws whatever breaks the contract: see {@link refusal}
   */
  run(input: Uint8Array): Outcome | Promise<Outcome>;
}

/** A correct result, or a sentence that says what is wrong with the input. */
export type Outcome = 'accepted' | 'refused';

/** The names of the targets, which are the names of their files. */
export const targetNames = [
  'checkpoint',
  'zip',
  'png',
  'picture',
  'configuration',
  'arguments',
  'sweep',
  'queue',
] as const;

export const targetFile = (name: string): URL => new URL(`targets/${name}.ts`, import.meta.url);

/** What messages quote is shortened, so that they are no longer than this. */
const LONGEST_SENTENCE = 2010;
/** What would break the line or do something to the terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;

/**
 * Checks that an error is for people: a UserError of one line.
 * @throws Error saying what is wrong with it, the error itself where it is no UserError
 */
export function refusal(error: unknown): Outcome {
  if (!(error instanceof UserError)) throw error;
  checkSentence(error.message);
  return 'refused';
}

/** @throws Error where a message is not one printable line of reasonable length */
export function checkSentence(message: string): void {
  const problem =
    message.trim() === ''
      ? 'an empty message'
      : message.length > LONGEST_SENTENCE
        ? `a message of ${message.length} characters`
        : UNPRINTABLE.test(message)
          ? 'a message with characters that are not for printing'
          : undefined;
  if (problem) throw new Error(`${problem}: ${JSON.stringify(message.slice(0, 300))}`);
}
