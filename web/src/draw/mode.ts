import { byId } from '../ui/element.js';

/** What happens on the pad: a recording plays, or has ended, or the visitor draws. */
export type Mode = 'playing' | 'played' | 'own';

/** Buttons and captions that depend on the mode alone. */
export function showMode(mode: Mode): void {
  byId('pad').classList.toggle('playing', mode === 'playing');
  byId('take-pen').hidden = mode !== 'playing';
  byId('replay').hidden = mode === 'playing';
  byId('hint').textContent =
    mode === 'played'
      ? 'Draw here with mouse, finger, pen or keys'
      : mode === 'playing'
        ? 'Recorded'
        : '';
}

const STEPS = ['draw', 'name', 'ask'] as const;

/** Marks the step that comes next. */
export function showStep(next: (typeof STEPS)[number]): void {
  for (const step of STEPS) {
    const item = byId(`step-${step}`);
    if (step === next) item.setAttribute('aria-current', 'step');
    else item.removeAttribute('aria-current');
  }
}

const TOOLS = ['share', 'wipe', 'over', 'download'];

/** Buttons for what was drawn: of use when there is something. */
export function enableTools(enabled: boolean): void {
  for (const id of TOOLS) byId<HTMLButtonElement>(id).disabled = !enabled;
}
