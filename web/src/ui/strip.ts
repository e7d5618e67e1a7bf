import type { Guess, Look } from '../session/step.js';
import { element } from './element.js';
import { thumbnail } from './thumbnail.js';

/** One tile of a strip. */
export interface Tile {
  readonly look: Look;
  readonly truth: string;
  readonly guess: Guess | undefined;
  readonly rival?: Guess | undefined;
}

/** Every example: drawing, answer, label. */
export class Strip {
  readonly #list: HTMLElement;
  #shown: readonly Tile[] = [];

  constructor(list: HTMLElement) {
    this.#list = list;
    list.tabIndex = 0; // it scrolls
  }

  show(tiles: readonly Tile[]): void {
    let kept = 0;
    while (kept < this.#shown.length && isSame(this.#shown[kept]!, tiles[kept])) kept++;
    while (this.#list.children.length > kept) this.#list.lastElementChild!.remove();
    for (let i = kept; i < tiles.length; i++) {
      const isNew = tiles.findIndex(({ truth }) => truth === tiles[i]!.truth) === i;
      this.#list.append(this.#item(tiles[i]!, isNew));
    }
    this.#shown = [...tiles];
    this.#list.hidden = tiles.length === 0;
    if (this.#list.scrollWidth > this.#list.clientWidth) {
      this.#list.scrollTo({ left: this.#list.scrollWidth });
    }
  }

  #item({ look, truth, guess, rival }: Tile, isNew: boolean): HTMLElement {
    const verdict = isNew ? 'new' : guess?.label === truth ? 'right' : 'wrong';
    const item = element(
      'li',
      { class: verdict },
      element('span', { class: 'tile' }, thumbnail(look)),
      element('span', { class: 'truth' }, element('span', { class: 'hidden' }, 'Label: '), truth),
      element('span', { class: 'said' }, isNew ? 'new' : saidOf(guess)),
    );
    if (rival && !isNew) {
      const text = `LSTM ${rival.label}`;
      item.append(element('span', { class: `rival ${rival.label === truth ? 'ok' : ''}` }, text));
    }
    return item;
  }
}

const isSame = (one: Tile, other: Tile | undefined) =>
  one.look === other?.look && one.truth === other.truth;

function saidOf(guess: Guess | undefined): string {
  return guess ? `${guess.label} ${Math.round(100 * guess.confidence)}%` : '';
}
