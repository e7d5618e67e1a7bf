import { describe, expect, it } from 'vitest';
import { Random } from '../../../dist/common/random.js';
import {
  digitsOf,
  numStrings,
  readStrings,
  stringLabels,
  textOf,
} from '../../../dist/tasks/classification/string-labels.js';

const five = { characters: 5, alphabet: 5 };
const all = [...new Array(3125).keys()];

/** Writes a label as G one-hots, from `at`. */
function writeString(label: number, out: Float32Array, at: number, spelling = five) {
  for (const [g, digit] of digitsOf(label, spelling).entries()) {
    out[at + g * spelling.alphabet + digit] = 1;
  }
}

describe('labels as strings', () => {
  it('are 3,125 different ones of five characters out of five', () => {
    expect(numStrings(five)).toBe(3125);
    // Base 5 padded with zeros on the right instead of the left has 2,501: '1' and '10' become the same.
    const padded = new Set(all.map((label) => label.toString(5).padEnd(5, '0')));
    expect(padded.size).toBe(2501);
    expect(new Set(all.map((label) => textOf(label))).size).toBe(3125);
    expect(all.every((label) => /^[a-e]{5}$/.test(textOf(label)))).toBe(true);
    const coded = all.map((label) => {
      const code = new Float32Array(25);
      writeString(label, code, 0);
      return code.join('');
    });
    expect(new Set(coded).size).toBe(3125);
  });

  it('are read from left to right', () => {
    expect(digitsOf(7)).toEqual([0, 0, 0, 1, 2]);
    expect(textOf(7)).toBe('aaabc');
    expect(textOf(3124)).toBe('eeeee');
    expect(textOf(((0 * 5 + 2) * 5 + 3) * 25 + 1 * 5 + 4)).toBe('acdbe');
    expect(textOf(26 ** 3 - 2, { characters: 3, alphabet: 26 })).toBe('zzy');
  });

  it('are drawn without replacement, all of them where so many are asked for', () => {
    const random = new Random(1);
    for (let n = 0; n < 200; n++) expect(new Set(stringLabels(100, random)).size).toBe(100);
    expect(stringLabels(3125, random).sort((a, b) => a - b)).toEqual(all);
    expect(stringLabels(5, new Random(1))).toEqual(stringLabels(5, new Random(1)));
    const few = stringLabels(9, random, { characters: 2, alphabet: 3 });
    expect(few.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it.each([five, { characters: 1, alphabet: 26 }, { characters: 9, alphabet: 3 }])(
    'are read back from logits: %o',
    (spelling) => {
      const count = numStrings(spelling);
      const width = spelling.characters * spelling.alphabet;
      const logits = new Float32Array(count * width);
      for (let label = 0; label < count; label++) {
        writeString(label, logits, label * width, spelling);
      }
      expect([...readStrings(logits, spelling)]).toEqual([...new Array(count).keys()]);
    },
  );

  it('are right only if every character is', () => {
    const logits = new Float32Array(25);
    writeString(1234, logits, 0);
    const random = new Random(1);
    const noisy = logits.map((x) => x + random.uniform(-0.49, 0.49));
    expect(readStrings(noisy)[0]).toBe(1234);
    for (let g = 0; g < 5; g++) {
      const other = noisy.slice();
      other[5 * g + ((digitsOf(1234)[g]! + 1) % 5)] = 2;
      expect(readStrings(other)[0]).not.toBe(1234);
    }
    expect(readStrings(new Float32Array(25))[0]).toBe(0);
  });

  it('refuse what there is not', () => {
    for (const label of [-1, 3125, 0.5]) expect(() => textOf(label)).toThrow(RangeError);
    expect(() => stringLabels(3126, new Random(1))).toThrow(
      'number of labels must be a whole number from 0 to 3125, not 3126',
    );
    expect(() => numStrings({ characters: 5, alphabet: 27 })).toThrow('alphabet of labels');
    expect(() => numStrings({ characters: 0, alphabet: 5 })).toThrow('characters of a label');
    expect(() => numStrings({ characters: 4, alphabet: 16 })).toThrow('at most 65535 are possible');
  });
});
