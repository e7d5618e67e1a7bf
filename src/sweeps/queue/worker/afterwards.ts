/**
 * Looks after runs that ended while the connection was bad. What was sent over a connection that broke may arrive later
 * than everything that was sent over the next one: a piece of a file in a queue that was cleared already, for nobody.
 */
import { isAwaited } from '../notes.js';
import type { QueueServer } from '../server.js';
import type { Store } from '../store/store.js';

/** Milliseconds for which runs are looked after, and between two looks. */
const LONG = 300_000;
const LOOK = 30_000;

export class Afterwards {
  readonly #server: QueueServer;
  readonly #runs = new Map<string, { readonly store: Store; readonly until: number }>();
  #looked = performance.now();

  constructor(server: QueueServer) {
    this.#server = server;
  }

  add(key: string, store: Store): void {
    this.#runs.set(key, { store, until: performance.now() + LONG });
  }

  /** Clears what belongs to no job and no sweep; not too often, but for the last time. */
  async look(isLast = false): Promise<void> {
    const now = performance.now();
    if (this.#runs.size === 0 || (!isLast && now - this.#looked < LOOK)) return;
    this.#looked = now;
    for (const [key, { store, until }] of this.#runs) {
      if (until < now) this.#runs.delete(key);
      const { trainings } = this.#server;
      const job = await this.#server.insist(() => trainings.getJob(`run-${key}`));
      if (!job && !(await isAwaited(this.#server, key))) await store.clear(key);
    }
  }
}
