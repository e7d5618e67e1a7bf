import { element } from './element.js';

/** How long a browser may take to begin with a file, milliseconds. */
const LONG_ENOUGH = 60_000;

/** Gives a file to the browser, which saves it or asks where: `saveFile('drawings.json', blob)`. */
export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  element('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), LONG_ENOUGH);
}
