/** Settings as the fragment of a link: `#classes=5&length=50&…`. */
import { choices, fitted, isChoice, isQuantity, type Settings, usual, within } from './settings.js';

/** All fields, so that a link means the same when the usual settings change. */
export function fragmentOf(settings: Settings): string {
  const pairs = Object.entries(settings).map(([field, value]) => [field, String(value)]);
  return `#${new URLSearchParams(pairs)}`;
}

/**
 * The settings in a fragment. What it leaves out is as usual, and so is nonsense: anybody may have written the link.
 * @returns undefined of a fragment without settings, such as `#runs`
 */
export function settingsIn(fragment: string): Settings | undefined {
  const given: Record<string, string | number> = {};
  for (const [field, text] of new URLSearchParams(fragment.replace(/^#/, ''))) {
    if (isChoice(field)) {
      const word = choices[field].find((word) => word === text);
      if (word) given[field] = word;
    } else if (isQuantity(field) && /^\d{0,9}(\.\d{0,9})?(e-\d)?$/.test(text) && text !== '') {
      given[field] = within(field, Number(text));
    }
  }
  if (Object.keys(given).length === 0) return undefined;
  return fitted({ ...usual, ...given });
}
