/** The worker that trains, and the runs that wait for it: one is under way at a time. */

import { MOST_RUNS } from '../charts/theme.js';
import type { Settings } from '../task/settings.js';
import { count, shortName } from '../task/words.js';
import type { Answer, Ask, ExampleStep } from '../training/messages.js';
import { isUnderWay, type Run } from './run.js';

export interface Listener {
  /** Runs have changed; `structure` where some came, went or changed their state. */
  changed(structure: boolean): void;
  /** For people who listen to the page: seldom. */
  say(sentence: string): void;
  example(settings: Settings, steps: readonly ExampleStep[]): void;
  weights(run: Run, bytes: Uint8Array<ArrayBuffer>): void;
  problem(sentence: string): void;
}

export class Trainer {
  readonly #listener: Listener;
  readonly #runs: Run[] = [];
  #worker: Worker | undefined;
  #next = 1;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  get runs(): readonly Run[] {
    return this.#runs;
  }

  /** @returns the run; undefined where there are too many */
  add(settings: Settings): Run | undefined {
    const place = Array.from({ length: MOST_RUNS }, (_, i) => i).find(
      (place) => !this.#runs.some((run) => run.place === place),
    );
    if (place === undefined) {
      this.#listener.problem(`There are ${MOST_RUNS} runs already: remove one to train another.`);
      return undefined;
    }
    const run: Run = {
      ...{ number: this.#next++, settings, place, state: 'waiting', batch: 0, secondsLeft: 0 },
      ...{ name: this.#nameFor(settings), points: [], seconds: 0 },
      ...{ tested: undefined, machine: undefined, result: undefined, why: undefined },
    };
    this.#runs.push(run);
    this.#listener.problem('');
    this.#begin();
    return run;
  }

  /** Ends a run after the batch at hand; one that waits at once. */
  stop(run: Run): void {
    if (run.state === 'training') {
      run.state = 'stopping';
      this.#ask({ kind: 'stop' });
    } else if (run.state === 'waiting') {
      run.state = 'stopped';
      this.#listener.say(`${run.name}: stopped.`);
    }
    this.#listener.changed(true);
  }

  goOn(run: Run): void {
    run.state = 'waiting';
    run.why = undefined;
    this.#begin();
  }

  remove(run: Run): void {
    if (isUnderWay(run)) this.#ask({ kind: 'stop' });
    this.#ask({ kind: 'forget', run: run.number });
    this.#runs.splice(this.#runs.indexOf(run), 1);
    this.#listener.say(`${run.name}: removed.`);
    this.#begin();
  }

  askForExample(settings: Settings): void {
    this.#ask({ kind: 'example', settings });
  }

  askForWeights({ number }: Run): void {
    this.#ask({ kind: 'weights', run: number });
  }

  /** The one that waits longest, if nothing is under way. */
  #begin(): void {
    const run = this.#runs.some(isUnderWay)
      ? undefined
      : this.#runs.find(({ state }) => state === 'waiting');
    if (run) {
      run.state = 'training';
      const { number, settings } = run;
      this.#ask({ kind: 'train', run: number, settings, threads: usualThreads() });
      this.#listener.say(`${run.name}: training begins.`);
    }
    this.#listener.changed(true);
  }

  #ask(ask: Ask): void {
    if (!this.#worker) {
      const worker = new Worker(new URL('../training/worker.ts', import.meta.url), {
        type: 'module',
      });
      worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#hear(data);
      worker.onerror = () => this.#lost();
      this.#worker = worker;
    }
    this.#worker.postMessage(ask);
  }

  /** The worker could not start, or has died, and with it the weights of all runs. */
  #lost(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const why = 'this browser could not keep its worker running';
    for (const run of this.#runs) if (isUnderWay(run)) this.#fail(run, why);
    this.#listener.problem(`Networks can’t be trained: ${why}.`);
  }

  #fail(run: Run, message: string): void {
    run.state = 'failed';
    run.why = message.replace(/\.$/, '');
    this.#listener.say(`${run.name} failed: ${run.why}.`);
    this.#begin();
  }

  #hear(answer: Answer): void {
    if (answer.kind === 'example') {
      this.#listener.example(answer.settings, answer.steps);
      return;
    }
    const run = this.#runs.find(({ number }) => number === answer.run);
    if (!run) {
      if (answer.kind === 'failed') this.#listener.problem(`${answer.message}.`);
      return; // it was removed
    }
    if (answer.kind === 'weights') this.#listener.weights(run, answer.bytes);
    else if (answer.kind === 'failed') this.#fail(run, answer.message);
    else if (answer.kind === 'begin') {
      run.machine = answer.machine;
    } else if (answer.kind === 'progress') this.#progress(run, answer);
    else if (answer.kind === 'testing') {
      run.tested = answer.done;
      this.#listener.changed(false);
    } else if (answer.kind === 'stopped') {
      run.state = 'stopped';
      run.tested = undefined;
      this.#listener.say(`${run.name}: stopped after batch ${count(run.batch)}.`);
      this.#begin();
    } else {
      run.state = 'finished';
      run.tested = undefined;
      run.seconds = answer.seconds;
      run.result = answer.result;
      const { '2': second } = answer.result.byInstance;
      const accuracy = second
        ? `: ${Math.round(second.accuracy)}% on the 2nd instance of new classes`
        : '';
      this.#listener.say(`${run.name} is trained${accuracy}.`);
      this.#begin();
    }
  }

  #progress(run: Run, { batch, secondsLeft, points }: Answer & { kind: 'progress' }): void {
    const quarter = (batch: number) => Math.floor((4 * batch) / run.settings.batches);
    if (quarter(batch) > quarter(run.batch) && quarter(batch) < 4) {
      this.#listener.say(`${run.name}: ${25 * quarter(batch)}% of the training.`);
    }
    // where a graphics processor has failed, the processor began again further back
    const from = points[0]?.batch ?? Number.POSITIVE_INFINITY;
    while (run.points.length > 0 && run.points.at(-1)!.batch >= from) run.points.pop();
    run.batch = batch;
    run.secondsLeft = secondsLeft;
    run.points.push(...points);
    this.#listener.changed(false);
  }

  #nameFor(settings: Settings): string {
    const name = shortName(settings);
    const same = this.#runs.filter((run) => shortName(run.settings) === name).length;
    return same > 0 ? `${name} (${same + 1})` : name;
  }
}

/** One core stays with the page. */
function usualThreads(): number {
  return crossOriginIsolated
    ? Math.min(Math.max((navigator.hardwareConcurrency || 1) - 1, 0), 8)
    : 0;
}
