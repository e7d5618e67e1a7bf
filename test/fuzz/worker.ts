/** The thread in which inputs are read: one message in, one answer out. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Answer } from './host.ts';
import type { Target } from './target.ts';

const { target }: { target: Target } = await import(workerData);

async function answer(input: Uint8Array): Promise<Answer> {
  try {
    return { outcome: await target.run(input) };
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort!.on('message', async (input: Uint8Array) => {
  parentPort!.postMessage(await answer(input));
});

parentPort!.postMessage('ready');
