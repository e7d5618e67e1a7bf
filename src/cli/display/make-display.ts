import { ChildDisplay } from './child-display.js';
import type { Display, Shown } from './display.js';
import { PlainDisplay } from './plain-display.js';
import { drawsInPlace } from './terminal.js';
import { TerminalDisplay } from './terminal-display.js';

/**
 * In place on a terminal, plain lines elsewhere.
 * @param shown `asChild` tells the program that started this one instead
 */
export function makeDisplay(
  { asChild, ...shown }: Shown & { readonly asChild?: boolean | undefined },
  stream: NodeJS.WriteStream = process.stderr,
): Display {
  if (asChild) return new ChildDisplay(shown.measure, stream);
  return drawsInPlace(stream)
    ? new TerminalDisplay(shown, stream)
    : new PlainDisplay(shown, stream);
}
