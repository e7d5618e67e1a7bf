/** What an attack is, and what makers of attacks share. */
import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs';

/** Something hostile that somebody may hand to the program. */
export interface Attack {
  readonly name: string;
  /** What a careless reader would do with it. */
  readonly careless: string;
  /** Makes it: a file or a folder of this path. */
  make(path: string): void;
}

/** Attacks that are handed over in the same way. */
export interface Group {
  readonly title: string;
  /** How they are handed over, for the README. */
  readonly how: string;
  readonly attacks: readonly Attack[];
  /** Hands one to the library, which throws or rejects. */
  library?(path: string): unknown;
  /** Hands one to the command line. The first says what the library says, if that is asked too. */
  commands?(path: string): string[][];
}

/** An attack that is a file of these bytes. */
export function ofBytes(name: string, careless: string, bytes: () => Uint8Array): Attack {
  return { name, careless, make: (path) => writeFileSync(path, bytes()) };
}

/** Writes a file that claims a size and, but for its first bytes, takes no room on the disk. */
export function makeSparse(path: string, size: number, head: Uint8Array = new Uint8Array()): void {
  const file = openSync(path, 'w');
  writeSync(file, head);
  ftruncateSync(file, size);
  closeSync(file);
}
