import { checkSize, luma } from '../grey.js';
import type { Decoded } from './orientation.js';

/** Ways of packing: not at all, runs of 8 or 4 bits, masks of colours. */
const PLAIN = 0;
const RUNS_8 = 1;
const RUNS_4 = 2;
const MASKS = 3;
const MASKS_ALPHA = 6;

/** Bits a pixel for each of them. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  [PLAIN]: [1, 2, 4, 8, 16, 24, 32],
  [RUNS_8]: [8],
  [RUNS_4]: [4],
  [MASKS]: [16, 32],
  [MASKS_ALPHA]: [16, 32],
};

/** Sizes of headers: OS/2's, Windows' own, with masks, with opacity, versions 4 and 5. */
const OLD = 12;
const HEADERS = [OLD, 40, 52, 56, 64, 108, 124];

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly packing: number;
  /** The first row in the file is the lowest of the picture, as in most files. */
  readonly upwards: boolean;
  /** Red, green, blue, opacity. */
  readonly masks: readonly number[];
  /** Grey of each colour. */
  readonly palette: Uint8Array;
  /** Where the pixels begin. */
  readonly start: number;
}

export function isBmp(bytes: Uint8Array): boolean {
  return bytes[0] === 0x42 && bytes[1] === 0x4d && HEADERS.includes(bytes[14]!) && bytes[15] === 0;
}

/**
 * Decodes a BMP of any depth to grey: packed or not, downwards or upwards.
 * @throws Error saying what is wrong with the bytes
 */
export function decodeBmp(bytes: Uint8Array): Decoded {
  const header = readHeader(bytes);
  const { width, height, packing } = header;
  const picture =
    packing === RUNS_8 || packing === RUNS_4 ? readRuns(bytes, header) : readRows(bytes, header);
  return { width, height, ...picture, orientation: 1 };
}

function readHeader(bytes: Uint8Array): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.byteLength < 18 ? 0 : view.getUint32(14, true);
  if (view.byteLength < 14 + size || size === 0) throw new Error('it is cut short');
  if (!HEADERS.includes(size)) throw new Error('its header names an unknown kind of BMP');
  const old = size === OLD;
  const [width, tall] = old
    ? [view.getUint16(18, true), view.getUint16(20, true)]
    : [view.getInt32(18, true), view.getInt32(22, true)];
  const depth = view.getUint16(old ? 24 : 28, true);
  const packing = old ? PLAIN : view.getUint32(30, true);
  if (!DEPTHS[packing]?.includes(depth) || width < 0 || (tall < 0 && packing % 3 !== 0)) {
    throw new Error('its header names an unknown kind of BMP');
  }
  const height = Math.abs(tall);
  checkSize(width, height);
  const hasMasks = packing === MASKS || packing === MASKS_ALPHA;
  // A header of 40 bytes has its masks behind it.
  const masksEnd = 54 + (hasMasks ? (packing === MASKS_ALPHA || size >= 56 ? 16 : 12) : 0);
  if (hasMasks && view.byteLength < masksEnd) throw new Error('it is cut short');
  const masks = hasMasks
    ? [54, 58, 62, 66].map((at) => (at < masksEnd ? view.getUint32(at, true) : 0))
    : depth === 16
      ? [0x7c00, 0x3e0, 0x1f, 0]
      : [0xff0000, 0xff00, 0xff, 0];
  const start = view.getUint32(10, true);
  const first = Math.max(14 + size, hasMasks ? masksEnd : 0);
  return {
    ...{ width, height, depth, packing, upwards: tall > 0, masks, start },
    palette: paletteOf(bytes, depth, first, old ? 3 : 4, old ? 0 : view.getUint32(46, true)),
  };
}

/** Colours beyond the palette are black. */
function paletteOf(bytes: Uint8Array, depth: number, first: number, step: number, used: number) {
  const greys = new Uint8Array(depth <= 8 ? 1 << depth : 0);
  const count = Math.min(used || greys.length, greys.length);
  if (first + count * step > bytes.length) throw new Error('it is cut short');
  for (let i = 0, at = first; i < count; i++, at += step) {
    greys[i] = luma(bytes[at + 2]!, bytes[at + 1]!, bytes[at]!);
  }
  return greys;
}

