/** Pictures that are larger, longer or other than they look. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import jpeg from 'jpeg-js';
import { loadFolder } from '../../dist/data/folders/folders.js';
import { bmp, F, riff, riffChunk, webp } from '../data/pictures/formats.js';
import { chunk, pngOf, SIGNATURE } from '../data/pictures.js';
import { type Attack, type Group, makeSparse } from './attack.js';

/** The header of a PNG: colour type 0 is grey, 3 has a palette, 6 is colour and opacity. */
export function header(width: number, height: number, depth = 8, colourType = 0): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, colourType], 8);
  return chunk('IHDR', data);
}

const END = chunk('IEND', Buffer.alloc(0));

/** A PNG of a header and of what its rows are, each after its filter's byte. */
export function png(first: Buffer, rows: Buffer): Buffer {
  return Buffer.concat([SIGNATURE, first, chunk('IDAT', deflateSync(rows, { level: 9 })), END]);
}

/** A PNG that claims a size and has one pixel. */
export const sized = (width: number, height: number): Buffer =>
  png(header(width, height), Buffer.alloc(2));

const good = pngOf({ width: 20, height: 20, depth: 8, colourType: 0, sample: (x) => 12 * x });

/** A folder of two classes, in which this is one of the pictures. */
function of(name: string, careless: string, bytes: () => Uint8Array): Attack {
  return made(name, careless, (path) => writeFileSync(path, bytes()));
}

function made(name: string, careless: string, make: (path: string) => void): Attack {
  return {
    name,
    careless,
    make(folder) {
      for (const inner of ['a', 'b']) mkdirSync(join(folder, inner), { recursive: true });
      writeFileSync(join(folder, 'a', '1.png'), good);
      make(join(folder, 'b', '1.png'));
    },
  };
}

const flipped = (at: number) => () => {
  const bytes = Buffer.from(good);
  bytes[at]! ^= 1;
  return bytes;
};

const pngs: Attack[] = [
  of('an empty picture', 'reads its first bytes', () => new Uint8Array(0)),
  of('a PNG 4 billion pixels wide and high', 'allocates them, or multiplies in 32 bits and gets 1', () => sized(2 ** 32 - 1, 2 ** 32 - 1)),
  of('a PNG without pixels', 'divides by their number', () => sized(0, 10)),
  of('a PNG 1 pixel wide and 50 million high', 'keeps some numbers for each row: 14 GB', () => png(header(1, 50_000_000, 1), Buffer.alloc(2))),
  of('a PNG that is cut short', 'goes on with what lay in memory before', () => good.subarray(0, good.length - 40)),
  of('a PNG without its end', 'takes what it has got', () => good.subarray(0, good.length - 12)),
  of('a chunk longer than the file', 'reads beyond the end', () => {
    const bytes = Buffer.from(good);
    bytes.writeUInt32BE(2 ** 31, 33);
    return bytes;
  }),
  of('a wrong checksum of the header', 'believes the header', flipped(19)),
  of('a wrong checksum of the data', 'shows other pixels', flipped(60)),
  of('a PNG without a header', 'goes on with no size', () => Buffer.concat([SIGNATURE, chunk('IDAT', Buffer.alloc(9)), END])),
  of('a header of 12 bytes', 'reads the next chunk for its end', () => Buffer.concat([SIGNATURE, chunk('IHDR', Buffer.alloc(12)), END])),
  of('a PNG without data', 'shows old contents of memory', () => Buffer.concat([SIGNATURE, header(20, 20), END])),
  of('a PNG without its palette', 'looks up colours in an empty list', () => png(header(4, 4, 8, 3), Buffer.alloc(20))),
  of('an unknown kind of PNG', 'computes with 3 bits per pixel', () => png(header(4, 4, 3), Buffer.alloc(20))),
  of('100 MB in a picture of 16 pixels', 'unpacks it to the end', () => png(header(4, 4), Buffer.alloc(100_000_000))),
  of('an unknown filter', 'leaves the row unchanged', () => png(header(4, 4), Buffer.alloc(20, 9))),
  of('too few rows', 'shows old contents of memory', () => png(header(40, 40, 16, 6), Buffer.alloc(100))),
  of('two hundred thousand chunks without data', 'keeps a list of them', () =>
    Buffer.concat([SIGNATURE, header(4, 4), ...Array<Buffer>(200_000).fill(chunk('IDAT', Buffer.alloc(0))), END]),
  ),
]; // biome-ignore format: a table

const photo = jpeg.encode({ width: 16, height: 16, data: Buffer.alloc(1024, 128) }, 50).data;
const frame = photo.indexOf(Buffer.from([0xff, 0xc0]));
const scan = photo.indexOf(Buffer.from([0xff, 0xda]));

/** The JPEG with 16 bits changed, counted from its frame's header: 5 the height, 7 the width. */
const reframed =
  (...changes: [at: number, value: number][]) =>
  () => {
    const bytes = Buffer.from(photo);
    for (const [at, value] of changes) bytes.writeUInt16BE(value, frame + at);
    return bytes;
  };

