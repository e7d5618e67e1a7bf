import type { Job } from './kernels.js';

/** A worker that does one thread's part of each job. */
export interface Thread {
  /** Settles when the thread has its kernels; jobs may be given to a pool when all of it is ready. */
  readonly ready: Promise<void>;
  run(job: Job): Promise<void>;
  end(): Promise<void>;
}
