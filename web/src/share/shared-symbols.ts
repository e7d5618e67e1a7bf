import type { Named } from '../session/step.js';
import { holdsSymbols, symbolsOf } from './link.js';

/** The symbols of this page's address; undefined where it has none. An address with others opens the page anew. */
export function sharedSymbols(): Promise<readonly Named[]> | undefined {
  addEventListener('hashchange', () => {
    if (holdsSymbols(location.hash)) location.reload();
  });
  return holdsSymbols(location.hash) ? symbolsOf(location.hash) : undefined;
}
