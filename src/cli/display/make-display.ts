import type { Recipe } from '../../training/recipe.js';
import type { Display } from './display.js';
import { PlainDisplay } from './plain-display.js';
import { drawsInPlace } from './terminal.js';
import { TerminalDisplay } from './terminal-display.js';

/** In place on a terminal, plain lines elsewhere. */
export function makeDisplay(recipe: Recipe, stream: NodeJS.WriteStream = process.stderr): Display {
  return drawsInPlace(stream) ? new TerminalDisplay(recipe, stream) : new PlainDisplay(stream);
}
