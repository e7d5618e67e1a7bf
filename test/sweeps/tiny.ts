/** Files of sweeps whose networks train in a moment. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, tiny } from '../cli/run.js';

/** The options of a tiny network, as a sweep's file has them. */
export const base: Readonly<Record<string, string>> = Object.fromEntries(
  tiny.flatMap((flag, i) =>
    flag.startsWith('--') && flag !== '--test-batches' ? [[flag.slice(2), tiny[i + 1]!]] : [],
  ),
);
export const quickly = { split: 'test', batches: 4 };

/** Writes a sweep's file into a folder of its own. */
export function sweepFile(definition: object, name = 'tiny.json'): { cwd: string; file: string } {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, name), JSON.stringify(definition));
  return { cwd, file: name };
}

/** All files of a sweep but its reports, which tell the time. */
export function filesOf(folder: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, name);
    if (!statSync(path).isDirectory() && !name.endsWith('report.html')) {
      files.set(name, readFileSync(path));
    }
  }
  return files;
}
