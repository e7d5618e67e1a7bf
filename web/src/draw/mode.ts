import { byId } from '../ui/element.js';

/** What happens on the pad: a recording plays, or has ended, or the visitor draws. */
export type Mode = 'playing' | 'played' | 'own';

/** Buttons and captions that depend on the mode alone. */
export function showMode(mode: Mode): void {
  byId('pad').classList.toggle('playing', mode === 'playing');
  byId('take-pen').hidden = mode !== 'playing';
  byId('replay').hidden = mode === 'playing';
  byId('hint').textContent = mode === 'played' ? 'Draw here' : '';
  const title = byId('strip-title');
  title.textContent = mode === 'own' ? 'Examples so far' : 'Recorded example';
  title.hidden = false;
}

const TOOLS = ['again', 'wipe', 'over', 'download'];

/** Buttons for what was drawn: of use when there is something. */
export function enableTools(enabled: boolean): void {
  for (const id of TOOLS) byId<HTMLButtonElement>(id).disabled = !enabled;
}
