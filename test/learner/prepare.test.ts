import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { loadFolder } from '../../dist/data/folders/folders.js';
import { UPRIGHT, warp } from '../../dist/data/warp.js';
import { Learner } from '../../dist/learner/learner.js';
import type { Prepared } from '../../dist/learner/prepare.js';
import type { TrainingState } from '../../dist/training/state.js';
import { scratchFolder } from '../data/scratch.ts';
import { grey, inkOf, letter, letters } from './drawings.ts';
import { untrained } from './weights.ts';

const scratch = scratchFolder();
const learner = await Learner.load(untrained());

/** The cosine of two pictures, 1 where they are alike. */
function likeness(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, v, i) => sum + v * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/** How many parts of the background are enclosed by foreground. */
function holesOf({ width, height, ink }: Prepared): number {
  const seen = Uint8Array.from(ink, (value) => +(value > 0.3));
  const fill = (start: number) => {
    const from = [start];
    seen[start] = 1;
    for (const i of from) {
      const around = [i - width, i + width];
      if (i % width > 0) around.push(i - 1);
      if (i % width < width - 1) around.push(i + 1);
      for (const next of around) {
        if (next < 0 || next >= width * height || seen[next]) continue;
        seen[next] = 1;
        from.push(next);
      }
    }
  };
  fill(0); // outside
  let holes = 0;
  for (let i = 0; i < seen.length; i++) {
    if (seen[i]) continue;
    holes++;
    fill(i);
  }
  return holes;
}

const plain = (name: string) => learner.prepare(letter(name)).ink;
const names = fc.constantFrom(...Object.keys(letters));

