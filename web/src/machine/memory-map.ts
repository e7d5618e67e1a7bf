import type { Frame } from '../session/frame.js';
import { element } from '../ui/element.js';
import { paint } from './paint.js';

/** The slot that the start state reads. */
const START = 0;
/** A memory with no larger number counts as blank: it starts at 1e-6, and what is written is of the order of 1. */
const BLANK = 1e-3;
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
    const N = frame?.usage.length ?? 1;
    const W = frame ? frame.memory.length / N : 1;
    const shown = frame && !isBlank(frame) ? frame : undefined;
    const most = shown ? largest(shown.memory) : 1;
    paint(this.#canvas, N, W, (slot, i) => (shown ? shown.memory[slot * W + i]! / most : 0));
    const [first, last] = shown && largest(shown.write) > 1e-3 ? writtenMost(shown) : [-1, -1];
    place(this.#written, first, last, N);
    place(this.#erased, shown?.written ?? -1, shown?.written ?? -1, N);
    place(this.#least, shown?.leastUsed ?? -1, shown?.leastUsed ?? -1, N);
  }

  #paintReads(): void {
    const read = this.#frame && !isBlank(this.#frame) ? this.#read : undefined;
    if (!read || !this.#frame) {
      paint(this.#reads, 1, 1, () => 0);
      return;
    }
    const resting = restingSlot([{ memory: this.#frame.memory, read }]);
    const shade = shadeOf([read], true, resting);
    paint(this.#reads, read.length, 1, (slot) => shade(read, slot));
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
