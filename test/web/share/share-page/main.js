/** The parts of the page that share symbols, in a page of their own. */
import { cardOf } from '../../../../web/src/share/card.js';
import { linkOf, symbolsOf } from '../../../../web/src/share/link.js';
import { openShare } from '../../../../web/src/share/share-dialog.js';

Object.assign(window, { cardOf, linkOf, symbolsOf, shared: undefined });
document.querySelector('#open').addEventListener('click', () => openShare(window.shared));
