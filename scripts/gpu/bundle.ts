/**
 * `npm run gpu:bundle -- FOLDER`: all that it takes to try and time the webgpu engine on another machine (x86-64 Linux
 * with a graphics processor), which needs no network and no Node: Node itself, WebGPU, a Vulkan loader, the program,
 * golden files and benchmarks. There `FOLDER/run.sh OUT` does everything and says in OUT what it found; run.sh begins
 * with its options.
 *   --omniglot FOLDER  the archives of Omniglot come along, for `run.sh OUT train`
 *   --vulkan FILE      the Vulkan loader, libvulkan.so.1; by default that of this system, or of Debian's package
 * What is large and stays the same (Node, WebGPU) is compressed only where FOLDER does not have it yet.
 */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** What NVIDIA's driver loads even where there is no screen. */
const X11 = [
  'libX11.so.6',
  'libXext.so.6',
  'libxcb.so.1',
  'libXau.so.6',
  'libXdmcp.so.6',
  'libbsd.so.0',
  'libmd.so.0',
];
const LIBRARIES = '/usr/lib/x86_64-linux-gnu';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { omniglot: { type: 'string' }, vulkan: { type: 'string' } },
});
const [folder] = positionals.map((path) => resolve(path));
if (!folder) throw new Error('name the folder: npm run gpu:bundle -- FOLDER');
if (process.platform !== 'linux' || process.arch !== 'x64') {
  throw new Error("the bundle holds this machine's Node, which must be one for x86-64 Linux");
}
const scratch = mkdtempSync(join(tmpdir(), 'mann-bundle-'));
try {
  mkdirSync(folder, { recursive: true });
  const old = readdirSync(folder).filter((name) => name.endsWith('.tar.xz'));
  const parts = [packNode(folder), packWebGpu(folder), packProgram(folder)];
  for (const name of old) if (!parts.includes(name)) rmSync(join(folder, name));
  copyFileSync(join(root, 'scripts/gpu/run.sh'), join(folder, 'run.sh'));
  if (flags.omniglot) packOmniglot(flags.omniglot, folder);
  report(folder);
} finally {
  rmSync(scratch, { recursive: true });
}

/** Node as it runs here. */
function packNode(target: string): string {
  return pack(target, `node-${process.version}.tar.xz`, (place) => {
    mkdirSync(join(place, 'bin'));
    copyFileSync(process.execPath, join(place, 'bin/node'));
  });
}

/** WebGPU for Node, and the loader through which it finds the graphics driver. */
function packWebGpu(target: string): string {
  const { version } = packageAt('node_modules/webgpu');
  return pack(target, `webgpu-${version}.tar.xz`, (place) => {
    for (const file of ['package.json', 'index.js', 'LICENSE.md', 'dist/linux-x64']) {
      const path = join('node_modules/webgpu', file);
      cpSync(join(root, path), join(place, path), { recursive: true });
    }
    mkdirSync(join(place, 'lib/x11'), { recursive: true });
    copyFileSync(vulkanLoader(), join(place, 'lib/libvulkan.so.1'));
    for (const name of X11) {
      const file = join(LIBRARIES, name);
      if (existsSync(file)) copyFileSync(file, join(place, 'lib/x11', name));
    }
  });
}

/** The built library and command, the packages that they need, and benchmarks and golden files as plain JavaScript. */
function packProgram(target: string): string {
  execFileSync('npm', ['run', 'build', '--silent'], { cwd: root, stdio: 'inherit' });
  const name = 'program.tar.xz';
  rmSync(join(target, name), { force: true });
  return pack(target, name, (place) => {
    const copy = (path: string) =>
      cpSync(join(root, path), join(place, path), {
        recursive: true,
        filter: (file) => !/\.map$|\.d\.[cm]?ts$|\.tsbuildinfo$|__pycache__/.test(file),
      });
    for (const path of ['package.json', 'LICENSE', 'dist', 'bench/peers', 'test/fixtures'])
      copy(path);
    for (const path of packagesOfUsers()) copy(path);
    const programs = ['bench/main.ts', 'scripts/golden.ts', 'scripts/gpu/adapter.ts'];
    const options = ['--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
    execFileSync(
      'npx',
      [
        ...['tsc', '--ignoreConfig', '--noCheck', '--rewriteRelativeImportExtensions', ...options],
        ...['--rootDir', '.', '--outDir', place, ...programs],
      ],
      { cwd: root, stdio: 'inherit' },
    );
  });
}

function packOmniglot(source: string, target: string): void {
  const archives = readdirSync(source).filter((name) => name.endsWith('.zip'));
  if (archives.length === 0) throw new Error(`${source} has no archives (images_background.zip)`);
  mkdirSync(join(target, 'omniglot'), { recursive: true });
  for (const name of archives) copyFileSync(join(source, name), join(target, 'omniglot', name));
}

/** The folders of the packages that `npm install mann` brings. */
function packagesOfUsers(): string[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const others = ['dev', 'optional', 'peer', 'devOptional'];
  return Object.entries<Record<string, unknown>>(packages)
    .filter(([path, entry]) => path && !others.some((kind) => entry[kind]))
    .map(([path]) => path);
}

function vulkanLoader(): string {
  const here = [flags.vulkan, join(LIBRARIES, 'libvulkan.so.1'), '/usr/lib64/libvulkan.so.1'];
  const found = here.find((path) => path && existsSync(path));
  if (found) return found;
  try {
    const place = join(scratch, 'vulkan');
    mkdirSync(place);
    execFileSync('apt-get', ['download', 'libvulkan1'], { cwd: place, stdio: 'ignore' });
    const [archive] = readdirSync(place);
    execFileSync('dpkg-deb', ['-x', archive!, 'files'], { cwd: place });
    return join(place, 'files', LIBRARIES, 'libvulkan.so.1');
  } catch (cause) {
    const message = 'there is no libvulkan.so.1 here: install it, or name the file with --vulkan';
    throw new Error(message, { cause });
  }
}

/** An archive of what `fill` puts into an empty folder, unless it is there already. @returns its name */
function pack(target: string, name: string, fill: (place: string) => void): string {
  const archive = join(target, name);
  if (existsSync(archive)) return name;
  const place = join(scratch, name);
  mkdirSync(place);
  fill(place);
  // its filter for machine code makes Node a tenth smaller
  const xz = 'xz --x86 --lzma2=preset=9,dict=128MiB';
  const unfinished = `${archive}.unfinished`;
  execFileSync(
    'tar',
    ['-c', '-I', xz, '-C', place, '--owner=0', '--group=0', '-f', unfinished, '.'],
    {
      stdio: 'inherit',
    },
  );
  renameOver(unfinished, archive);
  return name;
}

function renameOver(from: string, to: string): void {
  copyFileSync(from, to);
  rmSync(from);
}

function packageAt(path: string): { readonly version: string } {
  return JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
}

function report(target: string): void {
  let sum = 0;
  for (const name of readdirSync(target, { recursive: true, encoding: 'utf8' }).sort()) {
    const entry = statSync(join(target, name));
    if (!entry.isFile()) continue;
    sum += entry.size;
    console.log(`${(entry.size / 1e6).toFixed(2).padStart(7)} MB  ${name}`);
  }
  console.log(`${(sum / 1e6).toFixed(2).padStart(7)} MB in all in ${target}`);
}
