import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';

/** Grey pixels, row after row. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Writes `picture` as a drawing of a class. */
export type Write = (label: string, name: string, picture: Grey) => void;

/** Writes into class folders in `folder`. */
export function writeInto(folder: string): Write {
  return (label, name, picture) => {
    const place = join(folder, label);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, `${name}.png`), encode({ ...picture, channels: 1, depth: 8 }));
  };
}

/** Names of files in the order of their numbers. */
export const numbered = (number: number): string => String(number).padStart(4, '0');
