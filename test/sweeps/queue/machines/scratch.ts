import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders = new Set<string>();

/** A folder that `removeScratch` removes. */
export function scratch(what: string): string {
  const folder = mkdtempSync(join(tmpdir(), `mann-${what}-`));
  folders.add(folder);
  return folder;
}

export function removeScratch(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}
