import { cores, enableRelaxed, mostThreads } from '#platform';
import { UserError } from '../common/errors.js';
import { bytesOf } from '../common/numbers/base64.js';
import { checkOptions } from '../common/options.js';
import { quoted } from '../common/printable.js';
import type { ModelConfig } from '../model/config.js';
import type { Tensors } from '../model/tensors.js';
import type { Engine, EngineKind } from './engine.js';
import { startThreads, warnOfOneThread } from './platform.js';
import { ReferenceEngine } from './reference.js';
import { WasmEngine } from './wasm/engine.js';
import { canShare, networkNumbers } from './wasm/kernels.js';
import { reserveMemory } from './wasm/memory.js';

export interface EngineOptions {
  /**
   * Compute backend. Default: the fastest one on the CPU. `webgpu` trains large batches on a graphics processor; in Node it
   * needs the package webgpu.
   */
  readonly kind?: EngineKind;
  /**
   * Of a backend on the CPU: threads that compute a batch while the calling thread stays free. Default: one per core. With 0 the calling thread
   * does the work itself and is blocked meanwhile. That also happens if memory can't be shared (on pages without
   * cross-origin isolation) or if workers can't start; `engine.threads` says how many threads there are.
   */
  readonly threads?: number;
  /** The weights. Default: zeros. */
  readonly parameters?: Tensors;
}

const KINDS: Readonly<Record<EngineKind, true>> = {
  ...{ reference: true, simd: true, relaxed: true, webgpu: true },
};

/**
 * Creates an engine, which runs and trains one network.
 *
 * ```ts
 * const config = modelConfig();
 * const engine = await createEngine(config, { parameters: initialTensors(config, new Random(1, 'weights')) });
 * // ... engine.forward(batch), engine.trainStep(batch, { learningRate: 1e-3 })
 * await engine.dispose();
 * ```
 * @throws UserError that names the option and its allowed values; of `webgpu` also where there is no graphics processor,
 *   and where a network has a part that this backend does not have yet
 */
export async function createEngine(
  config: ModelConfig,
  options: EngineOptions = {},
): Promise<Engine> {
  checkOptions('createEngine', options, {
    ...{ kind: 'string', threads: 'number', parameters: 'object' },
  });
  const { kind = fastestKind(), threads = cores(), parameters } = options;
  if (!Object.hasOwn(KINDS, kind)) {
    const kinds = Object.keys(KINDS).join(', ');
    throw new UserError(`createEngine: kind must be one of ${kinds}, not ${quoted(kind)}`);
  }
  if (!Number.isInteger(threads) || threads < 0) {
    throw new UserError(`createEngine: threads must be a whole number from 0, not ${threads}`);
  }
  const engine = await {
    reference: () => new ReferenceEngine(config),
    simd: () => createWasmEngine(config, 'simd', threads),
    relaxed: () => createWasmEngine(config, 'relaxed', threads),
    webgpu: async () => {
      const { createWebGpuEngine } = await import('./webgpu/create.js');
      // it does single steps alone, which need no threads
      return createWebGpuEngine(config, await createWasmEngine(config, fastestKind(), 0));
    },
  }[kind]();
  try {
    if (parameters) engine.setParameters(parameters);
  } catch (error) {
    await engine.dispose();
    throw error;
  }
  return engine;
}

/** The fastest backend on this machine's CPU, `fastestKind()`: `relaxed` if it supports relaxed SIMD, otherwise `simd`. */
export function fastestKind(): 'simd' | 'relaxed' {
  return hasRelaxed() ? 'relaxed' : 'simd';
}

/** Whether the calling thread can work without taking a core from the engine's threads. */
export function coreToSpare({
  threads,
  ahead = 1,
}: Pick<Engine, 'threads'> & Partial<Pick<Engine, 'ahead'>>): boolean {
  return ahead > 1 || threads < cores();
}

async function createWasmEngine(config: ModelConfig, kind: 'simd' | 'relaxed', threads: number) {
  if (kind === 'relaxed' && !hasRelaxed()) {
    throw new UserError('createEngine: this machine has no relaxed SIMD: use the kind simd');
  }
  const shared = canShare();
  if (!shared && threads > 0) {
    warnOfOneThread(
      'memory cannot be shared with threads here (a page must be cross-origin isolated for it)',
    );
  }
  const module = await WebAssembly.compile(await binary(kind, shared));
  const memory = reserveMemory({ shared });
  const network = networkNumbers(config);
  const most = mostThreads();
  if (threads > 0 && most === 0)
    warnOfOneThread('there is too little address space for threads (ulimit -v)');
  const pool = await startThreads(
    Array.from({ length: shared ? Math.min(threads, most) : 0 }, (_, rank) => {
      return { module, memory, rank, network };
    }),
  );
  try {
    return new WasmEngine(config, kind, module, memory, pool);
  } catch (error) {
    await Promise.all(pool.map((thread) => thread.end()));
    throw error;
  }
}

async function binary(kind: 'simd' | 'relaxed', shared: boolean): Promise<Uint8Array<ArrayBuffer>> {
  const load = {
    simd: () => import('./binaries/simd.js'),
    relaxed: () => import('./binaries/relaxed.js'),
    'simd-unshared': () => import('./binaries/simd-unshared.js'),
    'relaxed-unshared': () => import('./binaries/relaxed-unshared.js'),
  }[`${kind}${shared ? '' : '-unshared'}` as const];
  return bytesOf((await load()).default);
}

let relaxed: boolean | undefined;

/** Whether this machine supports relaxed SIMD. */
export function hasRelaxed(): boolean {
  enableRelaxed();
  // (module (func (drop (f32x4.relaxed_madd (v128.const 0) (v128.const 0) (v128.const 0)))))
  const zero = [0xfd, 12, ...new Array(16).fill(0)];
  const code = [0, ...zero, ...zero, ...zero, 0xfd, 0x85, 0x02, 0x1a, 0x0b];
  const section = [1, code.length, ...code];
  relaxed ??= WebAssembly.validate(
    Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // magic and version
      ...[1, 4, 1, 0x60, 0, 0], // one type, () -> ()
      ...[3, 2, 1, 0], // one function of it
      ...[10, section.length, ...section],
    ]),
  );
  return relaxed;
}
