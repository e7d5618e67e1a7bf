import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { addressSpace, isWithoutGuards, WITHOUT_GUARDS } from '../common/address-space.js';
import { messageOf, UserError } from '../common/errors.js';
import type { Job, ThreadStart } from './wasm/kernels.js';
import type { Thread } from './wasm/thread.js';

export const cores = (): number => availableParallelism();

/** Node 20 has relaxed SIMD behind a flag; later ones have it, and do not know the flag. */
export function enableRelaxed(): void {
  if (process.versions.node.startsWith('20.')) {
    setFlagsFromString('--experimental-wasm-relaxed-simd');
  }
}

export { addressSpace };

/** What a person can do where addresses are few. */
export function moreMemory(): string {
  const { limit } = addressSpace();
  if (limit === Infinity) return 'end other programs';
  if (isWithoutGuards()) return 'raise the limit';
  return (
    'raise the limit, or set the environment variable ' +
    `NODE_OPTIONS=${WITHOUT_GUARDS}, with which it needs less and takes about twice as long`
  );
}

/** Bytes of addresses that Node takes for a worker, and that JavaScript may need besides. */
const [WORKER, HEAP] = [900e6, 300e6];

/** So many workers can be started: one more would end the whole program, and nothing could catch that. */
export function mostThreads(): number {
  return Math.max(0, Math.floor((addressSpace().left - HEAP) / WORKER));
}

export function spawn(start: ThreadStart): Thread {
  const worker = new Worker(new URL('./wasm/worker-node.js', import.meta.url), {
    workerData: start,
    execArgv: [], // loaders of the program's own have no business here, and may send messages
    name: `mann ${start.rank}`,
  });
  let isEnding = false;
  const answer = async () => {
    worker.ref();
    try {
      await once(worker, 'message'); // rejects where the worker throws
    } finally {
      // An idle thread does not keep the program alive; one whose end is waited for does.
      if (!isEnding) worker.unref();
    }
  };
  return {
    ready: answer(),
    run: (job: Job) => {
      const done = answer();
      worker.postMessage(job);
      return done;
    },
    end: async () => {
      isEnding = true;
      await worker.terminate();
    },
  };
}

/**
 * The engine checks sizes and places before shaders get them, so Dawn's own look at every index is not needed (a tenth of a
 * training step); and times of passes are for whoever measures, not for strangers, so they need not be blurred.
 */
const DAWN = [
  'enable-dawn-features=disable_robustness',
  'disable-dawn-features=timestamp_quantization',
];

/** By flags. They are kept: Dawn crashes if the garbage collector takes one that is in use. */
const gpus = new Map<string, GPU>();

/**
 * WebGPU: the runtime's own, or that of the package `webgpu`.
 * @param flags for Dawn, the implementation in that package; tests use `backend=null`
 * @throws UserError that says what to install
 */
export async function openGpu(flags: readonly string[] = []): Promise<GPU | undefined> {
  const key = flags.join();
  const gpu = gpus.get(key) ?? globalThis.navigator?.gpu ?? (await createGpu(flags));
  gpus.set(key, gpu);
  return gpu;
}

async function createGpu(flags: readonly string[]): Promise<GPU> {
  const { create } = await loadDawn();
  if (flags.some((flag) => flag.startsWith('backend='))) return create([...flags]);
  if (!hasVulkan()) {
    throw new UserError(
      'the webgpu engine needs the Vulkan loader libvulkan.so.1: install it (apt install libvulkan1), or use another engine',
    );
  }
  return create([...DAWN, ...flags]);
}

async function loadDawn() {
  try {
    return await import('webgpu');
  } catch (error) {
    const message = messageOf(error).split('\n')[0]!;
    const sentence = /^Cannot find (package|module) 'webgpu'/.test(message)
      ? 'the webgpu engine needs the package webgpu: npm install webgpu'
      : `the package webgpu does not work on this machine (${message}): use another engine`;
    throw new UserError(sentence, { cause: error });
  }
}

/** Whether Dawn will find what it needs on Linux. It would write lines of its own to stderr. */
function hasVulkan(): boolean {
  if (process.platform !== 'linux') return true;
  try {
    process.dlopen({ exports: {} }, 'libvulkan.so.1');
  } catch (error) {
    // It is no addon for Node, which is said of one that is there.
    return !messageOf(error).includes('cannot open shared object file');
  }
  return true;
}
