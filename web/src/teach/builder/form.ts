/** The controls of the builder: they show settings, and say when somebody changes them. */
import { byId } from '../../ui/element.js';
import {
  choices,
  DRAWINGS,
  fitted,
  isChoice,
  isQuantity,
  ranges,
  type Settings,
  within,
} from '../task/settings.js';
import { advice, reasonsOff } from '../task/words.js';

export class Form {
  readonly #form = byId<HTMLFormElement>('form');
  readonly #onChange: (settings: Settings) => void;
  #settings: Settings;

  constructor(settings: Settings, onChange: (settings: Settings) => void) {
    this.#settings = settings;
    this.#onChange = onChange;
    this.#form.addEventListener('change', ({ target }) =>
      this.#changed(target as HTMLInputElement),
    );
    this.show(settings);
  }

  get settings(): Settings {
    return this.#settings;
  }

  show(settings: Settings): void {
    this.#settings = settings;
    for (const [field, value] of Object.entries(settings)) {
      const controls = this.#form.elements.namedItem(field);
      if (controls instanceof HTMLInputElement) controls.value = String(value);
      else if (controls instanceof RadioNodeList) controls.value = String(value);
    }
    this.#showLimits();
    this.#onChange(settings);
  }

  /** Takes what is still being typed: Enter in a field trains with it. */
  commit(): void {
    const focused = document.activeElement;
    if (focused instanceof HTMLInputElement && this.#form.contains(focused)) this.#changed(focused);
  }

  #changed({ name, value }: HTMLInputElement): void {
    const changed: Record<string, string | number> = {};
    if (isQuantity(name)) {
      const number = value.trim() === '' ? this.#settings[name] : Number(value);
      changed[name] = within(name, Number.isFinite(number) ? number : this.#settings[name]);
    } else if (isChoice(name)) {
      const word = choices[name].find((word) => word === value);
      if (word) changed[name] = word;
    }
    // episodes keep so many drawings of each class
    if (name === 'classes') {
      const { classes, length } = this.#settings;
      changed.length = within('length', (length / classes) * Number(changed.classes));
    }
    this.show(fitted({ ...this.#settings, ...changed }));
  }

  /** What is off, and why; how far numbers go with these settings. */
  #showLimits(): void {
    const settings = this.#settings;
    const reasons = reasonsOff(settings);
    for (const field of ['between', 'slots'] as const) {
      const why = reasons[field];
      byId(`why-${field}`).textContent = why ?? '';
      byId(`why-${field}`).hidden = why === undefined;
      for (const control of this.#form.querySelectorAll<HTMLInputElement>(`[name=${field}]`)) {
        control.disabled = why !== undefined;
      }
    }
    const { classes } = settings;
    const most = Math.min(DRAWINGS * classes, ranges.length.most);
    byId('length-range').textContent = `${Math.max(classes, ranges.length.least)} to ${most}`;
    byId('advice').textContent = advice(settings);
  }
}
