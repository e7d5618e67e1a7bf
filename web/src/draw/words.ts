/** What the page says while somebody draws. */
import type { Scores } from '../session/score.js';
import type { Session } from '../session/session.js';
import { type Guess, NONE } from '../session/step.js';
import type { Sentence } from '../ui/status.js';

/** From here on it is sure, and from here on at least inclined. */
const SURE = 0.8;
const INCLINED = 0.5;

/** `That’s your cat.` */
export function answerInWords(
  { label, confidence }: Guess,
  nameOf: (id: string) => string,
  isFinal: boolean,
): Sentence {
  const percent = isFinal ? `${Math.round(100 * confidence)}%` : '';
  if (label === NONE) {
    return confidence >= SURE
      ? { before: '', name: 'That’s new', after: ' to me.', percent }
      : { before: 'I think ', name: 'that’s new', after: ' to me.', percent };
  }
  const name = nameOf(label);
  if (confidence >= SURE) return { before: 'That’s your ', name, after: '.', percent };
  if (confidence >= INCLINED) return { before: 'I think that’s your ', name, after: '.', percent };
  return { before: 'Perhaps your ', name, after: '?', percent };
}

/** `7 of 7, each seen once`. */
export function scoreInWords({ mann: { right, of }, once }: Scores): string {
  if (of === 0) return '';
  return once ? `${right} of ${of}, each seen once` : `${right} of ${of}`;
}

/** What to do next, when nothing is on the pad. */
export function promptFor(session: Session | undefined): string {
  const count = session?.classes.length ?? 0;
  if (session?.isEmptied) return 'Its memory is empty. Draw one of your symbols.';
  if (count === 0) return 'Draw a symbol: anything.';
  if (count === 1) return 'Draw another symbol, quite different.';
  if (count < 5) return 'Draw another symbol, or one of these again.';
  return 'Draw one of them again.';
}

/** The step of three that comes next. */
export function stepOf(session: Session | undefined, hasInk: boolean): 'draw' | 'name' | 'ask' {
  const count = session?.classes.length ?? 0;
  if (count >= 2) return 'ask';
  return hasInk && count === 0 ? 'name' : 'draw';
}
