import type { CellState, Engine } from '../../engine/engine.js';
import { shapesOf } from '../../model/shapes.js';
import type { MemoryRecord } from '../data.js';

/** Keeps the memory of one episode, step by step: `keep(t, state)` after each, and `record` at the end. */
export class MemoryRecorder {
  readonly #record: MemoryRecord;

  /** @param steps T; steps from there on are not kept */
  constructor(
    engine: Pick<Engine, 'config'>,
    readonly steps: number,
  ) {
    const { N, W, R } = shapesOf(engine.config);
    this.#record = {
      ...{ slots: N, wordSize: W, heads: R },
      memory: new Float32Array(steps * N * W),
      readWeights: new Float32Array(steps * R * N),
      writeWeights: new Float32Array(steps * R * N),
      usage: new Float32Array(steps * N),
    };
  }

  keep(t: number, state: CellState): void {
    if (t >= this.steps) return;
    const { slots: N, wordSize: W, heads: R, ...arrays } = this.#record;
    arrays.memory.set(state.memory, t * N * W);
    arrays.readWeights.set(state.readWeights, t * R * N);
    arrays.writeWeights.set(state.writeWeights, t * R * N);
    arrays.usage.set(state.usage, t * N);
  }

  /** Nothing of a network without memory. */
  get record(): { readonly memory?: MemoryRecord } {
    return this.#record.slots > 0 ? { memory: this.#record } : {};
  }
}
