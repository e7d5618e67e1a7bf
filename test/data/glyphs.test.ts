import { describe, expect, it } from 'vitest';
import { Random } from '../../dist/common/random.js';
import { ATLAS_SIDE } from '../../dist/data/drawings.js';
import { glyphs } from '../../dist/data/glyphs.js';

const PIXELS = ATLAS_SIDE * ATLAS_SIDE;

describe('glyphs', () => {
  it('are the same on every machine', () => {
    // A new constant here is a new VERSION there: old runs must not claim the new drawings.
    expect(glyphs({ classes: 7, drawings: 3, seed: 5 }).digest).toBe('fnv1a64:e55224695fa92625');
  });

  it('have a digest that is FNV-1a of 64 bits', () => {
    const { atlas, digest } = glyphs({ classes: 2, drawings: 2 });
    const header = new TextEncoder().encode('glyphs 1 seed 0 classes 2 drawings 2\n');
    let hash = 0xcbf29ce484222325n;
    for (const byte of [...header, ...atlas]) {
      hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
    }
    expect(digest).toBe(`fnv1a64:${hash.toString(16).padStart(16, '0')}`);
  });

  it('are a data set in order', () => {
    const { name, classes, side, atlas } = glyphs({ classes: 12, drawings: 4 });
    expect(name).toBe('glyphs');
    expect(side).toBe(35);
    expect(atlas.length).toBe(12 * 4 * PIXELS);
    expect(classes.map(({ name }) => name)).toEqual(classes.map(({ name }) => name).toSorted());
    expect(classes[0]).toEqual({ name: 'glyph/0001', first: 0, count: 4 });
    expect(classes[11]).toEqual({ name: 'glyph/0012', first: 44, count: 4 });
  });

  it('do not depend on how many there are', () => {
    const few = glyphs({ classes: 3, drawings: 2 });
    const many = glyphs({ classes: 9, drawings: 5 });
    for (const i of [0, 1, 2]) {
      const begin = many.classes[i]!.first * PIXELS;
      expect(few.atlas.subarray(2 * i * PIXELS, 2 * (i + 1) * PIXELS)).toEqual(
        many.atlas.subarray(begin, begin + 2 * PIXELS),
      );
    }
    expect(few.digest).not.toBe(many.digest);
  });

  it('are others with another seed, however large or negative', () => {
    const digests = [0, 1, 2 ** 32, -1].map((seed) => glyphs({ classes: 1, seed }).digest);
    const atlases = [0, 1, 2 ** 32, -1].map((seed) => glyphs({ classes: 1, seed }).atlas.join());
    expect(new Set(digests).size).toBe(4);
    expect(new Set(atlases).size).toBe(4);
  });

  it('are ink on ground, as much of it as in handwriting', () => {
    const { atlas } = glyphs({ classes: 100, drawings: 10 });
    let ink = 0;
    for (let i = 0; i < 1000; i++) {
      const drawing = atlas.subarray(i * PIXELS, (i + 1) * PIXELS);
      const share = drawing.reduce((sum, value) => sum + value, 0) / 255 / PIXELS;
      expect(share).toBeGreaterThan(0.008);
      expect(share).toBeLessThan(0.35);
      expect(Math.max(...drawing)).toBeGreaterThan(240);
      ink += share / 1000;
      // Nothing is cut off by the border.
      for (let k = 0; k < ATLAS_SIDE; k++) {
        const last = ATLAS_SIDE - 1;
        const border = [k, last * ATLAS_SIDE + k, k * ATLAS_SIDE, k * ATLAS_SIDE + last];
        expect(Math.max(...border.map((at) => drawing[at]!))).toBe(0);
      }
    }
    // Omniglot: 0.078.
    expect(ink).toBeGreaterThan(0.06);
    expect(ink).toBeLessThan(0.1);
  });

  it('differ more between classes than within one', () => {
    const { atlas } = glyphs({ classes: 60, drawings: 20 });
    const distance = (a: number, b: number) => {
      let sum = 0;
      for (let i = 0; i < PIXELS; i++) {
        const difference = atlas[a * PIXELS + i]! - atlas[b * PIXELS + i]!;
        sum += difference * difference;
      }
      return sum;
    };
    // Nearest neighbour by pixels among one drawing of each of 5 classes: of Omniglot 40 to 50 %.
    const random = new Random(1);
    let right = 0;
    let within = 0;
    let between = 0;
    for (let trial = 0; trial < 1000; trial++) {
      const classes = random.sample(60, 5);
      const [known, asked] = random.sample(20, 2);
      const distances = classes.map((c) => distance(c * 20 + known!, classes[0]! * 20 + asked!));
      if (Math.min(...distances) === distances[0]) right++;
      within += distances[0]!;
      between += distances[1]!;
    }
    expect(right / 1000).toBeGreaterThan(0.35);
    expect(right / 1000).toBeLessThan(0.8); // not so easy that there is nothing to learn
    expect(within).toBeGreaterThan(0.5 * between); // drawings are no copies
    expect(within).toBeLessThan(0.95 * between);
  });

  it('refuses what is no number of classes, drawings or no seed', () => {
    expect(() => glyphs({ classes: 0 })).toThrow(/classes .* not 0/);
    expect(() => glyphs({ drawings: 1.5 })).toThrow(/drawings .* not 1.5/);
    expect(() => glyphs({ seed: Number.NaN })).toThrow(/seed/);
  });
});