const jpegs: Attack[] = [
  of('a JPEG 65,535 pixels wide and high', 'allocates them', reframed([5, 65_535], [7, 65_535])),
  of('a JPEG 7,000 pixels wide and high', 'allocates them for 600 bytes, several times', reframed([5, 7000], [7, 7000])),
  of('a JPEG without pixels', 'divides by their number', reframed([7, 0])),
  of('a JPEG that is cut short', 'shows half of it', () => photo.subarray(0, scan + 20)),
  of('a JPEG without a frame', 'looks for its components in an empty list', () => Buffer.concat([photo.subarray(0, 2), photo.subarray(scan)])),
  of('a JPEG of a thousand scans', 'processes the whole picture for each: days for a file of a few MB', () =>
    Buffer.concat([photo.subarray(0, scan), ...Array<Buffer>(1000).fill(photo.subarray(scan, -2)), photo.subarray(-2)]),
  ),
]; // biome-ignore format: a table

const lossless = (width: number, height: number) => {
  const data = Buffer.alloc(12);
  data[0] = 0x2f;
  data.writeUInt32LE((width - 1) | ((height - 1) << 14), 1);
  return riffChunk('VP8L', data);
};
const canvas = (width: number, height: number) => {
  const data = Buffer.alloc(10);
  data.writeUIntLE(width - 1, 4, 3);
  data.writeUIntLE(height - 1, 7, 3);
  return riffChunk('VP8X', data);
};
const goodWebp = webp(F);

const webps: Attack[] = [
  of('a WebP 16,383 pixels wide and high', 'sets aside a gigabyte for 60 bytes', () => riff([lossless(16_383, 16_383)])),
  of('a WebP on a canvas of 281 trillion pixels', 'allocates them', () => riff([canvas(2 ** 24, 2 ** 24), lossless(4, 4)])),
  of('a WebP with a second, larger picture', 'checks the size of one and decodes the other', () => riff([lossless(16_383, 16_383), lossless(4, 4)])),
  of('a WebP that is cut short', 'shows half of it', () => goodWebp.subarray(0, -8)),
  of('a chunk longer than its WebP', 'reads beyond the end', () => {
    const bytes = Buffer.from(goodWebp);
    bytes.writeUInt32LE(2 ** 32 - 2, 16);
    return bytes;
  }),
  of('a WebP without a picture', 'shows old contents of memory', () => riff([canvas(4, 4)])),
  of('a WebP of noise', 'follows codes that lead nowhere', () => riff([Buffer.concat([lossless(100, 100).subarray(0, 13), Buffer.alloc(7, 0xff)])])),
  of('an animation', 'shows its first picture without a word', () => {
    const head = canvas(4, 4);
    head[8] = 2;
    return riff([head, lossless(4, 4)]);
  }),
]; // biome-ignore format: a table

const one = { width: 1, height: 1, depth: 24, pixels: Buffer.alloc(4) };
const bmps: Attack[] = [
  of('a BMP 2 billion pixels wide and high', 'allocates them, or multiplies in 32 bits and gets 1', () => bmp({ ...one, width: 2 ** 31 - 1, height: 2 ** 31 - 1 })),
  of('a BMP of a height that has no opposite', 'takes it for negative for ever', () => bmp({ ...one, height: -(2 ** 31) })),
  of('a BMP 7,000 pixels wide and high', 'allocates them for 58 bytes', () => bmp({ ...one, width: 7000, height: 7000 })),
  of('a BMP without pixels', 'divides by their number', () => bmp({ ...one, width: 0 })),
  of('pixels beyond the end of a BMP', 'reads what lies there', () => {
    const bytes = bmp(one);
    bytes.writeUInt32LE(2 ** 32 - 1, 10);
    return bytes;
  }),
  of('a palette longer than its BMP', 'reads beyond the end', () => bmp({ ...one, depth: 8 })),
  of('a BMP with a PNG in it', 'opens it, and that may hold another', () => bmp({ ...one, packing: 5 })),
  of('a BMP of 3 bits a pixel', 'computes with them', () => bmp({ ...one, depth: 3 })),
  of('runs without an end', 'goes on with what lies behind them', () => bmp({ ...one, width: 9, height: 9, depth: 8, packing: 1, palette: [0, 0, 0, 0], pixels: Buffer.alloc(64, 1) })),
]; // biome-ignore format: a table

const others: Attack[] = [
  of('an SVG for a picture', 'runs the scripts in it', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')),
  of('a web page instead of a picture', 'guesses what it shows', () => Buffer.from('<!doctype html>')),
  made('a sparse picture of 10 GB', 'reads it all before it looks at it', (path) => makeSparse(path, 10 * 2 ** 30, SIGNATURE)),
]; // biome-ignore format: a table

export const pictures: Group = {
  title: 'Pictures',
  how:
    '`loadFolder(IT)`, `mann data info --dataset IT` and, in words of its own, ' +
    '`mann classify --support IT --loo`, as IT/b/1.png beside a good picture',
  attacks: [...pngs, ...jpegs, ...webps, ...bmps, ...others],
  library: (path) => loadFolder(path),
  commands: (path) => [
    ['data', 'info', '--dataset', path],
    ['classify', '--weights', `${path}/../weights.safetensors`, '--support', path, '--loo'],
  ],
};
