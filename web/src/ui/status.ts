import { element } from './element.js';

/** A sentence with the name that matters in it. */
export interface Sentence {
  readonly before: string;
  readonly name: string;
  readonly after: string;
  /** How sure it is; shown when the pen rests. */
  readonly percent?: string;
}

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

  /** What it says now. */
  say(text: string): void {
    if (text === this.#said) return;
    this.#said = text;
    this.#line.textContent = text;
  }

  /** An answer. It is written anew only when it changes, so that it is not read out all the time. */
  answer({ before, name, after, percent = '' }: Sentence): void {
    const key = [before, name, after, percent].join('\n');
    if (key === this.#said) return;
    this.#said = key;
    this.#line.replaceChildren(
      before,
      element('b', {}, name),
      after,
      ...(percent ? [element('small', {}, ` ${percent}`)] : []),
    );
  }
}
