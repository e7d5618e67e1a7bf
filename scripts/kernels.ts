/** The kernels' compiler: AssemblyScript to WebAssembly. */
import { main as asc } from 'assemblyscript/asc';

export const KERNELS = 'src/kernels';

export interface KernelOptions {
  /** The file of `src/kernels/` that the module begins with. */
  readonly entry: string;
  /** Memory that threads share. */
  readonly shared: boolean;
  readonly relaxed: boolean;
  /** With the names of its functions, for profilers. The code is the same. */
  readonly named?: boolean;
}

/** Run it in the root of the repository. */
export async function compileKernels(options: KernelOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { entry, shared, relaxed, named = false } = options;
  let wasm = new Uint8Array();
  const { error, stderr } = await asc(
    [
      `${KERNELS}/${entry}`,
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
      ...(relaxed ? ['--enable', 'relaxed-simd'] : []),
      ...(named ? ['--debug'] : []),
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
  return wasm;
}
