import type { Look } from '../session/step.js';
import { byId, element } from '../ui/element.js';
import { thumbnail } from '../ui/thumbnail.js';
import { paint } from './paint.js';
import type { Place } from './slots.js';

/** An example and where it is. */
export interface Held {
  readonly look: Look;
  readonly name: string;
  readonly place: Place;
}

interface Tile {
  readonly root: HTMLLIElement;
  readonly number: HTMLElement;
  readonly look: Look;
}

/** Numbers of a key or value in a row of its small picture. */
const COLUMNS = 10;

/** The slots in use, large: the drawing written there, its key and its value. */
export class SlotRow {
  readonly #list = byId('slots');
  readonly #onRemove: ((number: number) => void) | undefined;
  #tiles: Tile[] = [];
  #held: readonly Held[] = [];

  /** @param onRemove hears of an example that is to go */
  constructor(onRemove: (number: number) => void) {
    this.#onRemove = onRemove;
    this.#list.tabIndex = 0; // it scrolls
  }

  /** @param canRemove whether the examples are the visitor's */
  show(held: readonly Held[], canRemove: boolean): void {
    const grown = held.length > this.#held.length;
    this.#held = held;
    this.#tiles = held.map((one, i) => this.#tile(one, i, canRemove));
    const labels = element('li', { class: 'slot-labels', 'aria-hidden': 'true' });
    labels.append(element('span', {}, 'key'), element('span', {}, 'value'));
    this.#list.replaceChildren(labels, ...this.#tiles.map(({ root }) => root));
    this.#list.hidden = held.length === 0;
    if (grown) this.#list.scrollTo({ left: this.#list.scrollWidth });
  }

  /** @param shares of what was read, by the number of the example */
  light(shares: ReadonlyMap<number, number>): void {
    for (const [i, { root, number }] of this.#tiles.entries()) {
      const share = shares.get(i) ?? 0;
      root.classList.toggle('lit', share >= 0.2);
      root.style.setProperty('--read', share.toFixed(2));
      number.textContent = share >= 0.02 ? `${Math.round(100 * share)}%` : '';
    }
  }

  /** Whether the memory is taken away. */
  set isEmptied(emptied: boolean) {
    this.#list.classList.toggle('emptied', emptied);
  }

  of(number: number): HTMLElement | undefined {
    return this.#tiles[number]?.root;
  }

  /** With the colours of now. */
  repaint(canRemove: boolean): void {
    this.show(this.#held, canRemove);
  }

  #tile({ look, name, place }: Held, i: number, canRemove: boolean): Tile {
    const number = element('span', { class: 'read-share', 'aria-hidden': 'true' });
    const root = element(
      'li',
      { class: `slot ${typeof place === 'string' ? place : ''}` },
      element('span', { class: 'tile' }, thumbnail(look)),
      number,
      element('span', { class: 'slot-name' }, name),
    );
    if (typeof place === 'object') {
      root.append(
        numbers(place.key, 'key'),
        numbers(place.value, 'value'),
        element('span', { class: 'slot-number' }, `slot ${place.slot + 1}`),
      );
    } else {
      const text = place === 'waiting' ? 'waits' : 'written over';
      root.append(element('span', { class: 'slot-number' }, text));
    }
    if (canRemove) {
      const remove = element('button', {
        type: 'button',
        class: 'remove',
        'aria-label': `Forget this drawing of ${name}`,
        title: 'Forget this drawing',
      });
      remove.addEventListener('click', () => this.#onRemove?.(i));
      root.append(remove);
    }
    return { root, number, look };
  }
}

function numbers(row: Float32Array, kind: 'key' | 'value'): HTMLCanvasElement {
  const canvas = element('canvas', { class: `numbers ${kind}`, 'aria-hidden': 'true' });
  let most = 1e-9;
  for (const x of row) most = Math.max(most, Math.abs(x));
  const rows = Math.ceil(row.length / COLUMNS);
  paint(canvas, COLUMNS, rows, (x, y) => (row[y * COLUMNS + x] ?? 0) / most);
  return canvas;
}
