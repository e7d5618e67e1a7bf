import { parentPort, workerData } from 'node:worker_threads';
import { startThread } from './kernels.js';

const run = startThread(workerData);
parentPort!.on('message', (job) => {
  run(job);
  parentPort!.postMessage('done');
});
parentPort!.postMessage('ready');
