/**
 * Draws one item ahead: item k+1 is drawn while the engine works on item k, always in the same
 * order, and never one more than `count`.
 */
export class Ahead<T> {
  #left: number;
  #next: T | undefined;
  readonly #draw: () => T;

  /**
   * @param count items in all
   * @param draw called `count` times
   */
  constructor(count: number, draw: () => T) {
    this.#left = count;
    this.#draw = draw;
  }

  /** The next item. */
  take(): T {
    this.#fill();
    const item = this.#next as T;
    this.#next = undefined;
    return item;
  }

  /** The item that is drawn already, if any. */
  peek(): T | undefined {
    return this.#next;
  }

  /** Draws the item after while `work` is being done, and waits for it. */
  async during<R>(work: Promise<R>): Promise<R> {
    try {
      this.#fill();
    } catch (error) {
      // The engine must have come to rest before anybody else hears of it.
      await work.catch(() => undefined);
      throw error;
    }
    return work;
  }

  #fill(): void {
    if (this.#next !== undefined || this.#left === 0) return;
    this.#left--;
    this.#next = this.#draw();
  }
}
