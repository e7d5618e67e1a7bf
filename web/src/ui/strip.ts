import type { Guess, Look } from '../session/step.js';
import { element } from './element.js';
import { thumbnail } from './thumbnail.js';

/** One tile of a strip. */
export interface Tile {
  readonly look: Look;
  readonly truth: string;
  readonly guess: Guess | undefined;
  readonly rival?: Guess | undefined;
  readonly again?: boolean;
}

/** Every observation: drawing, guess, truth. */
export class Strip {
  readonly #list: HTMLElement;
  #shown: readonly Tile[] = [];
  readonly #seen = new Set<string>();

  constructor(list: HTMLElement) {
    this.#list = list;
    list.tabIndex = 0; // it scrolls
  }

  show(tiles: readonly Tile[]): void {
    const grown =
      tiles.length >= this.#shown.length && this.#shown.every((tile, i) => tile === tiles[i]);
    if (!grown) {
      this.#list.replaceChildren();
      this.#seen.clear();
      this.#shown = [];
    }
    for (const [i, tile] of tiles.entries()) {
      if (i >= this.#shown.length) this.#list.append(this.#item(tile));
    }
    this.#shown = [...tiles];
    this.#list.hidden = tiles.length === 0;
    if (this.#list.scrollWidth > this.#list.clientWidth) {
      this.#list.scrollTo({ left: this.#list.scrollWidth });
    }
  }

  #item({ look, truth, guess, rival, again }: Tile): HTMLElement {
    const isNew = !this.#seen.has(truth);
    this.#seen.add(truth);
    const right = guess?.label === truth;
    const verdict = again ? 'again' : isNew ? 'new' : right ? 'right' : 'wrong';
    const said = again ? 'again' : isNew ? 'new' : saidOf(guess);
    const item = element(
      'li',
      { class: verdict },
      element('span', { class: 'tile' }, thumbnail(look)),
      element('span', { class: 'truth' }, element('span', { class: 'hidden' }, 'Truth: '), truth),
      element('span', { class: 'said' }, said),
    );
    if (rival && !again && !isNew) {
      const text = `LSTM ${rival.label}`;
      item.append(element('span', { class: `rival ${rival.label === truth ? 'ok' : ''}` }, text));
    }
    return item;
  }
}

function saidOf(guess: Guess | undefined): string {
  return guess ? `${guess.label} ${Math.round(100 * guess.confidence)}%` : '';
}
