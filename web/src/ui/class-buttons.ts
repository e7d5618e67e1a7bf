import { CLASSES, type ClassName, type Look, NONE } from '../session/step.js';
import { element } from './element.js';
import { thumbnail } from './thumbnail.js';

interface Card {
  readonly root: HTMLElement;
  readonly picture: HTMLElement;
  readonly bar: HTMLElement;
  readonly number: HTMLElement;
}

/**
 * Five blank cards, one a class: each shows its first drawing and how much the drawing at hand looks like it.
 * A sixth bar is for none of these.
 */
export class ClassButtons {
  readonly #root: HTMLElement;
  readonly #cards = new Map<string, Card>();

  constructor(root: HTMLElement, onPick: (name: ClassName) => void) {
    this.#root = root;
    for (const name of CLASSES) {
      const button = element('button', {
        type: 'button',
        class: 'class',
        'aria-label': `Class ${name}`,
      });
      button.addEventListener('click', () => onPick(name));
      this.#add(name, button, name);
    }
    // Said by the status line, so not read out here.
    const none = element('div', { class: 'class none', 'aria-hidden': 'true' });
    this.#add(NONE, none, '');
    this.#cards.get(NONE)!.picture.append('none of these');
  }

  #add(name: string, root: HTMLElement, letter: string): void {
    const picture = element('span', { class: 'first' });
    const bar = element('span', { class: 'fill' });
    const number = element('span', { class: 'share', 'aria-hidden': 'true' });
    const caption = element('span', { class: 'letter', 'aria-hidden': 'true' }, letter);
    root.append(bar, picture, caption, number);
    this.#cards.set(name, { root, picture, bar, number });
    this.#root.append(root);
  }

  /** @param shares by class name and NONE, 0 to 1; undefined: there is no answer to show */
  show(shares: ReadonlyMap<string, number> | undefined): void {
    const best = Math.max(0, ...(shares?.values() ?? []));
    for (const [name, { root, bar, number }] of this.#cards) {
      const share = shares?.get(name);
      bar.style.transform = `scaleY(${share ?? 0})`;
      // By the style sheet: the name that is read out must hold all of the button's text.
      number.dataset.percent = share === undefined ? '' : `${Math.round(100 * share)}%`;
      root.classList.toggle('best', share !== undefined && share > 0 && share === best);
    }
    const isNew = shares !== undefined && shares.get(NONE) === best;
    this.#root.classList.toggle('new', isNew);
  }

  /** The first drawing of each class. */
  showFirsts(steps: readonly { readonly look: Look; readonly truth: string }[]): void {
    for (const name of CLASSES) {
      const { root, picture } = this.#cards.get(name)!;
      const first = steps.find(({ truth }) => truth === name);
      picture.replaceChildren(...(first ? [thumbnail(first.look)] : []));
      root.classList.toggle('blank', !first);
    }
  }

  /** A tap that the page makes itself. */
  flash(name: string): void {
    const root = this.#cards.get(name)?.root;
    root?.classList.add('tapped');
    setTimeout(() => root?.classList.remove('tapped'), 220);
  }
}
