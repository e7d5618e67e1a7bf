import type { Batch, CellState, Engine, Forward } from '../engine/engine.js';

/** What of a memory goes on into the next episode: [B, N, W] and [B, N]. */
export type KeptState = Pick<CellState, 'memory' | 'usage'>;

/**
 * The memory that is not wiped between episodes: each episode of a batch begins with what the one before left in its
 * place. The controller and the heads begin anew, and no gradient goes back into the episode before.
 *
 * ```ts
 * const kept = new KeptMemory(engine);
 * kept.take(await engine.forward(kept.into(batch)));
 * ```
 */
export class KeptMemory {
  readonly #engine: Pick<Engine, 'zeroState'>;
  #kept: KeptState | undefined;

  /** @param kept from before. Default: a memory that was just wiped */
  constructor(engine: Pick<Engine, 'zeroState'>, kept?: KeptState) {
    this.#engine = engine;
    this.#kept = kept;
  }

  /** The same batch, beginning with the memory as it was left. */
  into<B extends Batch>(batch: B): B {
    return { ...batch, start: { ...this.#engine.zeroState(batch.batch), ...this.#kept } };
  }

  /** Keeps what a batch has left. */
  take({ end }: Pick<Forward, 'end'>): void {
    if (!end) return;
    const { memory, usage } = end;
    this.#kept = { memory, usage };
  }

  /** Undefined before the first batch. */
  get state(): KeptState | undefined {
    return this.#kept;
  }
}
