/** Which slots the maps have a column for: a large memory is mostly empty. */
import type { Frame } from '../session/frame.js';
import { BLANK, indexOfLargest, largest, restingSlot, writtenMost } from './memory-map.js';

/** A memory of up to so many slots is shown whole. */
const WHOLE = 64;
/** Columns of a larger one come by so many, so that maps do not change with every step. */
const MORE = 8;

/**
 * The slots to show, ascending: all that were written, erased, next or read most in these frames, and then free ones
 * from the end, where writing begins. All others are empty.
 * @param frames of an episode, or its last one alone
 */
export function columnsOf(frames: readonly Frame[]): readonly number[] {
  const N = frames[0]?.usage.length ?? 0;
  const all = Array.from({ length: N }, (_, slot) => slot);
  if (N <= WHOLE) return all;
  const shown = contentOf(frames.at(-1)!);
  const resting = restingSlot(frames);
  if (resting !== undefined) shown.add(resting);
  for (const { read, write, written, leastUsed } of frames) {
    if (written >= 0) shown.add(written);
    shown.add(leastUsed);
    const most = indexOfLargest(read, resting);
    if (read[most]! > 2 / N) shown.add(most);
    if (largest(write) <= BLANK) continue;
    const [first, last] = writtenMost(write);
    for (let slot = first; slot <= last; slot++) shown.add(slot);
  }
  const count = Math.min(N, MORE * Math.ceil(shown.size / MORE));
  for (let slot = N - 1; shown.size < count; slot--) shown.add(slot);
  return all.filter((slot) => shown.has(slot));
}

/** What the columns are, where they are not all slots. */
export function columnsText(columns: readonly number[], N: number): string {
  if (columns.length === N) return '';
  const ranges: [first: number, last: number][] = [];
  for (const slot of columns) {
    const range = ranges.at(-1);
    if (range && range[1] === slot - 1) range[1] = slot;
    else ranges.push([slot, slot]);
  }
  const texts = ranges.map(([first, last]) =>
    first === last ? `${first + 1}` : `${first + 1} to ${last + 1}`,
  );
  return `The columns are slots ${texts.join(', ')}. The other ${N - columns.length} slots are empty.`;
}

/** Slots that hold something. */
function contentOf({ memory, usage }: Frame): Set<number> {
  const N = usage.length;
  const W = memory.length / N;
  const all = Array.from({ length: N }, (_, slot) => slot);
  return new Set(all.filter((slot) => largest(memory.subarray(slot * W, (slot + 1) * W)) > BLANK));
}
