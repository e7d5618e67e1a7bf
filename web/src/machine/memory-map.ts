import type { Frame } from '../session/frame.js';
import { element } from '../ui/element.js';
import { paint } from './paint.js';

/** The memory as a heat map: a column a slot, a row a number of its word. Marks stand over slots. */
export class MemoryMap {
  readonly #canvas = element('canvas', { class: 'heat' });
  readonly #reads = element('canvas', { class: 'reads' });
  /** Over the slots: a frame around those just written, one for the erased, a foot for the next. */
  readonly #written = element('i', { class: 'mark written', hidden: true });
  readonly #erased = element('i', { class: 'mark erased', hidden: true });
  readonly #least = element('i', { class: 'mark least', hidden: true });
  #frame: Frame | undefined;
  #read: Float32Array | undefined;

  constructor(root: HTMLElement) {
    root.append(
      this.#reads,
      element('div', { class: 'slots' }, this.#canvas, this.#written, this.#erased, this.#least),
    );
  }

  /** @param read the read weights of now, where they are not the frame's */
  show(frame: Frame | undefined, read = frame?.read): void {
    if (frame === this.#frame && read === this.#read) return;
    const changed = frame !== this.#frame;
    this.#frame = frame;
    this.#read = read;
    if (changed) this.#paintMemory();
    this.#paintReads();
  }

  /** With the colours of now. */
  repaint(): void {
    this.#paintMemory();
    this.#paintReads();
  }

  #paintMemory(): void {
    const frame = this.#frame;
    const N = frame?.usage.length ?? 128;
    const W = frame ? frame.memory.length / N : 40;
    const most = frame ? largest(frame.memory) : 1;
    paint(this.#canvas, N, W, (slot, i) => (frame ? frame.memory[slot * W + i]! / most : 0));
    const isWritten = frame && most > 1e-3 && largest(frame.write) > 1e-3;
    const [first, last] = isWritten ? writtenMost(frame) : [-1, -1];
    place(this.#written, first, last, N);
    place(this.#erased, frame?.written ?? -1, frame?.written ?? -1, N);
    place(this.#least, frame?.leastUsed ?? -1, frame?.leastUsed ?? -1, N);
  }

  #paintReads(): void {
    const read = this.#read;
    const most = read ? Math.max(largest(read), 0.05) : 1;
    paint(this.#reads, read?.length ?? 128, 1, (slot) => (read ? read[slot]! / most : 0));
  }
}

export function largest(numbers: Float32Array): number {
  let most = 1e-9;
  for (const x of numbers) most = Math.max(most, Math.abs(x));
  return most;
}

export function indexOfLargest(numbers: Float32Array): number {
  let best = 0;
  for (let i = 1; i < numbers.length; i++) if (numbers[i]! > numbers[best]!) best = i;
  return best;
}

/** The slots around the one written most that were written about as much: the first and the last. */
export function writtenMost({ write }: Frame): [first: number, last: number] {
  const most = indexOfLargest(write);
  const isWritten = (slot: number) => (write[slot] ?? -1) >= write[most]! / 2;
  let [first, last] = [most, most];
  while (isWritten(first - 1)) first--;
  while (isWritten(last + 1)) last++;
  return [first, last];
}

function place(mark: HTMLElement, first: number, last: number, N: number): void {
  mark.hidden = first < 0;
  mark.style.left = `${(100 * first) / N}%`;
  mark.style.width = `${(100 * (last + 1 - first)) / N}%`;
}
