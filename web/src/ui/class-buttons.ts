import { CLASSES, type ClassName, type Look } from '../session/step.js';
import { element } from './element.js';
import { thumbnail } from './thumbnail.js';

interface Card {
  readonly button: HTMLButtonElement;
  readonly picture: HTMLElement;
  readonly bar: HTMLElement;
  readonly number: HTMLElement;
}

/** Five blank classes: each shows its first drawing and how much the drawing at hand looks like it. */
export class ClassButtons {
  readonly #cards = new Map<string, Card>();

  constructor(root: HTMLElement, onPick: (name: ClassName) => void) {
    for (const name of CLASSES) {
      const picture = element('span', { class: 'first' });
      const bar = element('span', { class: 'fill' });
      const number = element('span', { class: 'share' });
      const button = element(
        'button',
        { type: 'button', class: 'class', 'aria-label': `Class ${name}` },
        bar,
        picture,
        element('span', { class: 'letter', 'aria-hidden': 'true' }, name),
        number,
      );
      number.setAttribute('aria-hidden', 'true');
      button.addEventListener('click', () => onPick(name));
      this.#cards.set(name, { button, picture, bar, number });
      root.append(button);
    }
  }

  /** @param confidences by class name, 0 to 1; undefined: nothing is on the pad */
  show(confidences: ReadonlyMap<string, number> | undefined): void {
    const best = Math.max(0, ...(confidences?.values() ?? []));
    for (const [name, { button, bar, number }] of this.#cards) {
      const share = confidences?.get(name);
      bar.style.transform = `scaleY(${share ?? 0})`;
      // By the style sheet: the name that is read out must hold all of the button's text.
      number.dataset.percent = share === undefined ? '' : `${Math.round(100 * share)}%`;
      button.classList.toggle('best', share !== undefined && share > 0 && share === best);
    }
  }

  /** The first drawing of each class. */
  showFirsts(steps: readonly { readonly look: Look; readonly truth: string }[]): void {
    for (const [name, { button, picture }] of this.#cards) {
      const first = steps.find(({ truth }) => truth === name);
      picture.replaceChildren(...(first ? [thumbnail(first.look)] : []));
      button.classList.toggle('blank', !first);
    }
  }

  /** A tap that the page makes itself. */
  flash(name: string): void {
    const button = this.#cards.get(name)?.button;
    button?.classList.add('tapped');
    setTimeout(() => button?.classList.remove('tapped'), 220);
  }
}
