import { byId } from '../ui/element.js';

/** Hears of files that are chosen by the button or dropped anywhere on the page. */
export function onFile(hear: (file: File) => void): void {
  const input = byId<HTMLInputElement>('file');
  byId('open').addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    const chosen = input.files?.[0];
    if (chosen) hear(chosen);
    input.value = ''; // so that the same file can be chosen again
  });
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  document.addEventListener('dragleave', () => document.body.classList.remove('dropping'));
  document.addEventListener('drop', (event) => {
    event.preventDefault(); // else the browser would leave the page for the file
    document.body.classList.remove('dropping');
    const dropped = event.dataTransfer?.files[0];
    if (dropped) hear(dropped);
  });
}
