import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** A folder for the tests of one file, with a cache of its own; it goes when they are done. */
export function scratchFolder() {
  const root = mkdtempSync(join(tmpdir(), 'mann-data-'));
  let count = 0;
  beforeAll(() => {
    process.env.MANN_CACHE = join(root, 'cache');
  });
  afterAll(() => {
    delete process.env.MANN_CACHE;
    rmSync(root, { recursive: true, force: true });
  });
  return {
    root,
    /** A new folder with these files in it. */
    folder(files: Record<string, string | Uint8Array> = {}): string {
      const folder = join(root, `${count++}`);
      mkdirSync(folder);
      for (const [path, data] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), data);
      }
      return folder;
    },
  };
}
