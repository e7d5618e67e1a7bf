/** Where a session is kept: in this browser, or in a file. */
import { messageOf, UserError } from 'mann';

const KEY = 'mann.session';

/** @throws UserError where the browser does not keep it */
export function keep(text: string): void {
  try {
    localStorage.setItem(KEY, text);
  } catch (error) {
    throw new UserError(
      `It could not be saved in this browser (${messageOf(error)}): download it instead.`,
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
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'drawings.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
