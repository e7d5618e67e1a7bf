import { byId } from '../ui/element.js';

/** Hears of files that are chosen by the button, dropped anywhere on the page, or pasted. */
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
  document.addEventListener('paste', (event) => {
    if (isTextField(event.target)) return;
    const pasted = event.clipboardData?.files[0];
    if (!pasted) return;
    event.preventDefault();
    hear(pasted);
  });
}

/** Where pasting is the field's own business. */
function isTextField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select'))
  );
}
