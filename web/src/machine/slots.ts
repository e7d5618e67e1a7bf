/** Which slot holds which example. */
import type { Frame } from '../session/frame.js';
import { BLANK, indexOfLargest, largest } from './memory-map.js';

/** What a slot holds of an example. */
export interface Slot {
  readonly slot: number;
  /** [K] and [W - K]. */
  readonly key: Float32Array;
  readonly value: Float32Array;
}

/** `waiting`: its label comes with the next drawing, and it is written then. `lost`: written over. */
export type Place = Slot | 'waiting' | 'lost';

/**
 * The place of each example.
 * @param frames the memory after each example; what a step writes belongs to the example before it
 */
export function placesOf(frames: readonly Frame[]): Place[] {
  const now = frames.at(-1);
  const slots = frames.map((_, i) => {
    const next = frames[i + 1];
    return next && largest(next.write) > BLANK ? indexOfLargest(next.write) : undefined;
  });
  return slots.map((slot, i) => {
    if (slot === undefined || !now) return 'waiting';
    if (slots.indexOf(slot, i + 1) >= 0) return 'lost';
    const W = now.memory.length / now.usage.length;
    const row = now.memory.subarray(slot * W, (slot + 1) * W);
    return { slot, key: row.subarray(0, now.keySize), value: row.subarray(now.keySize) };
  });
}
