import type { Display, Shown } from './display.js';
import { PlainDisplay } from './plain-display.js';
import { drawsInPlace } from './terminal.js';
import { TerminalDisplay } from './terminal-display.js';

/** In place on a terminal, plain lines elsewhere. */
export function makeDisplay(shown: Shown, stream: NodeJS.WriteStream = process.stderr): Display {
  return drawsInPlace(stream)
    ? new TerminalDisplay(shown, stream)
    : new PlainDisplay(shown, stream);
}
