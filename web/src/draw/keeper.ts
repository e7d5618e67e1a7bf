import { keep } from './keep.js';

/** How long the page waits for more changes, milliseconds. */
const SOON = 300;

/** Keeps the session in this browser: soon after it changed, and when the page is left. */
export class Keeper {
  readonly #text: () => string | undefined;
  readonly #onError: (error: unknown) => void;
  #isStarted = false;
  #hasFailed = false;
  #timer = 0;

  /**
   * @param text of the session; undefined: there is nothing to keep
   * @param onError hears of the first failure of several
   */
  constructor(text: () => string | undefined, onError: (error: unknown) => void) {
    this.#text = text;
    this.#onError = onError;
    addEventListener('pagehide', () => this.#keepNow());
    document.addEventListener('visibilitychange', () => this.#keepNow());
  }

  /** From now on: what was kept before has been restored and may be overwritten. */
  start(): void {
    this.#isStarted = true;
  }

  soon(): void {
    if (!this.#isStarted || this.#timer) return;
    this.#timer = window.setTimeout(() => this.#keepNow(), SOON);
  }

  #keepNow(): void {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = 0;
    try {
      keep(this.#text());
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) this.#onError(error);
      this.#hasFailed = true;
    }
  }
}
