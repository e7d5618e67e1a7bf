/** A disk of its own for a test, so small that it fills up. */
import { execFileSync } from 'node:child_process';
import { onTestFinished, type TestContext } from 'vitest';
import { temporaryFolder } from '../run.js';

export interface SmallDisk {
  readonly path: string;
  /** Changes its size, or makes it read-only. */
  remount(option: string): void;
}

/** Skips the test where this process may not mount. */
export function smallDisk(kilobytes: number, { skip }: TestContext): SmallDisk {
  const path = temporaryFolder();
  const mount = (options: string) =>
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'pipe' });
  try {
    mount(`size=${kilobytes}k`);
  } catch (error) {
    skip(`a small disk cannot be mounted here (that takes root on Linux): ${error}`);
  }
  onTestFinished(() => {
    execFileSync('umount', [path]);
  });
  return { path, remount: (option) => mount(`remount,${option}`) };
}
