/** Builds the kernels (AssemblyScript to WebAssembly) where they changed, then the TypeScript. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { compileKernels, KERNELS, type KernelOptions } from './kernels.ts';

interface Module extends KernelOptions {
  /** Where the binary goes, as a TypeScript file. */
  readonly target: string;
}

/** The network: each kind once for shared memory (threads) and once without, for hosts that have none. */
const networks: Module[] = ['simd', 'relaxed'].flatMap((kind) =>
  [true, false].map((shared) => ({
    entry: 'index.ts',
    target: `src/engine/binaries/${shared ? kind : `${kind}-unshared`}.ts`,
    shared,
    relaxed: kind === 'relaxed',
  })),
);
/** Drawings must be the same on every machine: no relaxed SIMD. */
const warp: Module = {
  entry: 'warp.ts',
  target: 'src/data/binaries/warp.ts',
  shared: false,
  relaxed: false,
};
const modules = [...networks, warp];

function newest(folder: string): number {
  const files = readdirSync(folder, { recursive: true });
  return Math.max(...files.map((file) => statSync(`${folder}/${file}`).mtimeMs));
}

async function buildKernels() {
  const changed = newest(KERNELS);
  for (const { entry, target, shared, relaxed } of modules) {
    if (existsSync(target) && statSync(target).mtimeMs > changed) continue;
    const wasm = await compileKernels({ entry, shared, relaxed });
    const base64 = Buffer.from(wasm).toString('base64');
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(
      target,
      `// Made by scripts/build.ts from src/kernels/.\nexport default '${base64}';\n`,
    );
    console.log(`${target}: ${wasm.length} bytes`);
  }
}

/** What was compiled from a file that is gone would be tested and packed along. */
function removeStale() {
  if (!existsSync('dist')) return;
  for (const file of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
    const source = `src/${file.replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts')}`;
    if (source.endsWith('.ts') && !existsSync(source)) rmSync(`dist/${file}`);
  }
}

if (process.argv.includes('--clean')) {
  rmSync('dist', { recursive: true, force: true });
  for (const { target } of modules) rmSync(target, { force: true });
}
await buildKernels();
removeStale();
const tsc = (...args: string[]) => execFileSync('npx', ['tsc', ...args], { stdio: 'inherit' });
tsc('--incremental', '--tsBuildInfoFile', 'dist/.tsbuildinfo');
// The types of TensorFlow.js are not there after `npm ci`. What is written does not depend on them, and
// `npm test`, which has them, checks the code and that it is so (test/tfjs/build.test.ts).
tsc('-p', 'src/tfjs', '--noCheck');
