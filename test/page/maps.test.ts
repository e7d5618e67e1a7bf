/** What the maps of the memory show. */
import { describe, expect, test } from 'vitest';
import { columnsOf, columnsText } from '../../web/src/machine/columns.js';
import { indexOfLargest, restingSlot, shadeOf } from '../../web/src/machine/memory-map.js';
import { placesOf } from '../../web/src/machine/slots.js';
import type { Frame } from '../../web/src/session/frame.js';

describe('the resting slot of networks that have one', () => {
  // Four slots of two numbers: slot 0 is read most and holds next to nothing.
  const memory = Float32Array.of(0.05, 0, 2, 1, 0, 1, 0, 0);
  const read = Float32Array.of(0.8, 0.15, 0.05, 0);
  const wide = (row: Float32Array, N: number) => {
    const all = new Float32Array((row.length / 4) * N);
    all.set(row);
    return all;
  };
  const frame = { memory: wide(memory, 40), read: wide(read, 40) };

  test('is found by what it is read and holds', () => {
    expect(restingSlot([frame])).toBe(0);
    const written = Float32Array.from(frame.memory);
    written[0] = 1;
    expect(restingSlot([{ ...frame, memory: written }])).toBeUndefined();
    const unread = Float32Array.from(frame.read);
    unread[0] = 0.05;
    expect(restingSlot([{ ...frame, read: unread }])).toBeUndefined();
  });

  test('is left out of the scale, and is in the second colour', () => {
    const shade = shadeOf([frame.read], true, 0);
    const even = 1 / 40;
    expect(shade(frame.read, 0)).toBeCloseTo(-0.4, 6);
    expect(shade(frame.read, 1)).toBe(1);
    expect(shade(frame.read, 2)).toBeCloseTo((0.05 - even) / (0.15 - even), 6);
    expect(shade(frame.read, 3)).toBe(0);
    expect(indexOfLargest(frame.read, 0)).toBe(1);
    const without = shadeOf([frame.read], true, undefined);
    expect(without(frame.read, 0)).toBe(1);
  });
});

describe('the columns of the maps', () => {
  /** A memory of which some slots hold something; one of them was written last. */
  const frameWith = (N: number, held: readonly number[], leastUsed: number): Frame => {
    const memory = new Float32Array(2 * N);
    for (const slot of held) memory[2 * slot] = 1;
    const write = new Float32Array(N);
    const written = held.at(-1) ?? -1;
    if (written >= 0) write[written] = 1;
    const read = new Float32Array(N).fill(1 / N);
    return { memory, keySize: 1, read, write, usage: read, written, leastUsed };
  };

  test('are all slots of a small memory', () => {
    const columns = columnsOf([frameWith(64, [63], 62)]);
    expect(columns).toHaveLength(64);
    expect(columnsText(columns, 64)).toBe('');
  });

  test('are what a large memory holds, what comes next and a few free ones', () => {
    const columns = columnsOf([frameWith(256, [255], 254), frameWith(256, [255, 254], 253)]);
    expect(columns).toEqual(Array.from({ length: 8 }, (_, i) => 248 + i));
    expect(columnsText(columns, 256)).toBe(
      'The columns are slots 249 to 256. The other 248 slots are empty.',
    );
    const apart = columnsOf([frameWith(256, [255, 7], 100)]);
    expect(apart.slice(0, 3)).toEqual([7, 100, 250]);
    expect(columnsText(apart, 256)).toBe(
      'The columns are slots 8, 101, 251 to 256. The other 248 slots are empty.',
    );
    const held = Array.from({ length: 20 }, (_, i) => 255 - i);
    expect(columnsOf([frameWith(256, held, 235)])).toHaveLength(24);
    expect(columnsOf([])).toEqual([]);
  });
});

describe('the place of an example', () => {
  /** Writes example after example into these slots, each a step late, as the network does. */
  const frames = (slots: readonly number[]): Frame[] => {
    const memory = new Float32Array(12);
    return [undefined, ...slots].map((slot, step) => {
      const write = new Float32Array(4);
      if (slot !== undefined) {
        write[slot] = 1;
        memory.set([step, -step, 10 * step], 3 * slot);
      }
      const read = new Float32Array(4);
      return {
        memory: memory.slice(),
        keySize: 2,
        read,
        write,
        usage: new Float32Array(4),
        written: slot ?? -1,
        leastUsed: 0,
      };
    });
  };

  test('is the slot that the next step wrote, with its key and value', () => {
    expect(placesOf(frames([3, 2]))).toEqual([
      { slot: 3, key: Float32Array.of(1, -1), value: Float32Array.of(10) },
      { slot: 2, key: Float32Array.of(2, -2), value: Float32Array.of(20) },
      'waiting',
    ]);
    expect(placesOf([])).toEqual([]);
  });

  test('is lost where a later one was written into the same slot', () => {
    expect(placesOf(frames([3, 3])).map((place) => typeof place === 'string' && place)).toEqual([
      'lost',
      false,
      'waiting',
    ]);
  });
});
