/** Does something soon, again and again: at most once a frame and for a quarter of the time, so that the pen comes first. */
export class Pace {
  readonly #act: () => void;
  #isWaiting = false;
  #frame = 0;
  #restUntil = 0;

  constructor(act: () => void) {
    this.#act = act;
  }

  /** Once more, unless it is going to be done anyway. */
  ask(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#frame = requestAnimationFrame((now) => this.#tick(now));
  }

  /** Not after all. */
  cancel(): void {
    cancelAnimationFrame(this.#frame);
    this.#isWaiting = false;
  }

  #tick(now: number): void {
    if (now < this.#restUntil) {
      this.#frame = requestAnimationFrame((later) => this.#tick(later));
      return;
    }
    this.#isWaiting = false;
    const started = performance.now();
    this.#act();
    const ended = performance.now();
    this.#restUntil = ended + 3 * (ended - started);
  }
}
