import type { Job } from './kernels.js';

/** A worker that does one thread's part of each job. */
export interface Thread {
  run(job: Job): Promise<void>;
  end(): Promise<void>;
}
