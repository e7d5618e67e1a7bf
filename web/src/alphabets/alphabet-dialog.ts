import { element } from '../ui/element.js';
import { thumbnail } from '../ui/thumbnail.js';
import { type Alphabet, alphabets } from './alphabets.js';

/** Drawings on a card: more than the page has classes, so that one can be new. */
const SHOWN = 6;

/**
 * Lets the visitor choose one of the ready alphabets in a dialog: `const alphabet = await openAlphabets()`.
 * @returns undefined if the visitor cancels
 */
export async function openAlphabets(): Promise<Alphabet | undefined> {
  const all = await alphabets();
  let chosen: Alphabet | undefined;
  const cancel = element('button', { type: 'button', class: 'tool' }, 'Cancel');
  const cards = all.map((alphabet) => {
    const button = cardOf(alphabet);
    button.addEventListener('click', () => {
      chosen = alphabet;
      dialog.close();
    });
    return button;
  });
  const dialog = element(
    'dialog',
    { class: 'intake', 'aria-labelledby': 'alphabets-title' },
    element('h2', { id: 'alphabets-title' }, 'Ready alphabets'),
    element(
      'p',
      { class: 'says' },
      'Characters that the network has never seen, each drawn by two people.',
    ),
    element('ul', { class: 'alphabets' }, ...cards.map((card) => element('li', {}, card))),
    element(
      'p',
      { class: 'note' },
      'Traced from ',
      element('a', { href: 'https://github.com/brendenlake/omniglot' }, 'Omniglot'),
      ', MIT licence, © 2015 Brenden Lake.',
    ),
    element('div', { class: 'tools' }, cancel),
  );
  cancel.addEventListener('click', () => dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  cards[0]?.focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(chosen);
    });
  });
}

function cardOf({ name, note, characters }: Alphabet): HTMLButtonElement {
  const drawings = characters.slice(0, SHOWN).map(({ first }) => thumbnail({ strokes: first }));
  return element(
    'button',
    { type: 'button', class: 'alphabet' },
    element('span', { class: 'named' }, name),
    element('span', { class: 'what' }, note),
    element('span', { class: 'drawings', 'aria-hidden': 'true' }, ...drawings),
  );
}
