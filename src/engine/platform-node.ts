import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Job, ThreadStart } from './kernels.js';
import type { Thread } from './platform.js';

export const cores = (): number => availableParallelism();

/** Node 20 has relaxed SIMD behind a flag; later ones have it, and do not know the flag. */
export function enableRelaxed(): void {
  if (process.versions.node.startsWith('20.')) {
    setFlagsFromString('--experimental-wasm-relaxed-simd');
  }
}

export function spawn(start: ThreadStart): Thread {
  const worker = new Worker(new URL('./worker-node.js', import.meta.url), {
    workerData: start,
    execArgv: [], // loaders of the program's own have no business here, and may send messages
    name: `mann ${start.rank}`,
  });
  const answer = async () => {
    worker.ref();
    try {
      await once(worker, 'message'); // rejects where the worker throws
    } finally {
      worker.unref(); // an idle thread does not keep the program alive
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
      await worker.terminate();
    },
  };
}
