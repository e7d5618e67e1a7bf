import { nextTurn } from '../common/turn.js';

/** Milliseconds of work after which others have their turn. */
const TURN = 50;

/**
 * Draws one item ahead: item k+1 is drawn while the engine works on item k, always in the same
 * order, and never one more than `count`. Where the engine's threads take all cores it is drawn
 * after their work: in the midst it would hold up one of them, and the others wait for that one.
 * An item is spent when the next one is taken.
 */
export class Ahead<T> {
  #left: number;
  #next: T | undefined;
  #taken: T | undefined;
  #spent: T | undefined;
  readonly #draw: (spent: T | undefined) => T;
  readonly #meanwhile: boolean;
  #turned = performance.now();

  /**
   * @param count items in all
   * @param draw called `count` times, with an item that is spent and may be made use of again, if there is one
   * @param meanwhile whether to draw during the work, not after it
   */
  constructor(count: number, draw: (spent: T | undefined) => T, meanwhile: boolean) {
    this.#left = count;
    this.#draw = draw;
    this.#meanwhile = meanwhile;
  }

  /** The next item. */
  take(): T {
    this.#fill();
    const item = this.#next as T;
    this.#next = undefined;
    this.#spent = this.#taken;
    this.#taken = item;
    return item;
  }

  /** The item that is drawn already, if any. */
  peek(): T | undefined {
    return this.#next;
  }

  /** Waits for `work`, and draws the item after it. */
  async during<R>(work: Promise<R>): Promise<R> {
    let failure: unknown;
    if (this.#meanwhile) {
      try {
        this.#fill();
      } catch (error) {
        failure = error; // the engine must have come to rest before anybody hears of it
      }
    }
    const result = await work;
    if (failure) throw failure;
    this.#fill();
    // An engine without threads works on this one, and Ctrl-C could not be heard.
    if (performance.now() - this.#turned > TURN) {
      await nextTurn();
      this.#turned = performance.now();
    }
    return result;
  }

  #fill(): void {
    if (this.#next !== undefined || this.#left === 0) return;
    this.#left--;
    const spent = this.#spent;
    this.#spent = undefined; // nothing is made use of twice
    this.#next = this.#draw(spent);
  }
}
