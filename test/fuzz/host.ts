import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Outcome } from './target.ts';

/** What is granted to one input. */
export interface Limits {
  /** Milliseconds. */
  readonly deadline: number;
  /** Bytes of resident memory, of this process with all that is loaded in it. */
  readonly memory: number;
}

export const LIMITS: Limits = { deadline: 5000, memory: 700 * 2 ** 20 };

/** What the worker answers. */
export type Answer = { outcome: Outcome } | { failure: string; stuck?: true };

/** How often memory is looked at while an input is read, milliseconds. */
const LOOK = 10;

/** Reads inputs in a worker thread, which is ended when it hangs or takes too much. */
export class Host {
  readonly counts: Record<Outcome, number> = { accepted: 0, refused: 0 };
  /** Milliseconds and bytes, the most so far. */
  slowest = 0;
  peak = 0;
  #worker: Worker | undefined;
  readonly #target: URL;
  readonly #limits: Limits;

  constructor(target: URL, limits: Limits = LIMITS) {
    this.#target = target;
    this.#limits = limits;
  }

  /** @throws Error that says how an input broke the contract */
  async check(input: Uint8Array): Promise<void> {
    const fresh = this.#worker === undefined;
    const started = performance.now();
    const { answer, memory } = await this.#ask(input);
    if ('outcome' in answer) {
      this.counts[answer.outcome]++;
      if (!fresh) this.slowest = Math.max(this.slowest, performance.now() - started);
      this.peak = Math.max(this.peak, memory);
      return;
    }
    if (answer.stuck) await this.end();
    // What many inputs left behind is not this one's fault: a fresh thread tells.
    if (memory > this.#limits.memory && !fresh) return this.check(input);
    throw new Error(answer.failure);
  }

  async end(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  async #ask(input: Uint8Array): Promise<{ answer: Answer; memory: number }> {
    if (!this.#worker) {
      this.#worker = new Worker(new URL('thread.js', import.meta.url), {
        workerData: this.#target.href,
        execArgv: [],
        // More than that is an error of its own, not the end of the process.
        resourceLimits: { maxOldGenerationSizeMb: 384 },
      });
      await once(this.#worker, 'message'); // it is ready
    }
    const worker = this.#worker;
    return new Promise((resolve) => {
      let looks = 0;
      let memory = 0;
      const done = (answer: Answer) => {
        clearInterval(watch);
        memory = Math.max(memory, process.memoryUsage.rss());
        for (const [name, listener] of Object.entries(listeners)) worker.off(name, listener);
        const tooMuch = memory > this.#limits.memory && 'outcome' in answer;
        resolve({ answer: tooMuch ? { failure: inWords(memory), stuck: true } : answer, memory });
      };
      const stuck = (failure: string) => done({ failure, stuck: true });
      const listeners = {
        message: done,
        error: (error: unknown) => stuck(`the thread fell over: ${stackOf(error)}`),
        exit: (code: number) => stuck(`the thread ended with ${code}`),
      };
      for (const [name, listener] of Object.entries(listeners)) worker.on(name, listener);
      const watch = setInterval(() => {
        memory = Math.max(memory, process.memoryUsage.rss());
        if (memory > this.#limits.memory) stuck(inWords(memory));
        // counted, not timed: a process that was stopped for a while is not to blame
        else if (++looks * LOOK > this.#limits.deadline) {
          stuck(`no answer within ${this.#limits.deadline / 1000} s`);
        }
      }, LOOK);
      worker.postMessage(input);
    });
  }
}

function inWords(memory: number): string {
  return `${Math.round(memory / 2 ** 20)} MB of memory`;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
