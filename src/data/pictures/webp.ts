import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { checkSize, luma } from '../grey.js';
import { orientationOf } from './orientation.js';
import type { Decoded } from './picture.js';

/** Lossy, lossless, and the header of files that have more in them than pixels. */
const LOSSY = 'VP8 ';
const LOSSLESS = 'VP8L';
const EXTENDED = 'VP8X';
/** A flag of the extended header. */
const ANIMATED = 2;

export function isWebp(bytes: Uint8Array): boolean {
  return textAt(bytes, 0) === 'RIFF' && textAt(bytes, 8) === 'WEBP';
}

/**
 * Decodes a WebP to grey, with libwebp in WebAssembly.
 * @throws Error saying what is wrong with the bytes
 */
export function decodeWebp(bytes: Uint8Array): Decoded {
  const { width, height, orientation } = readHeader(bytes);
  return { ...decodePixels(bytes, width, height), orientation };
}

/** Goes through the file before libwebp does: it sets memory aside by the size that it finds there. */
function readHeader(bytes: Uint8Array): { width: number; height: number; orientation: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = 8 + (bytes.length >= 12 ? view.getUint32(4, true) : 0);
  if (end > bytes.length || end < 20) throw new Error('it is cut short');
  let size: readonly [width: number, height: number] | undefined;
  let canvas: readonly [width: number, height: number] | undefined;
  let orientation = 1;
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
      const exif = bytes.subarray(start, start + length);
      orientation = orientationOf(textAt(exif, 0) === 'Exif' ? exif.subarray(6) : exif);
    }
    at = start + length + (length & 1);
  }
  if (!size) throw new Error('it is a WebP without a picture');
  for (const [width, height] of canvas ? [size, canvas] : [size]) checkSize(width, height);
  const [width, height] = size;
  return { width, height, orientation };
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

// --- libwebp ---------------------------------------------------------------------------------------------

interface LibWebp {
  readonly memory: WebAssembly.Memory;
  malloc(size: number): number;
  WebPDecodeRGBA(bytes: number, length: number, width: number, height: number): number;
}

let compiled: WebAssembly.Module | undefined;

/**
 * A decoder for one picture: what a hostile file may do to its memory (this libwebp is of 2020) ends with it.
 * It can call nothing outside but three functions that throw.
 */
function instantiate(): LibWebp {
  // Only those who have such pictures pay for it.
  compiled ??= new WebAssembly.Module(
    readFileSync(createRequire(import.meta.url).resolve('@cwasm/webp/webp.wasm')),
  );
  const refuse = () => {
    throw new Error('libwebp has no files');
  };
  const system = { fd_close: refuse, fd_seek: refuse, fd_write: refuse };
  const { exports } = new WebAssembly.Instance(compiled, { wasi_snapshot_preview1: system });
  return exports as unknown as LibWebp;
}

function decodePixels(
  bytes: Uint8Array,
  width: number,
  height: number,
): Omit<Decoded, 'orientation'> {
  const damaged = new Error('it is a damaged WebP');
  let lib: LibWebp;
  let colours: number;
  try {
    lib = instantiate();
    const input = lib.malloc(bytes.length);
    const sizes = lib.malloc(8);
    if (input === 0 || sizes === 0) throw damaged;
    new Uint8Array(lib.memory.buffer).set(bytes, input);
    colours = lib.WebPDecodeRGBA(input, bytes.length, sizes, sizes + 4) >>> 0;
    const [columns, rows] = new Uint32Array(lib.memory.buffer, sizes, 2);
    if (colours === 0 || columns !== width || rows !== height) throw damaged;
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) throw damaged;
    throw error;
  }
  const data = new Uint8Array(lib.memory.buffer);
  const grey = new Uint8Array(width * height);
  const alpha = new Uint8Array(width * height);
  let opaque = true;
  for (let i = 0, at = colours; i < grey.length; i++, at += 4) {
    grey[i] = luma(data[at]!, data[at + 1]!, data[at + 2]!);
    alpha[i] = data[at + 3]!;
    opaque &&= alpha[i] === 255;
  }
  return opaque ? { width, height, grey } : { width, height, grey, alpha };
}
