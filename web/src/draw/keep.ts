/** Where a session is kept: in this browser, so that a reload loses nothing, or in a file. */
import { UserError } from 'mann';
import { saveFile } from '../ui/save-file.js';

const KEY = 'mann.session';

/**
 * @param text undefined: there is nothing to keep
 * @throws UserError where the browser does not keep it
 */
export function keep(text: string | undefined): void {
  try {
    if (text === undefined) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, text);
  } catch {
    throw new UserError(
      'This browser cannot keep your drawings for the next visit. Download them instead.',
    );
  }
}

/** What was kept in this browser; null where there is nothing. */
export function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // browsers that keep nothing
  }
}

export function download(text: string): void {
  saveFile('drawings.json', new Blob([text], { type: 'application/json' }));
}
