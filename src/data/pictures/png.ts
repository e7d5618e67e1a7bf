import { crc32, inflateSync } from 'node:zlib';
import { checkSize, luma } from '../grey.js';
import { type Decoded, orientationOf } from './orientation.js';

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

/** Colour type: samples a pixel, bits a sample. */
const COLOUR_TYPES: Readonly<Record<number, { channels: number; depths: readonly number[] }>> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { channels: 3, depths: [8, 16] },
  3: { channels: 1, depths: [1, 2, 4, 8] },
  4: { channels: 2, depths: [8, 16] },
  6: { channels: 4, depths: [8, 16] },
};

/** First column and row, steps between columns and rows, of each pass. */
const WHOLE = [[0, 0, 1, 1]] as const;
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.equals(bytes.subarray(0, 8));
}

interface Header {
  width: number;
  height: number;
  depth: number;
  colourType: number;
  channels: number;
  interlaced: boolean;
}

/**
 * Decodes a PNG of any colour type and bit depth, interlaced or not, to grey.
 * Written for many small pictures: Omniglot's 32,460 take about a second, and nothing is inflated
 * beyond the size that the header announces.
 * @throws Error saying what is wrong with the bytes
 */
export function decodePng(bytes: Uint8Array): Decoded {
  const { header, palette, transparency, data, orientation } = readChunks(bytes);
  const { width, height, depth, channels } = header;
  const bits = depth * channels;
  const passes = (header.interlaced ? ADAM7 : WHOLE)
    .map(([x, y, dx, dy]) => {
      const columns = Math.ceil((width - x) / dx);
      return { x, y, dx, dy, columns, rows: Math.ceil((height - y) / dy) };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0)
    .map((pass) => ({ ...pass, rowBytes: Math.ceil((pass.columns * bits) / 8) }));
  const size = passes.reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0);
  const raw = inflate(data, size);

  const grey = new Uint8Array(width * height);
  const alpha =
    channels === 2 || channels === 4 || transparency ? new Uint8Array(width * height) : undefined;
  const place = pixelReader(header, palette, transparency, raw, grey, alpha);
  let offset = 0;
  for (const { x, y, dx, dy, columns, rows, rowBytes } of passes) {
    unfilter(raw, offset, rows, rowBytes, Math.max(bits >> 3, 1));
    for (let row = 0; row < rows; row++) {
      place(offset + row * (1 + rowBytes) + 1, columns, (y + row * dy) * width + x, dx);
    }
    offset += rows * (1 + rowBytes);
  }
  return { width, height, grey, ...(alpha && { alpha }), orientation };
}

function readChunks(bytes: Uint8Array) {
  if (!isPng(bytes)) throw new Error('it is not a PNG');
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: Header | undefined;
  let palette: Buffer | undefined;
  let transparency: Buffer | undefined;
  let orientation = 1;
  const data = new Joined(file.length);
  for (let at = 8; ; ) {
    if (at + 12 > file.length) throw new Error('it is cut short');
    const length = file.readUInt32BE(at);
    const end = at + 8 + length;
    if (end + 4 > file.length) throw new Error('it is cut short');
    const type = file.toString('latin1', at + 4, at + 8);
    if (crc32(file.subarray(at + 4, end)) !== file.readUInt32BE(end)) {
      throw new Error('it is damaged (a checksum in it is wrong)');
    }
    const chunk = file.subarray(at + 8, end);
    if (!header) {
      if (type !== 'IHDR') throw new Error('it is not a PNG (it does not start with a header)');
      header = readHeader(chunk);
    } else if (type === 'PLTE') palette = chunk;
    else if (type === 'tRNS') transparency = chunk;
    else if (type === 'IDAT') data.add(chunk);
    else if (type === 'eXIf') orientation = orientationOf(chunk);
    else if (type === 'IEND') break;
    at = end + 4;
  }
  if (header.colourType === 3 && !palette) throw new Error('it lacks its palette');
  if (header.channels === 2 || header.channels === 4) transparency = undefined;
  return { header, palette, transparency, data: data.bytes, orientation };
}

