import {
  type CellState,
  type Checkpoint,
  createEngine,
  type Engine,
  type Prepared,
  shapesOf,
} from 'mann';
import type { Guess } from './step.js';

/** The LSTM baseline on the same drawings: all that it knows lies in its 200 cells. */
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

  /** @param labels observed so far, in the order of their positions */
  guess(drawing: Prepared, labels: readonly string[]): Guess | undefined {
    if (labels.length === 0) return undefined;
    const { logits } = this.#step(drawing);
    const powers = labels.map((_, i) => Math.exp(logits[i]! - logits[0]!));
    const sum = powers.reduce((a, b) => a + b, 0);
    const best = powers.indexOf(Math.max(...powers));
    return { label: labels[best]!, confidence: powers[best]! / sum };
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
