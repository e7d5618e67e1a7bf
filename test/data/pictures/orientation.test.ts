import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadFolder } from '../../../dist/data/folders/folders.js';
import { orientationOf } from '../../../dist/data/pictures/orientation.js';
import { decodePicture } from '../../../dist/data/pictures/picture.js';
import { Learner } from '../../../dist/learner/learner.js';
import { untrained } from '../../learner/weights.js';
import { scratchFolder } from '../scratch.js';
import { exif, F, jpg, laid, png, type Rows, webp } from './formats.js';

const scratch = scratchFolder();
const learner = await Learner.load(untrained());
const orientations = [1, 2, 3, 4, 5, 6, 7, 8];

/** What a picture shows. */
function shown(bytes: Uint8Array): string[] {
  const { width, height, grey } = decodePicture(bytes);
  return Array.from({ length: height }, (_, y) =>
    Array.from(grey.subarray(y * width, (y + 1) * width), (v) => (v < 128 ? '#' : '.')).join(''),
  );
}

const formats: Record<string, (rows: Rows, block?: Uint8Array) => Buffer> = { png, jpg, webp };

describe.each(Object.entries(formats))('%s', (name, format) => {
  test.each(orientations)('of orientation %i is shown upright', (orientation) => {
    for (const little of [true, false]) {
      expect(shown(format(laid(F, orientation), exif(orientation, little)))).toEqual(F);
    }
  });

  test('without an orientation that there is stays as it is', () => {
    for (const block of [undefined, exif(0), exif(9), exif(65535), exif(6, true, 4)]) {
      expect(shown(format(F, block))).toEqual(F);
    }
  });

  test('has its orientation in data sets and learners too', async () => {
    const plain = format(F);
    const turned = format(laid(F, 6), exif(6));
    const folder = scratch.folder({
      [`a/1.${name}`]: plain,
      [`a/2.${name}`]: turned,
      [`b/1.${name}`]: format(laid(F, 6)),
    });
    const { atlas } = await loadFolder(folder);
    const drawing = (i: number) => [...atlas.subarray(i * 1225, (i + 1) * 1225)];
    const difference = drawing(0).map((value, i) => Math.abs(value - drawing(1)[i]!));
    expect(Math.max(...difference)).toBeLessThan(name === 'jpg' ? 40 : 1);
    expect(drawing(2)).not.toEqual(drawing(1));
    const [one, other] = ['1', '2'].map((file) =>
      learner.prepare(join(folder, 'a', `${file}.${name}`)),
    );
    const apart = one!.ink.reduce((sum, ink, i) => sum + Math.abs(ink - other!.ink[i]!), 0);
    expect(apart / one!.ink.length).toBeLessThan(name === 'jpg' ? 0.05 : 1e-9); // JPEG is not exact
  });
});

describe('Exif', () => {
  test('that is damaged says nothing', () => {
    const whole = exif(6);
    for (let length = 0; length < 32; length++) {
      expect(orientationOf(whole.subarray(0, length))).toBe(1);
    }
    const far = Buffer.from(whole);
    far.writeUInt32LE(0xffffffff, 4);
    expect(orientationOf(far)).toBe(1);
    const other = Buffer.from(whole);
    other.write('XX');
    expect(orientationOf(other)).toBe(1);
    const many = Buffer.from(whole);
    many.writeUInt16LE(0xffff, 8);
    expect(orientationOf(many)).toBe(6); // found before the end
  });

  test('behind the picture’s data does not count', () => {
    const file = jpg(F);
    const note = jpg(F, exif(6)).subarray(20, 20 + 4 + 6 + 38);
    expect(shown(Buffer.concat([file.subarray(0, -2), note, file.subarray(-2)]))).toEqual(F);
  });
});