/** Chunks of data end to end. Not a list of them: a file can be made of millions of empty ones. */
class Joined {
  bytes: Buffer = Buffer.alloc(0);
  #all: Buffer | undefined;

  /** @param most bytes that will come in all, at most */
  constructor(readonly most: number) {}

  add(chunk: Buffer): void {
    if (chunk.length === 0) return;
    const { length } = this.bytes;
    if (length === 0) {
      this.bytes = chunk; // mostly there is only one: no need to copy it
      return;
    }
    if (!this.#all) {
      this.#all = Buffer.allocUnsafe(this.most);
      this.bytes.copy(this.#all);
    }
    chunk.copy(this.#all, length);
    this.bytes = this.#all.subarray(0, length + chunk.length);
  }
}

function readHeader(chunk: Buffer): Header {
  if (chunk.length !== 13) throw new Error('its header is damaged');
  const width = chunk.readUInt32BE(0);
  const height = chunk.readUInt32BE(4);
  const [depth, colourType, compression, filter, interlace] = chunk.subarray(
    8,
  ) as Iterable<number> as number[];
  const kind = COLOUR_TYPES[colourType!];
  if (!kind?.depths.includes(depth!) || compression !== 0 || filter !== 0 || interlace! > 1) {
    throw new Error('its header names an unknown kind of PNG');
  }
  checkSize(width, height);
  return {
    width,
    height,
    depth: depth!,
    colourType: colourType!,
    channels: kind.channels,
    interlaced: interlace === 1,
  };
}

/** Deflate makes at most so many bytes of one: 258 of two bits. */
const MOST_INFLATED = 1032;

function inflate(data: Buffer, size: number): Buffer {
  // Before the memory for a size is set aside that the data can't fill.
  if (size > data.length * MOST_INFLATED) throw new Error('its picture data is cut short');
  let raw: Buffer;
  try {
    raw = inflateSync(data, { maxOutputLength: size, chunkSize: Math.max(size + 1, 64) });
  } catch {
    throw new Error('its picture data is damaged');
  }
  if (raw.length < size) throw new Error('its picture data is cut short');
  return raw;
}

/** Undoes the filters of `rows` rows, each after its filter's byte, in place. */
function unfilter(raw: Buffer, start: number, rows: number, rowBytes: number, step: number): void {
  for (let row = 0; row < rows; row++) {
    const at = start + row * (1 + rowBytes) + 1;
    const end = at + rowBytes;
    const up = row === 0 ? -1 : at - rowBytes - 1; // where the row above starts, if there is one
    switch (raw[at - 1]) {
      case 0:
        break;
      case 1:
        for (let i = at + step; i < end; i++) raw[i] = raw[i]! + raw[i - step]!;
        break;
      case 2:
        if (up >= 0) for (let i = at, j = up; i < end; i++, j++) raw[i] = raw[i]! + raw[j]!;
        break;
      case 3:
        for (let i = at, j = up; i < end; i++, j++) {
          const left = i - at < step ? 0 : raw[i - step]!;
          raw[i] = raw[i]! + ((left + (up < 0 ? 0 : raw[j]!)) >> 1);
        }
        break;
      case 4:
        for (let i = at, j = up; i < end; i++, j++) {
          const inside = i - at >= step;
          const left = inside ? raw[i - step]! : 0;
          const above = up < 0 ? 0 : raw[j]!;
          const corner = inside && up >= 0 ? raw[j - step]! : 0;
          raw[i] = raw[i]! + paeth(left, above, corner);
        }
        break;
      default:
        throw new Error('its picture data is damaged');
    }
  }
}

function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** Reads `count` pixels at byte `from` of `raw` into pixels `to`, `to + step` and so on. */
type PlaceRow = (from: number, count: number, to: number, step: number) => void;

function pixelReader(
  { depth, colourType, channels }: Header,
  palette: Buffer | undefined,
  transparency: Buffer | undefined,
  raw: Buffer,
  grey: Uint8Array,
  alpha: Uint8Array | undefined,
): PlaceRow {
  if (channels === 1 && depth <= 8) {
    const table = colourType === 3 ? paletteTable : greyTable;
    const { greys, alphas } = table(depth, palette, transparency);
    return (from, count, to, step) => {
      unpackRow(raw, from, count, depth, greys, grey, to, step);
      if (alpha) unpackRow(raw, from, count, depth, alphas, alpha, to, step);
    };
  }
  // Of 16 bits, the upper 8 are kept.
  const bytes = depth >> 3;
  const colour = channels >= 3;
  const key = transparency && keyBytes(transparency, colour ? 3 : 1, bytes);
  return (from, count, to, step) => {
    for (let i = 0; i < count; i++, from += channels * bytes, to += step) {
      grey[to] = colour ? luma(raw[from]!, raw[from + bytes]!, raw[from + 2 * bytes]!) : raw[from]!;
      if (!alpha) continue;
      if (key) alpha[to] = key.equals(raw.subarray(from, from + key.length)) ? 0 : 255;
      else alpha[to] = raw[from + (channels - 1) * bytes]!;
    }
  };
}

/** Samples of up to 8 bits through a table. A function of its own with plain loops, for speed. */
function unpackRow(
  raw: Buffer,
  from: number,
  count: number,
  depth: number,
  table: Uint8Array,
  out: Uint8Array,
  to: number,
  step: number,
): void {
  const mask = (1 << depth) - 1;
  const end = to + count * step;
  let pixel = to;
  let byte = from;
  if (depth === 1 && step === 1) {
    // Whole bytes at once: drawings are mostly of this kind.
    for (; pixel + 8 <= end; pixel += 8, byte++) {
      const samples = raw[byte]!;
      out[pixel] = table[samples >> 7]!;
      out[pixel + 1] = table[(samples >> 6) & 1]!;
      out[pixel + 2] = table[(samples >> 5) & 1]!;
      out[pixel + 3] = table[(samples >> 4) & 1]!;
      out[pixel + 4] = table[(samples >> 3) & 1]!;
      out[pixel + 5] = table[(samples >> 2) & 1]!;
      out[pixel + 6] = table[(samples >> 1) & 1]!;
      out[pixel + 7] = table[samples & 1]!;
    }
  }
  for (; pixel < end; byte++) {
    const samples = raw[byte]!;
    for (let shift = 8 - depth; shift >= 0 && pixel < end; shift -= depth, pixel += step) {
      out[pixel] = table[(samples >> shift) & mask]!;
    }
  }
}

/** The one transparent colour, as its pixels lie in the data. */
function keyBytes(transparency: Buffer, samples: number, bytes: number): Buffer {
  if (transparency.length < samples * 2) throw new Error('its transparent colour is damaged');
  const pairs = transparency.subarray(0, samples * 2);
  return bytes === 2 ? pairs : Buffer.from(pairs.filter((_, i) => i % 2 === 1));
}

function greyTable(depth: number, _palette?: Buffer, transparency?: Buffer) {
  const count = 1 << depth;
  const greys = Uint8Array.from({ length: count }, (_, i) => Math.round((i * 255) / (count - 1)));
  const alphas = new Uint8Array(count).fill(255);
  if (transparency) {
    if (transparency.length < 2) throw new Error('its transparent colour is damaged');
    const clear = transparency.readUInt16BE(0);
    if (clear < count) alphas[clear] = 0;
  }
  return { greys, alphas };
}

function paletteTable(depth: number, palette?: Buffer, transparency?: Buffer) {
  // A sample beyond the palette is black, as browsers show it.
  const greys = new Uint8Array(1 << depth);
  const alphas = new Uint8Array(1 << depth).fill(255);
  for (let i = 0; i < greys.length && i * 3 + 2 < palette!.length; i++) {
    greys[i] = luma(palette![i * 3]!, palette![i * 3 + 1]!, palette![i * 3 + 2]!);
  }
  if (transparency) alphas.set(transparency.subarray(0, alphas.length));
  return { greys, alphas };
}
