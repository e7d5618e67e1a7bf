import type { Session } from '../session/session.js';
import { CLASSES } from '../session/step.js';

/** What to do next, when nothing is on the pad. */
export function promptFor(session: Session | undefined): string {
  if (!session || session.steps.length === 0) return 'Draw a symbol, then tap a card.';
  if (session.isBlank) return 'The memory is empty. Draw one of your symbols: it can only guess.';
  if (session.isWiped && session.held < session.labels.length) {
    return `The memory holds ${session.held} of ${session.labels.length} symbols again. Draw one.`;
  }
  const free = CLASSES.length - session.labels.length;
  if (free === 0) return 'It has seen all five. Draw one of them again.';
  return `Draw another symbol: ${free === 1 ? '1 card is' : `${free} cards are`} still empty.`;
}
