import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installOnDemand } from '../../scripts/on-demand.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));

/** Packs the package as npm would, and installs it beside the bundlers. */
export default function setup(): void {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const npm = (...args: string[]) =>
    execFileSync('npm', [...args, ...quiet], { cwd: here, encoding: 'utf8', stdio: 'pipe' });
  const what = 'bundlers (230 MB)';
  installOnDemand({ folder: 'test/bundlers', what, command: 'npm run test:bundlers' });
  const folder = mkdtempSync(join(tmpdir(), 'mann-packed-'));
  try {
    // The package was built a moment ago: its own script would build it once more, from nothing.
    const name = npm('pack', root, '--ignore-scripts', '--pack-destination', folder).trim();
    rmSync(join(here, 'node_modules/mann'), { recursive: true, force: true });
    npm('install', '--no-save', '--prefer-offline', join(folder, name));
    rmSync(join(here, 'node_modules/.vite'), { recursive: true, force: true });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
