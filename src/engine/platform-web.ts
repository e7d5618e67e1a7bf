import type { Job, ThreadStart } from './kernels.js';
import type { Thread } from './platform.js';

export const cores = (): number => navigator.hardwareConcurrency || 1;

/** Browsers have relaxed SIMD or they do not. */
export function enableRelaxed(): void {}

export function spawn(start: ThreadStart): Thread {
  const worker = new Worker(new URL('./worker-web.js', import.meta.url), { type: 'module' });
  worker.postMessage(start);
  return {
    run: (job: Job) =>
      new Promise<void>((resolve, reject) => {
        worker.onmessage = () => resolve();
        worker.onerror = (event) => reject(new Error(event.message));
        worker.postMessage(job);
      }),
    end: async () => worker.terminate(),
  };
}
