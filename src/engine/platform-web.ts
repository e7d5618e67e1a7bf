import type { Job, ThreadStart } from './wasm/kernels.js';
import type { Thread } from './wasm/thread.js';

export const cores = (): number => navigator.hardwareConcurrency || 1;

/** Of it a browser says nothing. */
export const addressSpace = () => ({ limit: Infinity, left: Infinity });

export const moreMemory = (): string => 'close other pages and programs';

export const mostThreads = (): number => Infinity;

/** Browsers have relaxed SIMD or they do not. */
export function enableRelaxed(): void {}

export function spawn(start: ThreadStart): Thread {
  const worker = new Worker(new URL('./wasm/worker-web.js', import.meta.url), { type: 'module' });
  const answer = () =>
    new Promise<void>((resolve, reject) => {
      worker.onmessage = () => resolve();
      // The event says nothing where the worker's file is missing or forbidden.
      worker.onerror = ({ message }) =>
        reject(new Error(message || 'its file is missing or forbidden'));
    });
  const ready = answer();
  worker.postMessage(start);
  return {
    ready,
    run: (job: Job) => {
      const done = answer();
      worker.postMessage(job);
      return done;
    },
    end: async () => worker.terminate(),
  };
}

/** WebGPU; undefined in browsers without it. */
export const openGpu = async (_flags: readonly string[] = []): Promise<GPU | undefined> =>
  navigator.gpu;
