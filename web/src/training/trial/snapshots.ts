import { type Checkpoint, Learner } from 'mann';
import type { Stroke } from '../../pad/strokes.js';
import { pixelsOf } from '../../session/pixels.js';
import type { Named } from '../../session/step.js';
import { STAGES } from '../network.js';

/** A network of some time in the training, and what it says of a drawing. */
export interface Opinion {
  /** Batches that it was trained for. */
  readonly batch: number;
  /** In the order of the symbols, 0 to 1. */
  readonly shares: readonly number[];
}

interface Snapshot {
  readonly batch: number;
  readonly learner: Learner;
}

/**
 * The same network at several times of its training: those of {@link STAGES}, and the newest. All are shown the same
 * symbols, one drawing of each.
 */
export class Snapshots {
  #all: readonly Snapshot[] = [];
  #symbols: readonly Named[] = [];
  /** Which training this is: a network that is opened when the next one has begun comes too late. */
  #training = 0;

  /** Batches of those that are there, ascending. */
  get batches(): number[] {
    return this.#all.map(({ batch }) => batch);
  }

  /** A new training begins. */
  clear(): void {
    this.#training++;
    this.#all = [];
  }

  async add(checkpoint: Checkpoint): Promise<void> {
    const training = this.#training;
    const batch = checkpoint.step;
    const learner = await Learner.load(checkpoint);
    if (training !== this.#training) return;
    teach(learner, this.#symbols);
    const kept = this.#all.filter((one) => STAGES.includes(one.batch) && one.batch !== batch);
    this.#all = [...kept, { batch, learner }].sort((a, b) => a.batch - b.batch);
  }

  /** Each network forgets what it was shown, and is shown these. */
  show(symbols: readonly Named[]): void {
    this.#symbols = symbols;
    for (const { learner } of this.#all) teach(learner, symbols);
  }

  /** @throws UserError when the drawing is empty */
  opinionsOf(strokes: readonly Stroke[]): Opinion[] {
    const first = this.#all[0];
    if (!first) return [];
    // All of one size, so the drawing is prepared for all at once.
    const drawing = first.learner.prepare(pixelsOf({ strokes }));
    return this.#all.map(({ batch, learner }) => {
      const { confidences } = learner.predict(drawing);
      const share = (name: string) => confidences.find(({ label }) => label === name)!.confidence;
      return { batch, shares: this.#symbols.map(({ name }) => share(name)) };
    });
  }
}

function teach(learner: Learner, symbols: readonly Named[]): void {
  learner.forget();
  for (const { name, look } of symbols) learner.observe(pixelsOf(look), name);
}
