import type { Named } from '../session/step.js';
import { readSettings, writeSettings } from '../settings.js';
import { byId, element } from '../ui/element.js';
import { saveFile } from '../ui/save-file.js';
import { Curve } from './curve.js';
import { type Machine, STOP, type TrainAnswer, type TrainAsk } from './messages.js';
import { Trial } from './trial/trial.js';
import { sameInWords, speedInWords } from './words.js';

const CHANCE = 100 / 3;

/** Trains a small network in a worker, with a live curve, and lets the visitor draw for it. */
export class TrainSection {
  readonly #threads = byId<HTMLInputElement>('threads');
  readonly #curve: Curve;
  /** What is said of what trains until that is known. */
  readonly #before = byId('train-machine').textContent;
  #worker: Worker | undefined;
  /** What the worker has said of the training; undefined until it begins. */
  #begun: { machine: Machine; batches: number; episodes: number } | undefined;
  #isStopping = false;
  readonly #trial: Trial;
  /** The trained network. */
  #file: { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> } | undefined;

  /** @param symbols the visitor's own, which the trained network is shown: `() => session.symbols` */
  constructor(symbols: () => readonly Named[]) {
    this.#trial = new Trial(symbols);
    const { threads } = readSettings();
    this.#threads.value = String(threads ?? usualThreads());
    this.#threads.disabled = !crossOriginIsolated;
    if (!crossOriginIsolated) this.#threads.value = '0';
    this.#threads.addEventListener('change', () => {
      const count = Math.min(64, Math.max(0, Math.round(Number(this.#threads.value)) || 0));
      this.#threads.value = String(count);
      writeSettings({ threads: count });
    });
    this.#curve = new Curve(byId('curve'), CHANCE);
    byId('train-start').addEventListener('click', () => this.#start());
    byId('train-stop').addEventListener('click', () => this.#stop());
    byId('train-download').addEventListener('click', () => {
      if (this.#file) saveFile(this.#file.name, new Blob([this.#file.bytes]));
    });
  }

  #start(): void {
    const { seed, batches, processor: means } = readSettings();
    this.#end();
    this.#curve.reset(undefined);
    byId('trained').hidden = true;
    byId('train-keep').hidden = true;
    byId('train-machine').textContent = this.#before;
    this.#setRunning(true);
    this.#say('Generating characters…');
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<TrainAnswer>) => this.#hear(data);
    worker.onerror = () => this.#fail('this browser could not start its worker');
    const ask: TrainAsk = { seed, threads: Number(this.#threads.value), batches, means };
    worker.postMessage(ask);
    this.#worker = worker;
  }

  /** After the batch at hand; at once where there is none, or where somebody has waited for it in vain. */
  #stop(): void {
    if (this.#begun && !this.#isStopping) {
      this.#isStopping = true;
      this.#worker?.postMessage(STOP);
      return;
    }
    this.#say('Stopped.');
    this.#end();
  }

  #hear(answer: TrainAnswer): void {
    if (answer.kind === 'failed') this.#fail(answer.message);
    else if (answer.kind === 'preparing') this.#say('Preparing your graphics processor…');
    else if (answer.kind === 'begin') {
      this.#begun = answer;
      this.#curve.reset(answer.batches);
      this.#trial.begin();
    } else if (answer.kind === 'snapshot') {
      this.#trial.take(answer.checkpoint);
    } else if (this.#begun && answer.kind === 'progress') {
      const { machine, batches, episodes } = this.#begun;
      const { batch, accuracy, speed } = answer;
      this.#curve.add(batch, accuracy);
      const left = Math.ceil((batches - batch) / speed);
      const [done, all] = [batch, batches].map((number) => number.toLocaleString('en'));
      this.#say(`Batch ${done} of ${all}, ${left} s left`);
      this.#describe(machine, episodes * speed);
    } else if (this.#begun && answer.kind === 'end') this.#tell(this.#begun, answer);
  }

  #tell(
    { machine, episodes }: { machine: Machine; episodes: number },
    { batch, seconds, digest, unseen, tested, file }: TrainAnswer & { kind: 'end' },
  ): void {
    this.#say(
      `${batch.toLocaleString('en')} batches of ${episodes} episodes in ${Math.round(seconds)} s`,
    );
    this.#describe(machine, (episodes * batch) / seconds);
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
        `Checksum of the weights: ${digest}. ${sameInWords(machine)}`,
      ),
    );
    result.hidden = false;
    this.#offer(file, tested);
    this.#end();
  }

  /** @param tested batches of the test */
  #offer(bytes: Uint8Array<ArrayBuffer>, tested: number): void {
    const name = `mann-glyphs-3way-seed${readSettings().seed}.safetensors`;
    this.#file = { name, bytes };
    byId('train-command').textContent = `npx mann test ${name} --test-batches ${tested}`;
    byId('train-keep').hidden = false;
  }

  #fail(why: string): void {
    this.#say(`Training stopped: ${why}.`);
    this.#end();
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#begun = undefined;
    this.#isStopping = false;
    this.#trial.end();
    this.#setRunning(false);
  }

  #setRunning(running: boolean): void {
    byId('train-start').hidden = running;
    byId('train-stop').hidden = !running;
  }

  #say(text: string): void {
    byId('train-says').textContent = text;
  }

  /** @param episodes a second */
  #describe(machine: Machine, episodes: number): void {
    const sentences = [machine.why, speedInWords(machine, episodes)].filter(Boolean);
    byId('train-machine').textContent = sentences.join(' ');
  }
}

/** One core stays with the page. */
function usualThreads(): number {
  return crossOriginIsolated
    ? Math.min(Math.max((navigator.hardwareConcurrency || 1) - 1, 0), 8)
    : 0;
}
