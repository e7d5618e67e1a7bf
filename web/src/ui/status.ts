import { type Guess, NONE } from '../session/step.js';
import { element } from './element.js';

/** The line that says what the network thinks, and beside it what the LSTM thinks. */
export class Status {
  readonly #line: HTMLElement;
  readonly #rival: HTMLElement;
  #said = '';

  constructor(line: HTMLElement, rival: HTMLElement) {
    this.#line = line;
    this.#rival = rival;
  }

  /** Recorded guesses are for the eye: they are not read out. */
  set isQuiet(quiet: boolean) {
    this.#line.setAttribute('aria-live', quiet ? 'off' : 'polite');
  }

  say(text: string): void {
    this.#rival.textContent = '';
    if (text === this.#said) return;
    this.#said = text;
    this.#line.textContent = text;
  }

  /**
   * One answer. While the pen moves it changes only with the class, so that it is not read out all the time.
   * @param hasFree there are cards without an example
   * @param isFinal the pen was lifted
   */
  answer({ label, confidence }: Guess, hasFree: boolean, isFinal: boolean): void {
    const isNew = label === NONE && hasFree;
    const percent = isFinal && !isNew ? `, ${Math.round(100 * confidence)}%` : '';
    const key = `${label}${percent}${isNew}`;
    if (key === this.#said) return;
    this.#said = key;
    if (isNew) {
      this.#line.replaceChildren(element('b', {}, 'New to me'), ': tap an empty card.');
      return;
    }
    const name = label === NONE ? 'None of these' : `Class ${label}`;
    this.#line.replaceChildren(element('b', {}, name), percent);
  }

  /** What the LSTM says to the same drawing; after `say` or `answer`. */
  answerOfRival(guess: Guess | undefined, isFinal: boolean): void {
    if (!guess) {
      this.#rival.textContent = '';
      return;
    }
    const { label, confidence } = guess;
    const percent = isFinal && label !== NONE ? `, ${Math.round(100 * confidence)}%` : '';
    const name = label === NONE ? 'new' : `class ${label}`;
    this.#rival.replaceChildren('LSTM without memory: ', element('b', {}, name), percent);
  }
}
