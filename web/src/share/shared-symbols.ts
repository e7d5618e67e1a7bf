import type { Named } from '../session/step.js';
import { holdsSymbols, symbolsOf } from './link.js';

/** The symbols of this page's address; undefined where it has none. An address with others opens the page anew. */
export function sharedSymbols(): Promise<readonly Named[]> | undefined {
  addEventListener('hashchange', () => {
    if (holdsSymbols(location.hash)) location.reload();
  });
  if (!holdsSymbols(location.hash)) return undefined;
  const symbols = symbolsOf(location.hash);
  symbols.catch(() => undefined); // whoever awaits them later hears of it
  return symbols;
}
