/** Small data sets on disk. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';

const names = ['bar', 'cross', 'dash', 'dot', 'hook', 'ring', 'star', 'wedge'];

/**
 * Makes a folder of class folders of four drawings each.
 * @param count classes, at most 8
 */
export function makeSymbols(folder: string, count: number): void {
  for (const [c, name] of names.slice(0, count).entries()) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < 4; i++) {
      const data = new Uint8Array(144).fill(255);
      // A stroke to see something, and its own pattern of dots for each class.
      for (let k = 3; k < 9; k++) {
        data[12 * (5 + (i % 2)) + k] = 0;
        if ((c >> (k % 3)) & 1) data[13 * k] = data[12 * k + 11 - k] = 0;
      }
      const picture = encode({ width: 12, height: 12, data, channels: 1 });
      writeFileSync(join(folder, name, `${i}.png`), picture);
    }
  }
}
