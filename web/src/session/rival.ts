import {
  type CellState,
  type Checkpoint,
  createEngine,
  type Engine,
  type Prepared,
  shapesOf,
} from 'mann';
import { CLASSES, type Guess, NONE } from './step.js';
import { shareOfNone } from './verdict.js';

/**
 * It did not learn familiarity, but puts new drawings on free outputs. Even is a little more than the outputs in use
 * would have if all five were alike.
 */
const evenAt = (used: number) => (used + 0.25) / CLASSES.length;

/** The LSTM baseline on the same drawings: all that it knows is in the state of its 200 cells. */
export class Rival {
  readonly #engine: Engine;
  #state: CellState;
  #pending: number | undefined;

  private constructor(engine: Engine) {
    this.#engine = engine;
    this.#state = engine.zeroState(1);
  }

  static async load({ config, parameters }: Checkpoint): Promise<Rival> {
    return new Rival(await createEngine(config, { parameters, threads: 0 }));
  }

  /**
   * Its answer: one of the labels, or none of them while there are free ones.
   * @param labels observed so far, in the order of their positions
   */
  guess(drawing: Prepared, labels: readonly string[]): Guess | undefined {
    if (labels.length === 0) return undefined;
    const { logits } = this.#step(drawing);
    const most = Math.max(...CLASSES.map((_, i) => logits[i]!));
    const powers = CLASSES.map((_, i) => Math.exp(logits[i]! - most));
    const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
    const used = powers.slice(0, labels.length);
    if (labels.length < CLASSES.length) {
      const none = shareOfNone(sum(used) / sum(powers), evenAt(labels.length));
      if (none > 0.5) return { label: NONE, confidence: none };
    }
    const best = used.indexOf(Math.max(...used));
    return { label: labels[best]!, confidence: used[best]! / sum(used) };
  }

  /** @param position of the drawing's label */
  observe(drawing: Prepared, position: number): void {
    this.#state = this.#step(drawing).state;
    this.#pending = position;
  }

  forget(): void {
    this.#state = this.#engine.zeroState(1);
    this.#pending = undefined;
  }

  #step({ ink }: Prepared) {
    const { P, X } = shapesOf(this.#engine.config);
    const input = new Float32Array(X);
    input.set(ink);
    if (this.#pending !== undefined) input[P + this.#pending] = 1;
    return this.#engine.step(input, this.#state);
  }
}
