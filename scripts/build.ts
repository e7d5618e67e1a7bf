/** Builds the kernels (AssemblyScript to WebAssembly) where they changed, then the TypeScript. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { main as asc } from 'assemblyscript/asc';

const KERNELS = 'src/kernels';
const BINARIES = 'src/engine/binaries';

/** Each kind once for shared memory (threads) and once without, for hosts that have none. */
const variants = ['simd', 'relaxed'].flatMap((kind) =>
  [true, false].map((shared) => ({ kind, shared, name: shared ? kind : `${kind}-unshared` })),
);

function newest(folder: string): number {
  return Math.max(...readdirSync(folder).map((file) => statSync(`${folder}/${file}`).mtimeMs));
}

async function buildKernels() {
  const changed = newest(KERNELS);
  mkdirSync(BINARIES, { recursive: true });
  for (const { kind, shared, name } of variants) {
    const target = `${BINARIES}/${name}.ts`;
    if (existsSync(target) && statSync(target).mtimeMs > changed) continue;
    let wasm = new Uint8Array();
    const { error, stderr } = await asc(
      [
        `${KERNELS}/index.ts`,
        '--outFile',
        'kernels.wasm',
        '--optimizeLevel',
        '3',
        '--shrinkLevel',
        '0',
        '--noAssert',
        '--runtime',
        'stub',
        '--importMemory',
        '--initialMemory',
        '2',
        '--maximumMemory',
        '65536',
        '--enable',
        'simd',
        '--enable',
        'threads',
        ...(shared ? ['--sharedMemory'] : []),
        ...(kind === 'relaxed' ? ['--enable', 'relaxed-simd'] : []),
      ],
      {
        writeFile: (file, contents) => {
          if (file.endsWith('.wasm')) wasm = contents as Uint8Array<ArrayBuffer>;
        },
      },
    );
    const warnings = stderr.toString();
    if (warnings) process.stderr.write(warnings);
    if (error) throw error;
    const base64 = Buffer.from(wasm).toString('base64');
    writeFileSync(
      target,
      `// Made by scripts/build.ts from src/kernels/.\nexport default '${base64}';\n`,
    );
    console.log(`kernels ${name}: ${wasm.length} bytes`);
  }
}

if (process.argv.includes('--clean')) {
  rmSync('dist', { recursive: true, force: true });
  rmSync(BINARIES, { recursive: true, force: true });
}
await buildKernels();
execFileSync('npx', ['tsc', '--incremental', '--tsBuildInfoFile', 'dist/.tsbuildinfo'], {
  stdio: 'inherit',
});
