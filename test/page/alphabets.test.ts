import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packed, unpacked } from '../../web/src/alphabets/packed.js';

const path = new URL('../../web/src/alphabets/alphabets.json', import.meta.url);
const text = readFileSync(path, 'utf8');

interface Recorded {
  readonly license: string;
  readonly alphabets: readonly {
    readonly name: string;
    readonly note: string;
    readonly characters: readonly { name: string; first: string; second: string }[];
  }[];
}

describe('the ready alphabets', () => {
  const { license, alphabets } = JSON.parse(text) as Recorded;

  it('are ten of 6 to 10 characters each, in at most 45 kB', () => {
    expect(text.length).toBeLessThanOrEqual(45_000);
    expect(alphabets).toHaveLength(10);
    expect(new Set(alphabets.map(({ name }) => name)).size).toBe(10);
    for (const { name, note, characters } of alphabets) {
      expect(note, name).not.toBe('');
      expect(characters.length, name).toBeGreaterThanOrEqual(6);
      expect(characters.length, name).toBeLessThanOrEqual(10);
      expect(new Set(characters.map((one) => one.name)).size, name).toBe(characters.length);
    }
  });

  it('have two drawings of each character, of strokes on the pad', () => {
    for (const { characters } of alphabets) {
      for (const { first, second } of characters) {
        expect(second).not.toBe(first);
        for (const stroke of [...unpacked(first), ...unpacked(second)]) {
          expect(stroke.length).toBeGreaterThanOrEqual(2); // a dot is one point
          expect(stroke.length % 2).toBe(0);
          for (const n of stroke) expect(n >= 0 && n <= 1000).toBe(true);
        }
      }
    }
  });

  it('come with their licence', () => {
    expect(license).toMatch(/^The MIT License \(MIT\)\s+Copyright \(c\) 2015 Brenden Lake/);
    expect(license).toMatch(/shall be included in all\s+copies/);
  });
});

describe('drawings as text', () => {
  const point = fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1000 }));
  const stroke = fc.array(point, { minLength: 1 }).map((points) => points.flat());

  it('are the same strokes again', () => {
    fc.assert(
      fc.property(fc.array(stroke, { minLength: 1 }), (strokes) => {
        expect(unpacked(packed(strokes))).toEqual(strokes);
      }),
    );
  });
});
