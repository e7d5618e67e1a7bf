import { readSettings, writeSettings } from '../settings.js';
import { byId, element } from '../ui/element.js';
import { Curve } from './curve.js';
import { STOP, type TrainAnswer, type TrainAsk } from './messages.js';

const CHANCE = 100 / 3;

/** Trains a small network in a worker, with a live curve. */
export class TrainSection {
  readonly #threads = byId<HTMLInputElement>('threads');
  readonly #curve: Curve;
  #worker: Worker | undefined;

  constructor() {
    const { threads, batches } = readSettings();
    this.#threads.value = String(threads ?? usualThreads());
    this.#threads.disabled = !crossOriginIsolated;
    if (!crossOriginIsolated) this.#threads.value = '0';
    this.#threads.addEventListener('change', () => {
      const count = Math.min(64, Math.max(0, Math.round(Number(this.#threads.value)) || 0));
      this.#threads.value = String(count);
      writeSettings({ threads: count });
    });
    this.#curve = new Curve(byId('curve'), batches, CHANCE);
    byId('train-start').addEventListener('click', () => this.#start());
    byId('train-stop').addEventListener('click', () => this.#worker?.postMessage(STOP));
  }

  #start(): void {
    const { seed, batches } = readSettings();
    this.#end();
    this.#curve.reset(batches);
    byId('trained').hidden = true;
    this.#setRunning(true);
    this.#say('Generating characters…');
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<TrainAnswer>) => this.#hear(data);
    worker.onerror = () => this.#fail('this browser could not start its worker');
    const ask: TrainAsk = { seed, threads: Number(this.#threads.value), batches };
    worker.postMessage(ask);
    this.#worker = worker;
  }

  #hear(answer: TrainAnswer): void {
    if (answer.kind === 'failed') {
      this.#fail(answer.message);
      return;
    }
    if (answer.kind === 'progress') {
      const { batch, batches, accuracy, speed } = answer;
      this.#curve.add(batch, accuracy);
      const left = Math.ceil((batches - batch) / speed);
      this.#say(
        `Batch ${batch.toLocaleString('en')}, ${Math.round(speed)} batches a second, ${left} s left`,
      );
      return;
    }
    const { batch, seconds, threads, engine, digest, unseen } = answer;
    const speed = Math.round(batch / seconds);
    this.#say(`${batch.toLocaleString('en')} batches in ${Math.round(seconds)} s`);
    const percent = (instance: string) => `${Math.round(unseen[instance] ?? 0)}%`;
    const result = byId('trained');
    result.replaceChildren(
      element(
        'p',
        { class: 'says' },
        `Accuracy on characters it was not trained on: ${percent('1')} on the 1st instance, ` +
          `${percent('2')} on the 2nd, ${percent('5')} on the 5th.`,
      ),
      element(
        'p',
        { class: 'note' },
        `${speed} batches a second on ${threads} ${threads === 1 ? 'thread' : 'threads'} ` +
          `(${engine === 'relaxed' ? 'relaxed SIMD' : 'SIMD'}). Checksum of the weights: ${digest}; ` +
          'everybody who opens this address gets the same weights.',
      ),
    );
    result.hidden = false;
    this.#end();
  }

  #fail(why: string): void {
    this.#say(`Training stopped: ${why}.`);
    this.#end();
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#setRunning(false);
  }

  #setRunning(running: boolean): void {
    byId('train-start').hidden = running;
    byId('train-stop').hidden = !running;
  }

  #say(text: string): void {
    byId('train-says').textContent = text;
  }
}

/** One core stays with the page. */
function usualThreads(): number {
  return crossOriginIsolated
    ? Math.min(Math.max((navigator.hardwareConcurrency || 1) - 1, 0), 8)
    : 0;
}
