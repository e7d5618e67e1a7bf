import { crc32 } from 'node:zlib';
import jpeg from 'jpeg-js';
import { describe, expect, test } from 'vitest';
import { inkOf } from '../../dist/data/ink.js';
import { decodePicture } from '../../dist/data/pictures/picture.js';
import { decodePng } from '../../dist/data/pictures/png.js';
import { pngOf } from './pictures.js';

const WIDTH = 13;
const HEIGHT = 11;
const noise = (x: number, y: number, c: number) =>
  (Math.imul(x * 31 + y * 17 + c * 7 + 1, 2654435761) >>> 8) & 0xffff;

describe('PNG', () => {
  const kinds = [
    [0, [1, 2, 4, 8, 16]],
    [2, [8, 16]],
    [3, [1, 2, 4, 8]],
    [4, [8, 16]],
    [6, [8, 16]],
  ] as const;
  const cases = kinds.flatMap(([colourType, depths]) =>
    depths.flatMap((depth) =>
      [false, true].map((interlaced) => ({ colourType, depth, interlaced })),
    ),
  );

  test.each(cases)('colour type $colourType of $depth bits, interlaced $interlaced', (kind) => {
    const { colourType, depth } = kind;
    const palette = Array.from({ length: 3 << depth }, (_, i) => noise(i, 0, 0) & 255);
    const sample = (x: number, y: number, c: number) => noise(x, y, c) >> (16 - depth);
    const plan = { width: WIDTH, height: HEIGHT, ...kind, sample };
    const { grey, alpha } = decodePng(pngOf(colourType === 3 ? { ...plan, palette } : plan));
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        const byte = (c: number) =>
          depth === 16
            ? sample(x, y, c) >> 8
            : Math.round((sample(x, y, c) * 255) / (2 ** depth - 1));
        const colours =
          colourType === 3
            ? palette.slice(3 * sample(x, y, 0), 3 * sample(x, y, 0) + 3)
            : colourType & 2
              ? [byte(0), byte(1), byte(2)]
              : [byte(0), byte(0), byte(0)];
        const expected = 0.299 * colours[0]! + 0.587 * colours[1]! + 0.114 * colours[2]!;
        expect(Math.abs(grey[y * WIDTH + x]! - expected)).toBeLessThanOrEqual(0.5001);
        if (colourType & 4) expect(alpha![y * WIDTH + x]).toBe(byte(colourType & 2 ? 3 : 1));
      }
    }
    expect(alpha !== undefined).toBe((colourType & 4) > 0);
  });

  test('one transparent colour, and a palette with opacities', () => {
    const one = { width: 2, height: 1, depth: 8 };
    const grey = pngOf({ ...one, colourType: 0, sample: (x) => x * 9, transparency: [0, 9] });
    expect([...decodePng(grey).alpha!]).toEqual([255, 0]);
    const colour = pngOf({
      ...one,
      colourType: 2,
      sample: (x, _, c) => x * c,
      transparency: [0, 0, 0, 1, 0, 2],
    });
    expect([...decodePng(colour).alpha!]).toEqual([255, 0]);
    const palette = pngOf({
      ...one,
      colourType: 3,
      sample: (x) => x,
      palette: [0, 0, 0, 255, 255, 255],
      transparency: [70],
    });
    expect([...decodePng(palette).alpha!]).toEqual([70, 255]);
  });

  test('damage is found', () => {
    const good = pngOf({ width: 40, height: 40, depth: 8, colourType: 0, sample: noise8 });
    for (const length of [0, 7, 20, 60, good.length - 12, good.length - 1]) {
      expect(() => decodePicture(good.subarray(0, length))).toThrow(/^it is/);
    }
    const flipped = Buffer.from(good);
    flipped[100]! ^= 1;
    expect(() => decodePicture(flipped)).toThrow('it is damaged');
    const short = pngOf({ width: 40, height: 40, depth: 8, colourType: 0, sample: noise8 });
    short.writeUInt32BE(41, 20); // the height, which the header's checksum guards
    expect(() => decodePicture(short)).toThrow('it is damaged');
    const odd = pngOf({ width: 1, height: 1, depth: 8, colourType: 0, sample: () => 300 });
    expect(() => decodePicture(odd)).toThrow('its picture data is damaged'); // too much of it
    const bare = pngOf({ width: 1, height: 1, depth: 8, colourType: 3, sample: () => 0 });
    expect(() => decodePicture(bare)).toThrow('it lacks its palette');
  });

  test('a size that no memory holds is refused before it is inflated', () => {
    const wide = { width: 1, height: 1, depth: 1, colourType: 0, sample: () => 0 };
    const huge = pngOf({ ...wide, height: 0, width: 70_000 });
    expect(() => decodePicture(huge)).toThrow('it has no pixels');
    const large = pngOf({ ...wide, sample: () => 0 });
    const header = large.subarray(12, 29);
    header.writeUInt32BE(100_000, 4);
    header.writeUInt32BE(100_000, 8);
    large.writeUInt32BE(crc32(header), 29);
    expect(() => decodePicture(large)).toThrow('it is 100000x100000 pixels, which is too large');
  });

  test('what few bytes can never fill gets no memory', () => {
    const one = { width: 1, height: 1, depth: 16, colourType: 6, sample: () => 0 };
    const bytes = pngOf(one);
    const header = bytes.subarray(12, 29);
    header.writeUInt32BE(7000, 4);
    header.writeUInt32BE(7000, 8);
    bytes.writeUInt32BE(crc32(header), 29);
    const before = process.memoryUsage().arrayBuffers;
    expect(() => decodePicture(bytes)).toThrow('its picture data is cut short');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24); // 392 MB are claimed
  });
});

