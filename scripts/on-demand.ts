/**
 * Packages that only a part of the tests needs stand in a folder with a package.json and a lock file of its own,
 * so that `npm ci` in the root stays small. They are installed when that part is first asked for.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface OnDemand {
  /** The folder with the package.json, from the root. */
  readonly folder: string;
  /** For the messages. */
  readonly what: string;
  /** The command that installs it, for the messages. */
  readonly command: string;
}

/**
 * Installs what the folder's lock file lists, unless that has been done since the file changed. Works without a
 * network where npm's cache has the packages.
 * @throws Error with one sentence that says what to do
 */
export function installOnDemand({ folder, what, command }: OnDemand): void {
  const lock = join(root, folder, 'package-lock.json');
  // npm writes this file last
  const done = join(root, folder, 'node_modules/.package-lock.json');
  if (existsSync(done) && statSync(done).mtimeMs >= statSync(lock).mtimeMs) return;
  console.log(`Installing ${what} in ${folder}: once, and again when its lock file changes`);
  const args = [
    ...['ci', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'],
    '--loglevel=error',
    // npm would wait for over a minute before it says that there is no network
    ...['--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=3000'],
  ];
  try {
    execFileSync('npm', args, { cwd: join(root, folder), stdio: 'pipe' });
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr ?? error);
    const reason = said.match(/^npm error (?!code|errno|syscall)(.+)$/m)?.[1] ?? said.trim();
    throw new Error(
      `${what} could not be installed in ${folder} (${reason}): ` +
        `connect to the network and run ${command} once; after that the tests need none`,
    );
  }
}

/** Makes packages of a folder's package.json resolvable from everywhere in the project. */
export function link({ folder }: OnDemand): void {
  const { devDependencies } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  for (const name of Object.keys(devDependencies)) {
    const path = join(root, 'node_modules', name);
    if (existsSync(path)) continue;
    rmSync(path, { force: true }); // a link to where nothing is any more
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(join(root, folder, 'node_modules', name), path, 'junction');
  }
}
