import { type Job, startThread, type ThreadStart } from './kernels.js';

let run: ((job: Job) => void) | undefined;
self.onmessage = ({ data }: MessageEvent<ThreadStart | Job>) => {
  if (!run) {
    run = startThread(data as ThreadStart);
    self.postMessage('ready');
  } else {
    run(data as Job);
    self.postMessage('done');
  }
};