type Pixels = Pick<Decoded, 'grey' | 'alpha'>;

/** Rows that are not packed, each filled up to a multiple of 4 bytes. */
function readRows(bytes: Uint8Array, header: Header): Pixels {
  const { width, height, depth, upwards, palette, start, masks } = header;
  const rowBytes = 4 * Math.ceil((width * depth) / 32);
  // Some programs leave out what fills the last row.
  const lastRow = Math.ceil((width * depth) / 8);
  if (start + rowBytes * (height - 1) + lastRow > bytes.length) throw new Error('it is cut short');
  const grey = new Uint8Array(width * height);
  const alpha = masks[3] ? new Uint8Array(width * height) : undefined;
  const [red, green, blue, clear] = masks.map(channelOf) as [Channel, Channel, Channel, Channel];
  const mask = (1 << depth) - 1;
  for (let row = 0; row < height; row++) {
    const from = start + row * rowBytes;
    const to = (upwards ? height - 1 - row : row) * width;
    for (let x = 0; x < width; x++) {
      if (depth <= 8) {
        const bit = x * depth;
        const sample = (bytes[from + (bit >> 3)]! >> (8 - depth - (bit & 7))) & mask;
        grey[to + x] = palette[sample]!;
        continue;
      }
      const at = from + (x * depth) / 8;
      if (depth === 24) {
        grey[to + x] = luma(bytes[at + 2]!, bytes[at + 1]!, bytes[at]!);
        continue;
      }
      let value = bytes[at]! | (bytes[at + 1]! << 8);
      if (depth === 32) value = (value | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
      grey[to + x] = luma(red(value), green(value), blue(value));
      if (alpha) alpha[to + x] = clear(value);
    }
  }
  // Programs that know of no opacity write zeros there.
  return alpha?.some((value) => value > 0) ? { grey, alpha } : { grey };
}

type Channel = (value: number) => number;

/** Takes a colour out of a pixel, as 0 to 255. */
function channelOf(mask: number): Channel {
  if (mask === 0) return () => 0;
  const shift = 31 - Math.clz32(mask & -mask);
  const most = mask >>> shift;
  return (value) => Math.round((((value & mask) >>> shift) * 255) / most);
}

/** Runs of one colour, colours one by one, and jumps; what is jumped over is left clear. */
function readRuns(bytes: Uint8Array, header: Header): Pixels {
  const { width, height, depth, upwards, palette, start } = header;
  const grey = new Uint8Array(width * height);
  const alpha = new Uint8Array(width * height);
  let x = 0;
  let row = 0;
  let opaque = 0;
  const put = (sample: number) => {
    if (x >= width || row >= height) return;
    const at = (upwards ? height - 1 - row : row) * width + x++;
    grey[at] = palette[sample]!;
    if (alpha[at] === 0) opaque++;
    alpha[at] = 255;
  };
  const nibble = (byte: number, i: number) => (depth === 8 ? byte : i & 1 ? byte & 15 : byte >> 4);
  for (let at = start; ; ) {
    const count = bytes[at];
    const value = bytes[at + 1];
    if (count === undefined || value === undefined) throw new Error('it is cut short');
    at += 2;
    // What lies beyond the row is not gone through: a run of 255 takes two bytes.
    if (count > 0) for (let i = 0; i < count && x < width; i++) put(nibble(value, i));
    else if (value === 0) [x, row] = [0, row + 1];
    else if (value === 1) break;
    else if (value === 2) {
      x += bytes[at] ?? 0;
      row += bytes[at + 1] ?? 0;
      at += 2;
    } else {
      const length = Math.ceil((value * depth) / 8);
      if (at + length > bytes.length) throw new Error('it is cut short');
      for (let i = 0; i < value; i++) put(nibble(bytes[at + ((i * depth) >> 3)]!, i));
      at += length + (length & 1);
    }
    if (row >= height) break;
  }
  return opaque === grey.length ? { grey } : { grey, alpha };
}
