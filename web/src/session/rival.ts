import {
  type CellState,
  type Checkpoint,
  createEngine,
  type Engine,
  type Prepared,
  shapesOf,
} from 'mann';
import { type Guess, NONE } from './step.js';
import { shareOfNone } from './verdict.js';

/** Classes that it can tell apart. */
const MOST = 5;
/**
 * It did not learn familiarity, but puts new drawings on free outputs. Even is a little more than the outputs in use
 * would have if all five were alike.
 */
const evenAt = (used: number) => (used + 0.25) / MOST;

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
   * Its answer: one of the labels, or none of them while it has free outputs. Undefined where there are no labels, or
   * more than it can tell apart.
   * @param labels observed so far, in the order of their positions
   */
  guess(drawing: Prepared, labels: readonly string[]): Guess | undefined {
    if (labels.length === 0 || labels.length > MOST) return undefined;
    const { logits } = this.#step(drawing);
    const outputs = Array.from({ length: MOST }, (_, i) => logits[i]!);
    const most = Math.max(...outputs);
    const powers = outputs.map((logit) => Math.exp(logit - most));
    const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
    const used = powers.slice(0, labels.length);
    if (labels.length < MOST) {
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
    if (this.#pending !== undefined && this.#pending < MOST) input[P + this.#pending] = 1;
    return this.#engine.step(input, this.#state);
  }
}
