import { type ClassName, type Named, NONE } from '../session/step.js';
import { byId, element } from './element.js';
import { thumbnail } from './thumbnail.js';

export interface CardEvents {
  /** A card was tapped: the drawing is this symbol. */
  readonly onPick: (id: ClassName) => void;
  /** The drawing is a symbol of its own. */
  readonly onNew: () => void;
  /** The drawing is none of the symbols. */
  readonly onNone: () => void;
  readonly onRename: (id: ClassName, text: string) => void;
}

/** A symbol as its card shows it. */
export interface Shown extends Named {
  readonly id: ClassName;
}

interface Card {
  readonly root: HTMLLIElement;
  readonly button: HTMLButtonElement;
  readonly picture: HTMLElement;
  readonly bar: HTMLElement;
  readonly number: HTMLElement;
  readonly name: HTMLInputElement;
  look?: Named['look'];
}

/** A card for each symbol: its first drawing, its name, and how much the drawing at hand looks like it. */
export class Cards {
  readonly #list = byId('classes');
  readonly #new = byId<HTMLButtonElement>('new-card');
  readonly #none = byId<HTMLButtonElement>('none-card');
  readonly #events: CardEvents;
  readonly #cards = new Map<ClassName, Card>();

  constructor(events: CardEvents) {
    this.#events = events;
    this.#new.addEventListener('click', events.onNew);
    this.#none.addEventListener('click', events.onNone);
    this.#list.tabIndex = -1;
  }

  /** @param canAdd whether there is room for another symbol */
  show(symbols: readonly Shown[], canAdd: boolean): void {
    const ids = new Set(symbols.map(({ id }) => id));
    for (const [id, { root }] of this.#cards) {
      if (ids.has(id)) continue;
      root.remove();
      this.#cards.delete(id);
    }
    for (const [i, { id, name, look }] of symbols.entries()) {
      const card = this.#cards.get(id) ?? this.#add(id);
      if (this.#list.children[i] !== card.root) {
        this.#list.insertBefore(card.root, this.#list.children[i] ?? null);
      }
      if (card.look !== look) card.picture.replaceChildren(thumbnail(look));
      card.look = look;
      if (document.activeElement !== card.name) card.name.value = name;
      card.button.setAttribute('aria-label', `This is ${name}`);
      card.name.setAttribute('aria-label', `Name of symbol ${id}`);
    }
    this.#new.disabled = !canAdd;
    this.#none.disabled = symbols.length === 0;
    this.#list.classList.toggle('many', symbols.length > 10);
  }

  /** @param shares by class and NONE, 0 to 1; undefined: there is no answer to show */
  showShares(shares: ReadonlyMap<string, number> | undefined): void {
    const best = Math.max(0, ...(shares?.values() ?? []));
    const isBest = (id: string) => shares !== undefined && best > 0 && shares.get(id) === best;
    for (const [id, { root, button, bar, number }] of this.#cards) {
      bar.style.transform = `scaleY(${shares?.get(id) ?? 0})`;
      number.dataset.percent = percentOf(shares?.get(id));
      button.classList.toggle('best', isBest(id));
      if (isBest(id)) scrollTo(this.#list, root);
    }
    const bar = this.#none.querySelector<HTMLElement>('.fill')!;
    bar.style.transform = `scaleY(${shares?.get(NONE) ?? 0})`;
    // By the style sheet: the name that is read out must hold all of the button's text.
    this.#none.querySelector<HTMLElement>('.percent')!.dataset.percent = percentOf(
      shares?.get(NONE),
    );
    this.#none.classList.toggle('best', isBest(NONE));
    this.#new.classList.toggle('wanted', isBest(NONE));
  }

  /** Whether the visitor is asked which one it is. */
  set isAsking(asking: boolean) {
    this.#list.parentElement!.classList.toggle('asking', asking);
  }

  /** The card of a class, or that of "none of these". */
  of(id: string): HTMLElement | undefined {
    return id === NONE ? this.#none : this.#cards.get(id)?.button;
  }

  /** Where a name is changed. */
  nameField(id: ClassName): HTMLInputElement | undefined {
    return this.#cards.get(id)?.name;
  }

  /** A tap that the page makes itself. */
  flash(id: ClassName): void {
    const button = this.#cards.get(id)?.button;
    button?.classList.add('tapped');
    setTimeout(() => button?.classList.remove('tapped'), 220);
  }

  #add(id: ClassName): Card {
    const bar = element('span', { class: 'fill' });
    const picture = element('span', { class: 'first' });
    const number = element('span', { class: 'percent', 'aria-hidden': 'true' });
    const button = element('button', { type: 'button', class: 'class' }, bar, picture, number);
    button.addEventListener('click', () => this.#events.onPick(id));
    const name = element('input', {
      class: 'name',
      type: 'text',
      maxlength: 24,
      autocomplete: 'off',
      autocapitalize: 'none',
      spellcheck: 'false',
      enterkeyhint: 'done',
    });
    name.addEventListener('focus', () => name.select());
    name.addEventListener('change', () => this.#events.onRename(id, name.value));
    name.addEventListener('keydown', ({ key }) => {
      if (key === 'Enter' || key === 'Escape') name.blur();
    });
    const root = element('li', { class: 'card' }, button, name);
    const card: Card = { root, button, picture, bar, number, name };
    this.#cards.set(id, card);
    return card;
  }
}

const percentOf = (share: number | undefined) =>
  share === undefined || share < 0.005 ? '' : `${Math.round(100 * share)}%`;

/** Scrolls a list, and only the list, to one of its items. */
function scrollTo(list: HTMLElement, item: HTMLElement): void {
  const { left, right, top, bottom } = item.getBoundingClientRect();
  const box = list.getBoundingClientRect();
  if (
    left >= box.left - 1 &&
    right <= box.right + 1 &&
    top >= box.top - 1 &&
    bottom <= box.bottom + 1
  )
    return;
  list.scrollTo({
    left: list.scrollLeft + left - box.left - (box.width - (right - left)) / 2,
    top: list.scrollTop + top - box.top - (box.height - (bottom - top)) / 2,
  });
}
