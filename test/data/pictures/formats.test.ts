import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { flatten, luma } from '../../../dist/data/grey.js';
import { decodeBmp } from '../../../dist/data/pictures/bmp.js';
import { decodePicture } from '../../../dist/data/pictures/picture.js';
import { decodeWebp } from '../../../dist/data/pictures/webp.js';
import { bmp, bmpOf, F, riff, riffChunk, webp } from './formats.js';

const greyOf = (bytes: Uint8Array) => [...decodePicture(bytes).grey];

/**
 * Made by Pillow 13 (libwebp 1.6) of one picture of 24x16: lossy, lossy with opacity, lossless with opacity; and
 * what it reads in them, each pixel red, green, blue and opacity.
 */
const samples: Record<string, { webp: string; rgba: string }> = JSON.parse(
  readFileSync(new URL('webp-samples.json', import.meta.url), 'utf8'),
);

describe('WebP', () => {
  test.each(Object.entries(samples))('%s is decoded as by libwebp of today', (_, sample) => {
    const rgba = Buffer.from(sample.rgba, 'base64');
    const [grey, alpha] = [new Uint8Array(384), new Uint8Array(384)];
    for (let i = 0; i < 384; i++) {
      grey[i] = luma(rgba[4 * i]!, rgba[4 * i + 1]!, rgba[4 * i + 2]!);
      alpha[i] = rgba[4 * i + 3]!;
    }
    const picture = decodeWebp(Buffer.from(sample.webp, 'base64'));
    expect(picture).toMatchObject({ width: 24, height: 16, orientation: 1 });
    expect(picture.grey).toEqual(grey);
    expect(picture.alpha).toEqual(alpha.every((value) => value === 255) ? undefined : alpha);
    expect(decodePicture(Buffer.from(sample.webp, 'base64'))).toEqual(
      flatten({ width: 24, height: 16, grey, ...(picture.alpha && { alpha }) }),
    );
  });

  test('damage is found', () => {
    const good = webp(F);
    for (const length of [12, 19, 24, good.length - 2]) {
      expect(() => decodePicture(good.subarray(0, length))).toThrow('it is cut short');
    }
    const noise = Buffer.from(good);
    noise.fill(0xff, 30);
    expect(() => decodePicture(noise)).toThrow('it is a damaged WebP');
    expect(() => decodePicture(riff([riffChunk('ALPH', Buffer.alloc(20))]))).toThrow(
      'it is a WebP without a picture',
    );
    const animated = Buffer.alloc(10);
    animated[0] = 2;
    expect(() => decodePicture(riff([riffChunk('VP8X', animated)]))).toThrow('it is animated');
  });

  test('a size that is too large is refused before libwebp sets it aside', () => {
    const lossless = Buffer.alloc(40);
    lossless[0] = 0x2f;
    lossless.writeUInt32LE(0x0fffffff, 1); // 16384x16384
    const lossy = Buffer.from('000000009d012aff3fff3f00', 'hex');
    lossy.copyWithin(0, 1);
    const before = process.memoryUsage().rss;
    for (const file of [riff([riffChunk('VP8L', lossless)]), riff([riffChunk('VP8 ', lossy)])]) {
      expect(() => decodePicture(file)).toThrow(
        /it is 1638[34]x1638[34] pixels, which is too large/,
      );
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 26); // 1 GB are claimed
  });
});

