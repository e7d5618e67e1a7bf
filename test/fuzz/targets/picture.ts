/** The readers of the other pictures: JPEG, WebP and BMP, Exif in them, and of the kinds of files. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { fileKind } from '../../../dist/common/files/file-kind.js';
import { decodePicture } from '../../../dist/data/pictures/picture.js';
import {
  bmp,
  bmpOf,
  exif,
  F,
  jpg,
  laid,
  png,
  riff,
  riffChunk,
  webp,
} from '../../data/pictures/formats.ts';
import { mutated, noise } from '../mutations.ts';
import { checkSentence, type Outcome, type Target } from '../target.ts';

const samples: Record<string, { webp: string }> = JSON.parse(
  readFileSync(new URL('../../data/pictures/webp-samples.json', import.meta.url), 'utf8'),
);
const webps = [
  ...Object.values(samples).map((sample) => Buffer.from(sample.webp, 'base64')),
  webp(F),
  webp(laid(F, 6), exif(6)),
];
const palette = Array.from({ length: 64 }, (_, i) => i * 3);
const pixels = Buffer.from(Array.from({ length: 400 }, (_, i) => (i * 37) & 255));
const runs = Buffer.from('0301020400030102030005020000010a0b00020101030001', 'hex');
const bmps = [
  bmpOf(F),
  ...[1, 4, 8, 16, 24, 32].map((depth) => bmp({ width: 9, height: -7, depth, palette, pixels })),
  bmp({
    width: 9,
    height: 7,
    depth: 32,
    packing: 3,
    headerSize: 124,
    masks: [255, 65280, 16711680, 2 ** 31],
    pixels,
  }),
  bmp({ width: 9, height: 7, depth: 16, packing: 6, masks: [63488, 2016, 31, 0], pixels }),
  bmp({ width: 9, height: 7, depth: 8, packing: 1, palette, pixels: runs }),
  bmp({ width: 9, height: 7, depth: 4, packing: 2, palette, pixels: runs }),
];
const others = [jpg(laid(F, 8), exif(8, false)), png(laid(F, 3), exif(3))];

/** A WebP put together from chunks that fit, or do not. */
const chunks = fc
  .array(
    fc.tuple(
      fc.constantFrom('VP8X', 'VP8L', 'VP8 ', 'ALPH', 'EXIF', 'ANIM', 'ANMF', 'none'),
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom(...webps.map((file) => file.subarray(20))),
        fc.constantFrom(exif(6), exif(9), exif(5, false)),
      ),
    ),
    { maxLength: 4 },
  )
  .map((list) => riff(list.map(([type, data]) => riffChunk(type, Buffer.from(data)))));

/** Lengths and sizes of Exif that lead anywhere. */
const turned = fc
  .tuple(mutated([exif(6), exif(6, false)]), fc.constantFrom(png, webp, jpg))
  .map(([block, format]) => format(laid(F, 6), block));

function run(input: Uint8Array): Outcome {
  const kind = fileKind(input);
  if (kind) checkSentence(`${kind.name} ${kind.advice ?? ''}`);
  try {
    const { width, height, grey, alpha } = decodePicture(input);
    if (grey.length !== width * height || alpha)
      throw new TypeError(`${width}x${height}: ${grey.length}`);
    return 'accepted';
  } catch (error) {
    const message = (error as Error).message;
    if ((error as Error).constructor !== Error || !/^(it|its) /.test(message)) throw error;
    checkSentence(message);
    return 'refused';
  }
}

export const target: Target = {
  inputs: fc.oneof(
    { weight: 6, arbitrary: mutated(webps) },
    { weight: 6, arbitrary: mutated(bmps) },
    { weight: 2, arbitrary: mutated(others) },
    { weight: 2, arbitrary: turned },
    { weight: 2, arbitrary: chunks },
    { weight: 1, arbitrary: noise([...webps, ...bmps].map((file) => file.subarray(0, 30))) },
  ),
  run,
};
