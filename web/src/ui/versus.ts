import { isRight, type Scores, scoresOf } from '../session/score.js';
import { type Answers, type Check, NONE } from '../session/step.js';
import { byId, element } from './element.js';
import { thumbnail } from './thumbnail.js';

type Who = keyof Answers;

const ROWS: readonly (readonly [who: Who, name: string, about: string])[] = [
  ['mann', 'This network', 'with its memory'],
  [
    'lstm',
    'An LSTM',
    'an ordinary network: no memory but the state of its 200 cells, up to five symbols',
  ],
  ['pixels', 'Nearest picture', 'the example with the most similar pixels; it always names one'],
];

/** The same drawings given to others: their answers to the one at hand, and to all whose truth is known. */
export class Versus {
  readonly #root = byId('versus');
  readonly #table = byId('versus-table');
  readonly #nameOf: (id: string) => string;
  #answers: Answers | undefined;

  constructor(nameOf: (id: string) => string) {
    this.#nameOf = nameOf;
  }

  /** @param hasExamples whether there is anything to compare */
  showChecks(checks: readonly Check[], hasExamples: boolean): Scores {
    const scores = scoresOf(checks);
    this.#root.hidden = !hasExamples;
    const head = element('tr', {}, element('th', { scope: 'col' }, hidden('Method')));
    head.append(
      element('th', { scope: 'col', class: 'now' }, 'Now'),
      element('th', { scope: 'col' }, 'Score'),
    );
    for (const [i, check] of checks.entries()) {
      const name = check.truth === NONE ? 'none of these' : this.#nameOf(check.truth);
      head.append(
        element(
          'th',
          { scope: 'col', class: 'asked' },
          thumbnail(check.look),
          hidden(`${i + 1}: ${name}`),
        ),
      );
    }
    const body = ROWS.map(([who, name, about]) => {
      const { right, of } = scores[who];
      const row = element('tr', { class: who === 'mann' ? 'ours' : '' });
      row.append(
        element('th', { scope: 'row' }, name, element('span', { class: 'about' }, about)),
        element('td', { class: 'now', 'data-who': who }),
        element('td', { class: 'sum' }, of > 0 ? `${right} of ${of}` : '–'),
        ...checks.map((check) => this.#cell(check, who)),
      );
      return row;
    });
    this.#table.querySelector('thead')!.replaceChildren(head);
    this.#table.querySelector('tbody')!.replaceChildren(...body);
    this.showAnswers(this.#answers);
    return scores;
  }

  /** To the drawing at hand; undefined: there is none. */
  showAnswers(answers: Answers | undefined): void {
    this.#answers = answers;
    for (const cell of this.#table.querySelectorAll<HTMLElement>('td.now')) {
      const guess = answers?.[cell.dataset.who as Who];
      cell.textContent = guess ? this.#said(guess.label) : '';
    }
  }

  #cell(check: Check, who: Who): HTMLElement {
    const guess = check.answers[who];
    if (!guess) return element('td', { class: 'asked' }, '–');
    const right = isRight(check, who);
    const said = this.#said(guess.label);
    return element(
      'td',
      { class: `asked ${right ? 'yes' : 'no'}`, title: said },
      element('span', { 'aria-hidden': 'true' }, right ? '✓' : '✗'),
      hidden(right ? 'right' : `wrong: ${said}`),
    );
  }

  #said(label: string): string {
    return label === NONE ? 'new' : this.#nameOf(label);
  }
}

const hidden = (text: string) => element('span', { class: 'hidden' }, text);
