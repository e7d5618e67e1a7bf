import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { Random } from '../../dist/common/random.js';
import { glyphs } from '../../dist/data/glyphs.js';
import { classSheet, episodeSheet } from '../../dist/data/sheet/sheet.js';
import { EpisodeSampler } from '../../dist/tasks/classification/episodes.js';

const data = glyphs({ classes: 12, drawings: 6 });

/** A decoded PNG's pixel. */
function reader(png: Uint8Array) {
  const { width, height, channels, data } = decode(png);
  expect(channels).toBe(3);
  const pixel = (x: number, y: number) => [0, 1, 2].map((i) => data[3 * (y * width + x) + i]!);
  return { width, height, pixel };
}

const PAPER = [255, 255, 255];
const INK = [24, 26, 33];

/** Pixels that labels take to the left: the longest line, and a margin. */
const labelWidth = (...names: string[]) =>
  6 * Math.max(...names.flatMap((name) => name.split('/')).map((part) => part.length)) + 8;

/** What is written right before a column, as rows of characters: `#` for dark. */
function written({ pixel }: ReturnType<typeof reader>, right: number, top: number, length: number) {
  return Array.from({ length: 13 }, (_, y) =>
    Array.from({ length: 6 * length }, (_, x) =>
      pixel(right - 6 * length + x, top + y)[0] === INK[0] ? '#' : '.',
    ).join(''),
  );
}

describe('classSheet', () => {
  it('shows rows of classes and columns of drawings, every pixel 2x2', () => {
    const { width, height, pixel } = reader(classSheet(data, [3, 0], 4));
    const label = labelWidth(data.classes[3]!.name, data.classes[0]!.name);
    expect([width, height]).toEqual([label + 4 * 72 - 2 + 16, 2 * 72 - 2 + 16]);
    const pictures = [
      [0, 0, data.classes[3]!.first],
      [3, 0, data.classes[3]!.first + 3],
      [1, 1, 1],
    ] as const;
    for (const [column, row, drawing] of pictures) {
      const shown: number[] = [];
      const drawn: number[] = [];
      for (let i = 0; i < 70 * 70; i++) {
        const [x, y] = [i % 70, Math.floor(i / 70)];
        const ink = data.atlas[(drawing * 35 + (y >> 1)) * 35 + (x >> 1)]!;
        shown.push(pixel(label + 8 + column * 72 + x, 8 + row * 72 + y)[0]!);
        drawn.push(Math.round(255 - (ink / 255) * 231));
      }
      expect(shown).toEqual(drawn);
    }
  });

  it('leaves blank what a class does not have', () => {
    const { pixel, width } = reader(classSheet(data, [0], 7));
    const label = labelWidth(data.classes[0]!.name);
    expect(width).toBe(label + 7 * 72 - 2 + 16);
    const cell = Array.from({ length: 4900 }, (_, i) =>
      pixel(label + 8 + 6 * 72 + (i % 70), 8 + Math.floor(i / 70)),
    );
    expect(new Set(cell.map(String))).toEqual(new Set([String(PAPER)]));
  });

  it('has the name of each class before its row, its folder above', () => {
    const named = {
      ...data,
      classes: data.classes.map((one, i) => ({ ...one, name: i === 0 ? 'Tab/il' : 'Ré日' })),
    };
    const sheet = reader(classSheet(named, [0, 1], 1));
    const middle = 8 + 35;
    expect(written(sheet, 8 + 18, middle - 13, 3)).toEqual([
      '..................',
      '..................',
      '#####.......#.....',
      '..#.........#.....',
      '..#.........#.....',
      '..#....###..####..',
      '..#.......#.#...#.',
      '..#....####.#...#.',
      '..#...#...#.#...#.',
      '..#...#..##.#...#.',
      '..#....##.#.####..',
      '..................',
      '..................',
    ]);
    expect(written(sheet, 8 + 18, middle, 2).slice(2, 11)).toEqual([
      '.......##...',
      '..#.....#...',
      '........#...',
      '.##.....#...',
      '..#.....#...',
      '..#.....#...',
      '..#.....#...',
      '..#.....#...',
      '.###...###..',
    ]);
    // Accents are left out; a box stands for what the font does not have.
    expect(written(sheet, 8 + 18, middle + 72 - 6, 3).slice(2, 11)).toEqual([
      '####........#####.',
      '#...#.......#...#.',
      '#...#.......#...#.',
      '#...#..###..#...#.',
      '####..#...#.#...#.',
      '#.#...#####.#...#.',
      '#..#..#.....#...#.',
      '#...#.#...#.#...#.',
      '#...#..###..#####.',
    ]);
  });

  it('refuses classes that are not there and empty sheets', () => {
    expect(() => classSheet(data, [12], 1)).toThrow('glyphs has no class 12');
    expect(() => classSheet(data, [], 1)).toThrow(RangeError);
    expect(() => classSheet(data, [0], 0)).toThrow(RangeError);
  });
});

describe('episodeSheet', () => {
  const sampler = new EpisodeSampler(
    data,
    data.classes.map((_, i) => i),
    { batchSize: 2, numClasses: 10, inputHeight: 20, inputWidth: 16, augment: true },
    new Random(3),
  );
  const batch = sampler.next({ classes: 3, length: 14 });
  const { width, height, pixel } = reader(episodeSheet(batch, 1, 20, 16, 10));
  const pitchX = 16 * 3 + 14;
  const pitchY = 20 * 3 + 14;
  const label = labelWidth('11-14');
  const corner = (t: number) =>
    [label + 14 + (t % 10) * pitchX, 14 + Math.floor(t / 10) * pitchY] as const;

  it('has ten pictures a row', () => {
    expect([width, height]).toEqual([label + 10 * pitchX - 2 + 16, 2 * pitchY - 2 + 16]);
  });

  it('shows what the network sees, every pixel 3x3', () => {
    for (let t = 0; t < 14; t++) {
      const [left, top] = corner(t);
      const first = (14 + t) * 330;
      const shown: unknown[] = [];
      const seen: unknown[] = [];
      for (let p = 0; p < 320; p++) {
        const [x, y] = [left + 3 * (p % 16), top + 3 * Math.floor(p / 16)];
        const ink = batch.inputs[first + p]!;
        const colour = PAPER.map((paper, i) => Math.round(paper + ink * (INK[i]! - paper)));
        shown.push(pixel(x, y), pixel(x + 2, y + 2));
        seen.push(colour, colour);
      }
      expect(shown).toEqual(seen);
      expect(shown).toContainEqual(INK);
    }
  });

  it('frames each class in a colour of its own, its first appearance thickly', () => {
    const colours = new Map<number, string>();
    for (let t = 0; t < 14; t++) {
      const label = batch.labels[14 + t]!;
      const [left, top] = corner(t);
      const frame = String(pixel(left - 1, top - 1));
      const thick = String(pixel(left - 6, top - 6)) === frame;
      expect(thick).toBe(!colours.has(label));
      expect(frame).toBe(colours.get(label) ?? frame);
      colours.set(label, frame);
    }
    const eight = [...colours].filter(([label]) => label < 8);
    expect(new Set(eight.map(([, colour]) => colour)).size).toBe(eight.length);
  });

  it('refuses episodes and sizes that are not those of the batch', () => {
    expect(() => episodeSheet(batch, 2, 20, 16, 10)).toThrow('no episode 2 in a batch of 2');
    expect(() => episodeSheet(batch, 0, 20, 20, 10)).toThrow(RangeError);
  });
});
