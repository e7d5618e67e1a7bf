/** Small pictures of black and white in every format, and Exif for them. */
import jpeg from 'jpeg-js';
import { chunk, pngOf } from '../pictures.js';

/** Rows of a picture: `#` is black. */
export type Rows = readonly string[];

/** An F has none of the eight symmetries. */
export const F: Rows = [
  '................',
  '.#########......',
  '.#########......',
  '.##.............',
  '.##.............',
  '.#######........',
  '.#######........',
  '.##.............',
  '.##.............',
  '.##.............',
  '................',
  '................',
];

const isBlack = (rows: Rows, x: number, y: number) => rows[y]![x] === '#';

/** The rows as they must lie in a file of this orientation, so that they are upright when it is obeyed. */
export function laid(rows: Rows, orientation: number): Rows {
  const [width, height] = [rows[0]!.length, rows.length];
  const columns = Array.from({ length: width }, (_, x) => rows.map((row) => row[x]).join(''));
  const mirrored = (lines: Rows) => lines.map((line) => [...line].reverse().join(''));
  // Exif: where the file's first row and its first column are in the upright picture.
  const ways: Rows[] = [
    rows, // top, left
    mirrored(rows), // top, right
    mirrored([...rows].reverse()), // bottom, right
    [...rows].reverse(), // bottom, left
    columns, // left, top
    [...columns].reverse(), // right, top
    mirrored([...columns].reverse()), // right, bottom
    mirrored(columns), // left, bottom
  ];
  const way = ways[orientation - 1]!;
  if (way.length !== (orientation < 5 ? height : width)) throw new Error('laid out wrongly');
  return way;
}

/** An Exif block that says the orientation behind another field. */
export function exif(orientation: number, little = true, type = 3): Buffer {
  const bytes = Buffer.alloc(38);
  bytes.write(little ? 'II' : 'MM', 'latin1');
  const u16 = (value: number, at: number) =>
    little ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const u32 = (value: number, at: number) =>
    little ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  u16(42, 2);
  u32(8, 4);
  u16(2, 8); // entries: the width, the orientation
  for (const [i, [tag, value]] of [[0x100, 16] as const, [0x112, orientation] as const].entries()) {
    u16(tag, 10 + 12 * i);
    u16(type, 12 + 12 * i);
    u32(1, 14 + 12 * i);
    u16(value, 18 + 12 * i);
  }
  return bytes;
}

export function png(rows: Rows, block?: Uint8Array): Buffer {
  const plan = { width: rows[0]!.length, height: rows.length, depth: 8, colourType: 0 };
  const file = pngOf({ ...plan, sample: (x, y) => (isBlack(rows, x, y) ? 0 : 255) });
  if (!block) return file;
  return Buffer.concat([
    file.subarray(0, 33),
    chunk('eXIf', Buffer.from(block)),
    file.subarray(33),
  ]);
}

export function jpg(rows: Rows, block?: Uint8Array): Buffer {
  const [width, height] = [rows[0]!.length, rows.length];
  const data = Buffer.alloc(4 * width * height, 255);
  for (let i = 0; i < width * height; i++) {
    if (isBlack(rows, i % width, Math.floor(i / width))) data.fill(0, 4 * i, 4 * i + 3);
  }
  const file = jpeg.encode({ width, height, data }, 95).data;
  if (!block) return file;
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), block]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  // Behind JFIF's own segment, as cameras that write both do.
  return Buffer.concat([file.subarray(0, 20), head, body, file.subarray(20)]);
}

/** A lossless WebP of two colours a channel. */
export function webp(rows: Rows, block?: Uint8Array): Buffer {
  const [width, height] = [rows[0]!.length, rows.length];
  const bits: number[] = [];
  const put = (value: number, count: number) => {
    for (let i = 0; i < count; i++) bits.push((value >> i) & 1);
  };
  put(0x2f, 8);
  put(width - 1, 14);
  put(height - 1, 14);
  put(0, 7); // opacity, version, transforms, cache, groups of codes
  // Green, red and blue are 0 or 255, a bit each; opacity and distances are one symbol, without bits.
  for (let colour = 0; colour < 3; colour++) {
    put(0b111, 3);
    put(0, 8);
    put(255, 8);
  }
  put(0b101, 3);
  put(255, 8);
  put(0b001, 3);
  put(0, 1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) put(isBlack(rows, x, y) ? 0 : 0b111, 3);
  }
  const data = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [i, bit] of bits.entries()) data[i >> 3]! |= bit << (i & 7);
  const pixels = riffChunk('VP8L', data);
  if (!block) return riff([pixels]);
  const extended = Buffer.alloc(10);
  extended[0] = 8; // there is Exif
  extended.writeUIntLE(width - 1, 4, 3);
  extended.writeUIntLE(height - 1, 7, 3);
  return riff([riffChunk('VP8X', extended), pixels, riffChunk('EXIF', Buffer.from(block))]);
}

export function riffChunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length & 1)]);
}

export function riff(chunks: readonly Buffer[]): Buffer {
  return riffChunk('RIFF', Buffer.concat([Buffer.from('WEBP'), ...chunks]));
}

export interface BmpPlan {
  readonly width: number;
  /** Negative: the first row in the file is the highest. */
  readonly height: number;
  readonly depth: number;
  /** 0 plain, 1 and 2 runs, 3 and 6 masks. */
  readonly packing?: number;
  /** Bytes of the header: 12 for OS/2's. */
  readonly headerSize?: number;
  readonly masks?: readonly number[];
  /** Blue, green, red (and a 0) of each colour. */
  readonly palette?: readonly number[];
  readonly pixels: Uint8Array;
}

export function bmp({
  width,
  height,
  depth,
  packing = 0,
  headerSize = 40,
  ...plan
}: BmpPlan): Buffer {
  const { masks = [], palette = [], pixels } = plan;
  const behind = headerSize < 52 ? 4 * masks.length : 0;
  const start = 14 + headerSize + behind + palette.length;
  const head = Buffer.alloc(14 + headerSize + behind);
  head.write('BM', 'latin1');
  head.writeUInt32LE(start + pixels.length, 2);
  head.writeUInt32LE(start, 10);
  head.writeUInt32LE(headerSize, 14);
  if (headerSize === 12) {
    head.writeUInt16LE(width, 18);
    head.writeUInt16LE(height, 20);
    head.writeUInt16LE(1, 22);
    head.writeUInt16LE(depth, 24);
  } else {
    head.writeUInt32LE(width, 18);
    head.writeInt32LE(height, 22);
    head.writeUInt16LE(1, 26);
    head.writeUInt16LE(depth, 28);
    head.writeUInt32LE(packing, 30);
    head.writeUInt32LE(palette.length / 4, 46);
    for (const [i, mask] of masks.entries()) head.writeUInt32LE(mask, 54 + 4 * i);
  }
  return Buffer.concat([head, Buffer.from(palette), pixels]);
}

/** An uncompressed BMP with a palette of two: black, white. */
export function bmpOf(rows: Rows): Buffer {
  const [width, height] = [rows[0]!.length, rows.length];
  const stride = 4 * Math.ceil(width / 32);
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isBlack(rows, x, y)) pixels[(height - 1 - y) * stride + (x >> 3)]! |= 128 >> (x & 7);
    }
  }
  return bmp({ width, height, depth: 1, palette: [0, 0, 0, 0, 255, 255, 255, 0], pixels });
}
