import type { Frame } from '../session/frame.js';
import { element } from '../ui/element.js';
import { paint } from './paint.js';

/** The slot that the start state reads. */
const START = 0;
/** A memory with no larger number counts as blank: it starts at 1e-6, and what is written is of the order of 1. */
export const BLANK = 1e-3;
/** Write weights and usage up to this are faint at any scale. */
const FAINT = 0.05;

/** Nothing was written yet, or all was wiped. */
export function isBlank({ memory }: Frame): boolean {
  return largest(memory) <= BLANK;
}

/**
 * The start state's slot, where heads that look for nothing rest on it: they read it, far more than others read anything,
 * though next to nothing is in it. Scales of maps leave such a slot out, and it has a colour of its own. Undefined for
 * networks that do not rest.
 */
export function restingSlot(frames: readonly Pick<Frame, 'memory' | 'read'>[]): number | undefined {
  const rests = ({ memory, read }: Pick<Frame, 'memory' | 'read'>) => {
    const width = memory.length / read.length;
    const content = largest(memory.subarray(START * width, (START + 1) * width));
    return read[START]! > 4 / read.length && content < largest(memory) / 20;
  };
  return frames.some(rests) ? START : undefined;
}

/** The memory as a heat map: a column a slot, a row a number of its word. A line parts keys from values; marks stand over slots. */
export class MemoryMap {
  readonly #canvas = element('canvas', { class: 'heat' });
  readonly #reads = element('canvas', { class: 'reads' });
  /** Over the slots: a frame around those just written, one for the erased, a foot for the next. */
  readonly #written = element('i', { class: 'mark written', hidden: true });
  readonly #erased = element('i', { class: 'mark erased', hidden: true });
  readonly #least = element('i', { class: 'mark least', hidden: true });
  readonly #slots = element(
    'div',
    { class: 'slots' },
    this.#canvas,
    element('i', { class: 'part key-part' }, element('span', {}, 'key')),
    element('i', { class: 'part value-part' }, element('span', {}, 'value')),
    this.#written,
    this.#erased,
    this.#least,
  );
  #frame: Frame | undefined;
  #columns: readonly number[] = [];

  constructor(root: HTMLElement) {
    root.append(this.#reads, this.#slots);
  }

  /** @param columns the slots to show */
  show(frame: Frame | undefined, columns: readonly number[]): void {
    if (frame === this.#frame && columns === this.#columns) return;
    this.#columns = columns;
    this.#frame = frame;
    this.repaint();
  }

  /** With the colours of now. */
  repaint(): void {
    this.#paintMemory();
    this.#paintReads();
  }

  #paintMemory(): void {
    const frame = this.#frame;
    const W = frame ? frame.memory.length / frame.usage.length : 1;
    const shown = frame && !isBlank(frame) ? frame : undefined;
    const most = shown ? largest(shown.memory) : 1;
    const columns = this.#columns;
    paint(this.#canvas, Math.max(1, columns.length), W, (x, i) =>
      shown ? shown.memory[columns[x]! * W + i]! / most : 0,
    );
    const isParted = shown !== undefined && shown.keySize < W;
    this.#slots.classList.toggle('parted', isParted);
    this.#slots.style.setProperty('--key', String(isParted ? shown.keySize / W : 1));
    const [first, last] =
      shown && largest(shown.write) > BLANK ? writtenMost(shown.write) : [-1, -1];
    const place = (mark: HTMLElement, first: number, last: number) =>
      over(mark, columns.indexOf(first), columns.indexOf(last), columns.length);
    place(this.#written, first, last);
    place(this.#erased, shown?.written ?? -1, shown?.written ?? -1);
    place(this.#least, shown?.leastUsed ?? -1, shown?.leastUsed ?? -1);
  }

  #paintReads(): void {
    const frame = this.#frame;
    if (!frame || isBlank(frame)) {
      paint(this.#reads, 1, 1, () => 0);
      return;
    }
    const { read } = frame;
    const resting = restingSlot([frame]);
    const shade = shadeOf([read], true, resting);
    const columns = this.#columns;
    paint(this.#reads, columns.length, 1, (x) => shade(read, columns[x]!));
  }
}

export function largest(numbers: Float32Array): number {
  let most = 1e-9;
  for (const x of numbers) most = Math.max(most, Math.abs(x));
  return most;
}

export type Shade = (weights: Float32Array, slot: number) => number;

/**
 * How weights of these rows are painted, -1 to 1: on the scale of the largest, the resting slot left out. That one is
 * in the second colour, at most half as strong.
 * @param isRead heads that find nothing read all slots alike; what is read no more than that stays clear
 */
export function shadeOf(
  rows: readonly Float32Array[],
  isRead: boolean,
  resting: number | undefined,
): Shade {
  const even = isRead && rows[0] ? 1 / rows[0].length : 0;
  let most = isRead ? 2 * even : FAINT;
  for (const row of rows) {
    for (const [slot, weight] of row.entries()) {
      if (slot !== resting) most = Math.max(most, weight);
    }
  }
  return (weights, slot) =>
    slot === resting
      ? -Math.min(1, weights[slot]!) / 2
      : Math.max(0, weights[slot]! - even) / (most - even);
}

/** The slot of the largest number, the resting one left out. */
export function indexOfLargest(numbers: Float32Array, resting?: number): number {
  let best = -1;
  for (let i = 0; i < numbers.length; i++) {
    if (i !== resting && (best < 0 || numbers[i]! > numbers[best]!)) best = i;
  }
  return best;
}

/** The slots around the one written most that were written about as much: the first and the last. */
export function writtenMost(write: Float32Array): [first: number, last: number] {
  const most = indexOfLargest(write);
  const isWritten = (slot: number) => (write[slot] ?? -1) >= write[most]! / 2;
  let [first, last] = [most, most];
  while (isWritten(first - 1)) first--;
  while (isWritten(last + 1)) last++;
  return [first, last];
}

/** Puts a mark over columns, or hides it. */
function over(mark: HTMLElement, first: number, last: number, columns: number): void {
  mark.hidden = first < 0;
  mark.style.left = `${(100 * first) / columns}%`;
  mark.style.width = `${(100 * (last + 1 - first)) / columns}%`;
}
