/** What the header of a WebP says; browsers read it here too, so nothing of Node. */
import { checkSize } from '../grey.js';
import { orientationOf } from './orientation.js';

/** Lossy, lossless, and the header of files that have more in them than pixels. */
const LOSSY = 'VP8 ';
const LOSSLESS = 'VP8L';
const EXTENDED = 'VP8X';
/** A flag of the extended header. */
const ANIMATED = 2;

export function isWebp(bytes: Uint8Array): boolean {
  return textAt(bytes, 0) === 'RIFF' && textAt(bytes, 8) === 'WEBP';
}

export interface WebpHeader {
  readonly width: number;
  readonly height: number;
  /** How it is to be turned to stand upright, as in Exif. */
  readonly orientation: number;
  /** Where the name of the chunk begins that says so. */
  readonly exifAt: number | undefined;
}

/**
 * Goes through a WebP before it is decoded: decoders set memory aside by the size that they find there.
 * @throws Error saying what is wrong with the bytes
 */
export function readWebpHeader(bytes: Uint8Array): WebpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = 8 + (bytes.length >= 12 ? view.getUint32(4, true) : 0);
  if (end > bytes.length || end < 20) throw new Error('it is cut short');
  let size: readonly [width: number, height: number] | undefined;
  let canvas: readonly [width: number, height: number] | undefined;
  let orientation = 1;
  let exifAt: number | undefined;
  for (let at = 12; at + 8 <= end; ) {
    const type = textAt(bytes, at);
    const length = view.getUint32(at + 4, true);
    const start = at + 8;
    if (start + length > end) throw new Error('it is cut short');
    const chunk = new DataView(view.buffer, view.byteOffset + start, length);
    if (type === EXTENDED && at === 12) {
      if (length < 10) throw new Error('its header is damaged');
      if (chunk.getUint8(0) & ANIMATED) throw new Error('it is animated, not one picture');
      canvas = [1 + (chunk.getUint32(3, true) >>> 8), 1 + (chunk.getUint32(6, true) >>> 8)];
    } else if (type === LOSSY || type === LOSSLESS) {
      // A second picture would not be shown.
      size ??= type === LOSSY ? lossySize(chunk) : losslessSize(chunk);
    } else if (type === 'EXIF' && canvas) {
      exifAt = at;
      const exif = bytes.subarray(start, start + length);
      orientation = orientationOf(textAt(exif, 0) === 'Exif' ? exif.subarray(6) : exif);
    }
    at = start + length + (length & 1);
  }
  if (!size) throw new Error('it is a WebP without a picture');
  for (const [width, height] of canvas ? [size, canvas] : [size]) checkSize(width, height);
  const [width, height] = size;
  return { width, height, orientation, exifAt };
}

function lossySize(chunk: DataView): [number, number] {
  if (chunk.byteLength < 10 || chunk.getUint16(3) !== 0x9d01 || chunk.getUint8(5) !== 0x2a) {
    throw new Error('its header is damaged');
  }
  return [chunk.getUint16(6, true) & 0x3fff, chunk.getUint16(8, true) & 0x3fff];
}

function losslessSize(chunk: DataView): [number, number] {
  if (chunk.byteLength < 5 || chunk.getUint8(0) !== 0x2f) throw new Error('its header is damaged');
  const bits = chunk.getUint32(1, true);
  return [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)];
}

function textAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
