/** What only some systems have: a test that needs it says so and is skipped. */
import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';
import { temporaryFolder } from '../cli/run.js';

/** Files of the built package. */
export const built = (path: string) =>
  fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));

/** The program. */
export const main = built('cli/main.js');

/** Skips the test where a command, which must not have side effects, does not end well. */
export function need({ skip }: TestContext, command: string, ...args: string[]): void {
  const { error, status } = spawnSync(command, args, { stdio: 'ignore' });
  if (error || status !== 0) skip(`${[command, ...args].join(' ')} does not work here`);
}

/** The arguments of `setpriv` for a user that is in no /etc/passwd. */
export const AS_NOBODY = ['--reuid', '54321', '--regid', '54321', '--clear-groups'];

/** A temporary folder that every user can write to. */
export function openFolder(): string {
  const folder = temporaryFolder();
  chmodSync(folder, 0o777);
  return folder;
}