describe('BMP', () => {
  test('of a bit a pixel, its palette either way round', () => {
    const want = F.flatMap((row) => [...row].map((pixel) => (pixel === '#' ? 0 : 255)));
    expect(greyOf(bmpOf(F))).toEqual(want);
    const inverse = Buffer.from(bmpOf(F));
    inverse.fill(255, 54, 57);
    inverse.fill(0, 58, 61);
    expect(greyOf(inverse)).toEqual(want.map((value) => 255 - value));
  });

  const palette = Array.from({ length: 16 }, (_, i) => [i, 2 * i, 3 * i, 0]).flat();
  const ofPalette = (i: number) => luma(3 * i, 2 * i, i);

  test.each([
    ['4 bits', { depth: 4, pixels: Buffer.from('12300000' + '45600000', 'hex') }],
    ['4 bits, downwards', { depth: 4, height: -2, pixels: Buffer.from('4560000012300000', 'hex') }],
    ['8 bits', { depth: 8, pixels: Buffer.from('0102030004050600', 'hex') }],
    ['2 bits a pixel less', { depth: 8, pixels: Buffer.from('01020300040506', 'hex') }],
    [
      'runs of 8',
      { depth: 8, packing: 1, pixels: Buffer.from('0003010203000000' + '0104010501060001', 'hex') },
    ],
    [
      'runs of 4',
      { depth: 4, packing: 2, pixels: Buffer.from('00031230' + '0000' + '024501600001', 'hex') },
    ],
  ])('of a palette: %s', (_, plan) => {
    const file = bmp({ width: 3, height: 2, palette, ...plan });
    // The lower row comes first in the file.
    expect(greyOf(file)).toEqual([4, 5, 6, 1, 2, 3].map(ofPalette));
  });

  test('OS/2’s form', () => {
    const triples = Array.from({ length: 256 }, (_, i) => [i, 0, 0]).flat();
    const file = bmp({
      width: 2,
      height: 1,
      depth: 8,
      headerSize: 12,
      palette: triples,
      pixels: Buffer.from([200, 100, 0, 0]),
    });
    expect(greyOf(file)).toEqual([luma(0, 0, 200), luma(0, 0, 100)]);
  });

  test('runs leave clear what they jump over', () => {
    const runs = { width: 3, height: 1, depth: 8, packing: 1, palette };
    const file = bmp({ ...runs, pixels: Buffer.from('010900020100' + '01090001', 'hex') });
    expect(decodeBmp(file)).toMatchObject({ alpha: Uint8Array.of(255, 0, 255) });
  });

  test('of colours: 16, 24 and 32 bits, with masks and opacity', () => {
    const one = { width: 1, height: 1 };
    const grey = luma(255, 123, 0);
    expect(greyOf(bmp({ ...one, depth: 16, pixels: Buffer.from([0xe0, 0x7d, 0, 0]) }))).toEqual([
      grey,
    ]);
    expect(greyOf(bmp({ ...one, depth: 24, pixels: Buffer.from([0, 123, 255, 0]) }))).toEqual([
      grey,
    ]);
    expect(greyOf(bmp({ ...one, depth: 32, pixels: Buffer.from([0, 123, 255, 0]) }))).toEqual([
      grey,
    ]);
    const masks = [0xff, 0xff00, 0xff0000, 0xff000000];
    const turned = { ...one, depth: 32, packing: 3, masks, pixels: Buffer.from([255, 123, 0, 70]) };
    expect(decodeBmp(bmp({ ...turned, headerSize: 124 }))).toEqual({
      ...{ width: 1, height: 1, orientation: 1 },
      grey: Uint8Array.of(grey),
      alpha: Uint8Array.of(70),
    });
    // No opacity anywhere is none.
    const solid = { ...turned, headerSize: 124, pixels: Buffer.from([255, 123, 0, 0]) };
    expect(decodeBmp(bmp(solid)).alpha).toBeUndefined();
    const five = { ...one, depth: 16, packing: 3, masks: [0xf800, 0x7e0, 0x1f] };
    expect(greyOf(bmp({ ...five, pixels: Buffer.from([0xff, 0xff, 0, 0]) }))).toEqual([255]);
  });

  test('damage is found', () => {
    const good = bmpOf(F);
    for (const length of [16, 30, 53, 60, good.length - 3]) {
      expect(() => decodePicture(good.subarray(0, length))).toThrow('it is cut short');
    }
    const changed = (at: number, value: number) => {
      const bytes = Buffer.from(good);
      bytes.writeUInt32LE(value, at);
      return bytes;
    };
    expect(() => decodePicture(changed(18, 0))).toThrow('it has no pixels');
    expect(() => decodePicture(changed(18, 0x7fffffff))).toThrow('which is too large');
    expect(() => decodePicture(changed(22, 0x80000000))).toThrow('which is too large');
    expect(() => decodePicture(changed(30, 5))).toThrow('an unknown kind of BMP');
    expect(() => decodePicture(changed(10, 0xffffffff))).toThrow('it is cut short');
    const endless = { width: 3, height: 2, depth: 8, packing: 1, palette: [0, 0, 0, 0] };
    expect(() => decodePicture(bmp({ ...endless, pixels: Buffer.alloc(99, 1) }))).toThrow(
      'it is cut short',
    );
  });
});