describe('a drawing comes to the network the same', () => {
  const plan = { side: 90, size: 60, left: 15, top: 13, pen: 4 };
  const bytes = grey(inkOf('Z', plan));
  const size = { width: 90, height: 90 };
  const each = (numbers: (value: number) => number[]) =>
    Uint8Array.from([...bytes].flatMap(numbers));
  const same = learner.prepare({ ...size, data: bytes }).ink;

  it.each([
    ['inverted', bytes.map((v) => 255 - v)],
    ['as ImageData', Uint8ClampedArray.from(each((v) => [v, v, v, 255]))],
    ['without alpha', each((v) => [v, v, v])],
    ['with alpha and grey', each((v) => [v, 255])],
    ['as black ink on nothing', each((v) => [0, 0, 0, 255 - v])],
    ['as white ink on nothing', each((v) => [255, 255, 255, 255 - v])],
    ['in 16 bits', Uint16Array.from(bytes, (v) => v * 257)],
    ['in floats', Float32Array.from(bytes, (v) => v / 255)],
  ])('%s', (_, data) => {
    expect(learner.prepare({ ...size, data }).ink).toEqual(same);
  });

  it.each([
    ['blue on yellow', [20, 30, 160], [250, 240, 120]],
    ['light on dark green', [220, 250, 220], [10, 60, 20]],
    ['grey on grey', [90, 90, 90], [170, 170, 170]],
  ])('in colours: %s', (_, ink, ground) => {
    const parts = inkOf('Z', plan);
    const data = new Uint8Array(parts.length * 3);
    for (let i = 0; i < data.length; i++) {
      const part = parts[Math.floor(i / 3)]!;
      data[i] = Math.round(ground[i % 3]! + part * (ink[i % 3]! - ground[i % 3]!));
    }
    expect(likeness(learner.prepare({ ...size, data }).ink, same)).toBeGreaterThan(0.97);
  });

  it('from a canvas and from a file', () => {
    const data = { ...size, data: each((v) => [v, v, v, 255]) };
    const canvas = { ...size, getContext: () => ({ getImageData: () => data }) };
    expect(learner.prepare(canvas).ink).toEqual(same);
    const path = join(scratch.folder(), 'z.png');
    writeFileSync(path, encode({ ...size, data: bytes, channels: 1 }));
    expect(learner.prepare(path).ink).toEqual(same);
  });

  it('wherever it lies, however large it is and whatever the pen', () => {
    const plans = fc.record({
      name: names,
      side: fc.integer({ min: 60, max: 420 }),
      share: fc.double({ min: 0.4, max: 0.8, noNaN: true }),
      x: fc.double({ min: 0, max: 1, noNaN: true }),
      y: fc.double({ min: 0, max: 1, noNaN: true }),
      pen: fc.double({ min: 0.03, max: 0.14, noNaN: true }),
    });
    fc.assert(
      fc.property(plans, ({ name, side, share, x, y, pen: part }) => {
        const size = side * share;
        const pen = Math.max(size * part, 1.5);
        const free = side - size - 2 * pen - 2;
        fc.pre(free > 0);
        const drawn = letter(name, {
          side,
          size,
          left: pen + 1 + x * free,
          top: pen + 1 + y * free,
          pen,
        });
        expect(likeness(learner.prepare(drawn).ink, plain(name))).toBeGreaterThan(0.75);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('and other drawings come otherwise', () => {
    for (const a of Object.keys(letters)) {
      for (const b of Object.keys(letters)) {
        if (a !== b) expect(likeness(plain(a), plain(b))).toBeLessThan(0.75);
      }
    }
  });
});

describe('what the network sees', () => {
  it('is 20 by 20, ink up to 1 on ground 0, centred', () => {
    fc.assert(
      fc.property(names, (name) => {
        const { width, height, ink } = learner.prepare(letter(name, { left: 5, top: 38 }));
        expect([width, height, ink.length]).toEqual([20, 20, 400]);
        expect(Math.max(...ink)).toBe(1);
        expect(Math.min(...ink)).toBe(0);
        const inked = [...ink.keys()].filter((i) => ink[i]! > 0.3);
        const middle = (line: number[]) => (Math.min(...line) + Math.max(...line)) / 2;
        expect(Math.abs(middle(inked.map((i) => i % 20)) - 9.5)).toBeLessThanOrEqual(1);
        expect(Math.abs(middle(inked.map((i) => Math.floor(i / 20))) - 9.5)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('keeps the holes of small digits open, where they are grey pixels', () => {
    const eight = [
      [0, 0, 11, 10, 12, 4, 0, 0],
      [0, 0, 12, 13, 9, 16, 1, 0],
      [0, 0, 7, 13, 11, 16, 0, 0],
      [0, 0, 1, 16, 14, 4, 0, 0],
      [0, 0, 10, 16, 13, 0, 0, 0],
      [0, 0, 14, 7, 12, 7, 0, 0],
      [0, 4, 14, 4, 12, 13, 0, 0],
      [0, 1, 11, 14, 12, 4, 0, 0],
    ];
    const data = Uint8Array.from(eight.flat(), (count) => Math.round(255 * (1 - count / 16)));
    expect(holesOf(learner.prepare({ width: 8, height: 8, data }))).toBe(2);
  });

  it.each(['Z', 'X'])('is nearly the same for hands of another slant: %s', (name) => {
    const { width, height, data } = letter(name, {
      side: 160,
      size: 80,
      left: 40,
      top: 40,
      pen: 5,
    });
    const slanted = data.map((_, i) => {
      const row = Math.floor(i / width);
      return data[i + Math.round(0.3 * (row - height / 2))] ?? 255;
    });
    const { ink } = learner.prepare({ width, height, data: slanted });
    expect(likeness(ink, plain(name))).toBeGreaterThan(0.85);
  });

  it('tells a slash from a bar', () => {
    const drawn = (slope: number) => {
      const data = new Uint8Array(80 * 80).fill(255);
      for (let y = 10; y < 70; y++) {
        const x = Math.round(40 - slope * (y - 40));
        data.fill(0, y * 80 + x - 2, y * 80 + x + 2);
      }
      return learner.prepare({ width: 80, height: 80, data }).ink;
    };
    expect(likeness(drawn(0), drawn(0.8))).toBeLessThan(0.6);
  });

  it('can be prepared once for the same network only', async () => {
    const prepared = learner.prepare(letter('L'));
    expect(learner.prepare(prepared)).toBe(prepared);
    const other = await Learner.load(untrained({ inputHeight: 10, inputWidth: 12 }));
    expect(() => other.prepare(prepared)).toThrow(/another network: 20 by 20 pixels, not 12 by 10/);
    expect(other.prepare(letter('L')).ink).toHaveLength(120);
  });

  it('is the whole picture where it was trained on folders of pictures', async () => {
    const png = (name: string) => {
      const { width, height, data } = letter(name, { left: 5, top: 38 });
      return encode({ width, height, data, channels: 1 });
    };
    const folder = scratch.folder({ 'L/0.png': png('L'), 'T/0.png': png('T') });
    const data = await loadFolder(folder);
    const trained = async (name: string) =>
      Learner.load({ ...untrained(), training: { dataset: { name } } as TrainingState });
    const inTraining = new Float32Array(400);
    warp(data, 0, UPRIGHT, 20, 20, inTraining, 0);
    const own = await trained(data.name);
    expect(own.prepare(join(folder, 'L/0.png')).ink).toEqual(inTraining);
    expect(plain('L')).not.toEqual(inTraining);
    expect((await trained('omniglot')).prepare(letter('L')).ink).toEqual(plain('L'));
    const white = { width: 9, height: 9, data: new Uint8Array(81).fill(255) };
    expect(() => own.prepare(white)).toThrow(/is empty: nothing in it stands out/);
  });

  it('of a single dot is a dot', () => {
    const data = new Uint8Array(50 * 50).fill(255);
    for (const [x, y] of [[20, 20], [21, 20], [20, 21], [21, 21]]) data[y! * 50 + x!] = 0; // biome-ignore format: pairs
    const { ink } = learner.prepare({ width: 50, height: 50, data });
    const sum = ink.reduce((a, b) => a + b, 0);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThan(20);
  });
});

describe('refuses', () => {
  const prepared = (ink: number) => ({
    ...{ width: 20, height: 20 },
    ink: new Float32Array(400).fill(ink),
  });
  const blank = { width: 30, height: 30, data: new Uint8Array(900).fill(200) };
  it.each<[string, unknown, RegExp]>([
    ['an empty drawing', blank, /the drawing is empty/],
    ['a transparent one', { ...blank, data: new Uint8Array(3600) }, /the drawing is empty/],
    ['none', undefined, /a drawing is an ImageData, a canvas/],
    ['a number', 7, /not 7/],
    ['no size', { data: new Uint8Array(9) }, /not Object$/],
    ['bytes of a file', new Uint8Array(9), /not Uint8Array: decode the picture first, or give its/],
    ['a blob', new Blob(['x']), /not Blob: decode the picture first/],
    ['a promise', Promise.resolve(blank), /file's path, not Promise$/],
    [
      'NaN, prepared',
      prepared(Number.NaN),
      /^a prepared drawing holds NaN: its numbers lie between/,
    ],
    ['bytes, prepared', prepared(255), /^a prepared drawing holds 255/],
    ['half a pixel', { ...blank, width: 29.5 }, /both must be whole/],
    ['no pixels', { width: 0, height: 0, data: new Uint8Array(0) }, /0 by 0/],
    ['a column of a mile', { width: 1, height: 70_000, data: new Uint8Array(70_000) }, /too large/],
    [
      'more pixels than it has',
      { width: 60_000, height: 60_000, data: new Uint8Array(9) },
      /too large/,
    ],
    ['another size', { ...blank, height: 31 }, /30 by 31 pixels needs 930 numbers.*it has 900/],
    ['a list', { ...blank, data: new Array(900).fill(0) }, /must be a Uint8Array/],
    ['large floats', { ...blank, data: new Float32Array(900).fill(200) }, /holds 200: they must/],
    ['NaN', { ...blank, data: new Float32Array(900).fill(Number.NaN) }, /holds NaN/],
    ['a canvas of WebGL', { ...blank, getContext: () => null }, /no 2D context/],
    ['a canvas of no size', { width: 0, height: 5, getContext: () => ({}) }, /no pixels/],
    ['a missing file', 'nowhere/a.png', /cannot read nowhere\/a\.png: there is no such file/],
    [
      'a file that is no picture',
      import.meta.filename,
      /cannot be used as a drawing: it is a text file that begins with/,
    ],
  ])('%s', (_, drawing, message) => {
    expect(() => learner.prepare(drawing as string)).toThrow(message);
    expect(() => learner.prepare(drawing as string)).toThrow(
      expect.objectContaining({ name: 'UserError' }),
    );
  });
});
