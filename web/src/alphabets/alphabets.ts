import type { Stroke } from '../pad/strokes.js';
import { unpacked } from './packed.js';

/** A character, drawn by two people. */
export interface Character {
  readonly name: string;
  /** What the network is taught. */
  readonly first: Stroke[];
  /** Another person's drawing, to ask with. */
  readonly second: Stroke[];
}

/** Characters of one script that the network has never seen. */
export interface Alphabet {
  readonly name: string;
  /** What it is, in a few words. */
  readonly note: string;
  readonly characters: readonly Character[];
}

/**
 * Ten alphabets for those who will not draw: `const [greek] = await alphabets()`. They are from Omniglot (MIT, Copyright
 * (c) 2015 Brenden Lake; the licence is in the file) and fetched when they are asked for.
 */
export async function alphabets(): Promise<readonly Alphabet[]> {
  const { default: recorded } = await import('./alphabets.json');
  return recorded.alphabets.map(({ name, note, characters }) => ({
    name,
    note,
    characters: characters.map(({ name, first, second }) => ({
      name,
      first: unpacked(first),
      second: unpacked(second),
    })),
  }));
}
