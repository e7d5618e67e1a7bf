import type { Reading } from '../session/step.js';
import { element } from './element.js';

/** The line that says what the network thinks. */
export class Status {
  readonly #line: HTMLElement;
  #said = '';

  constructor(line: HTMLElement) {
    this.#line = line;
  }

  /** Recorded guesses are for the eye: they are not read out. */
  set isQuiet(quiet: boolean) {
    this.#line.setAttribute('aria-live', quiet ? 'off' : 'polite');
  }

  say(text: string): void {
    if (text === this.#said) return;
    this.#said = text;
    this.#line.textContent = text;
  }

  /**
   * A guess. While the pen moves it changes only with the class, so that it is not read out all the time.
   * @param isFinal the pen was lifted
   */
  guess(
    { guess, known }: Pick<Reading, 'guess' | 'known'>,
    isFull: boolean,
    isFinal: boolean,
  ): void {
    const doubt = known ? '' : isFull ? ', not sure' : ', or something new';
    const key = isFinal ? `${guess.label} ${guess.confidence} ${doubt}` : guess.label;
    if (key === this.#said) return;
    this.#said = key;
    this.#line.replaceChildren(
      element('b', {}, `Class ${guess.label}`),
      isFinal ? `, ${Math.round(100 * guess.confidence)}%${doubt}` : '',
    );
  }
}
