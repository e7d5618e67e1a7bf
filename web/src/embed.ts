/** The page for frames on other sites: pad, answer and cards. It keeps nothing in the browser. */
import { DrawSection } from './draw/draw-section.js';
import { forgetColours } from './machine/paint.js';
import { Session } from './session/session.js';
import { sharedSymbols } from './share/shared-symbols.js';
import { byId } from './ui/element.js';
import { unpack } from './weights/compact.js';
import { fetchMann } from './weights/load.js';

const opening = fetchMann().then((mann) => Session.open(unpack(mann), undefined));
const draw = new DrawSection({ opening, keeps: false, shared: sharedSymbols() });
byId<HTMLAnchorElement>('whole').hash = location.hash;

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  forgetColours();
  draw.repaint();
});