const noise8 = (x: number, y: number, c: number) => noise(x, y, c) & 255;

describe('JPEG', () => {
  const data = Buffer.alloc(32 * 24 * 4, 255);
  for (let i = 0; i < 12 * 32; i++) data.fill(0, i * 4, i * 4 + 3);
  const { data: bytes } = jpeg.encode({ width: 32, height: 24, data }, 95);

  test('is decoded to grey', () => {
    const { width, height, grey } = decodePicture(bytes);
    expect([width, height]).toEqual([32, 24]);
    expect(grey[5 * 32 + 5]).toBeLessThan(8);
    expect(grey[20 * 32 + 5]).toBeGreaterThan(247);
  });

  test('is decoded with whatever stands before and behind it', () => {
    const scan = Buffer.from('ffda0003000000000000', 'hex');
    const scans = Buffer.alloc(200 * scan.length, scan); // more than there may be
    const note = Buffer.concat([Buffer.from([0xff, 0xe1, 0x07, 0xd2]), scans]);
    const odd = Buffer.concat([bytes.subarray(0, 2), note, bytes.subarray(2), scans]);
    expect(decodePicture(odd)).toEqual(decodePicture(bytes));
  });

  test('damage is found', () => {
    expect(() => decodePicture(bytes.subarray(0, 400))).toThrow('it is a damaged JPEG');
    expect(() => decodePicture(Buffer.from('GIF89a'))).toThrow(
      'it is a GIF picture, not a PNG, JPEG, WebP or BMP picture: convert it to PNG',
    );
  });
});

describe('ink', () => {
  const page = (width: number, height: number, ground: number, ink: number) => {
    const grey = new Uint8Array(width * height).fill(ground);
    for (let y = height >> 2; y < height - (height >> 2); y++) {
      for (let x = width >> 2; x < width - (width >> 2); x++) grey[y * width + x] = ink;
    }
    return { width, height, grey };
  };

  test('is 255 on 0, dark on light, light on dark, or faint', () => {
    const expected = inkOf(page(70, 70, 255, 0), 35);
    expect(Math.min(...expected)).toBe(0);
    expect(Math.max(...expected)).toBe(255);
    expect(expected[17 * 35 + 17]).toBe(255);
    expect(inkOf(page(70, 70, 0, 255), 35)).toEqual(expected);
    expect(inkOf(page(70, 70, 240, 200), 35)).toEqual(expected);
  });

  test('an empty page stays empty', () => {
    expect(Math.max(...inkOf(page(70, 70, 250, 246), 35))).toBe(0);
  });

  test('oblong pictures are padded, not stretched', () => {
    const ink = inkOf(page(70, 35, 255, 0), 35);
    const rows = Array.from({ length: 35 }, (_, y) =>
      Math.max(...ink.subarray(y * 35, y * 35 + 35)),
    );
    expect(rows.filter((most) => most > 127).length).toBe(10); // 19 of 70 pixels' height
    expect(rows[0]).toBe(0);
    expect(rows[34]).toBe(0);
  });

  test('any size becomes the mean of its areas', () => {
    for (const side of [1, 2, 28, 35, 36, 105, 311]) {
      const { width, height, grey } = page(side, side, 255, 0);
      if (side > 3) grey[side + 1] = 100;
      const ink = inkOf({ width, height, grey }, 35);
      expect(ink.length).toBe(35 * 35);
      const mean = grey.reduce((sum, value) => sum + 255 - value, 0) / side ** 2;
      const shrunk = ink.reduce((sum, value) => sum + value, 0) / 35 ** 2;
      if (side > 3) expect(Math.abs(shrunk - mean)).toBeLessThan(1);
    }
  });
});
