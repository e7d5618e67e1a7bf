/** Episodes sampled on a thread of their own, in Node. */
import { Worker } from 'node:worker_threads';
import { UserError } from '../../../common/errors.js';
import type { EpisodeSource, EpisodeTask, Sampled, Sampling } from '../../task.js';
import type { EpisodeBatch, EpisodeSampler } from '../episodes.js';
import { type Answer, arraysOf, type Sampler, withAtlas } from './messages.js';

/**
 * Samples the episodes of a training on a thread of its own, while this one does other work:
 *
 * ```ts
 * const sampling = samplingThread(source); // or let it be asked for: train({ ..., sampling: samplingThread })
 * const sampled = await sampling?.next({ classes: 5, length: 50 }); // sampled.batch
 * await sampling?.end();
 * ```
 * It is for engines that draw (`engine.draws`): a fast graphics processor would wait for the CPU otherwise. The batches are
 * those of the source, whose own state does not change.
 * @returns undefined for a source of other episodes than drawings: they are sampled where they are
 */
export function samplingThread(source: EpisodeSource): Sampling<EpisodeBatch> | undefined {
  return isSampler(source) ? new SamplingThread(source) : undefined;
}

function isSampler(source: EpisodeSource): source is EpisodeSampler {
  return ['data', 'classes', 'options'].every((name) => name in source);
}

class SamplingThread implements Sampling<EpisodeBatch> {
  /** The thread goes on while an answer is on its way. */
  readonly ahead = 2;
  readonly #atlas: Uint8Array;
  readonly #worker: Worker;
  /** Those who wait for an answer, in the order of their requests. */
  readonly #waiting: {
    resolve(sampled: Sampled<EpisodeBatch>): void;
    reject(error: Error): void;
  }[] = [];

  /** Why the thread is no more. */
  #failure: Error | undefined;

  constructor({ data, classes, options, state }: EpisodeSampler) {
    const { atlas, ...rest } = data;
    this.#atlas = atlas;
    this.#worker = new Worker(new URL('./sampling-worker.js', import.meta.url), {
      workerData: { data: rest, classes, options, state } satisfies Sampler,
      execArgv: [], // loaders of the program's own have no business here, and may send messages
      name: 'mann sampling',
    });
    this.#worker.unref();
    this.#worker.on('message', (answer: Answer) => this.#take(answer));
    this.#worker.on('error', (error) => this.#fail(error));
  }

  async next(task: EpisodeTask, spent?: EpisodeBatch): Promise<Sampled<EpisodeBatch>> {
    if (this.#failure) throw this.#failure;
    // one whose pictures were drawn here has other arrays
    const old = spent?.views && withAtlas(spent, new Uint8Array());
    this.#worker.postMessage({ task, spent: old }, old ? arraysOf(old) : []);
    this.#worker.ref(); // an idle thread does not keep the program alive, but one that is waited for does
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
    this.#fail(new Error('the thread was ended'));
  }

  #take(answer: Answer): void {
    const { resolve, reject } = this.#waiting.shift()!;
    if ('wrong' in answer)
      reject(answer.isUsers ? new UserError(answer.wrong) : new RangeError(answer.wrong));
    else resolve({ ...answer, batch: withAtlas(answer.batch, this.#atlas) });
    if (this.#waiting.length === 0) this.#worker.unref();
  }

  #fail(error: Error): void {
    this.#failure = error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
