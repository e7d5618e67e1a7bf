import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { luma } from '../grey.js';
import type { Decoded } from './orientation.js';
import { readWebpHeader } from './webp-header.js';

/**
 * Decodes a WebP to grey, with libwebp in WebAssembly.
 * @throws Error saying what is wrong with the bytes
 */
export function decodeWebp(bytes: Uint8Array): Decoded {
  const { width, height, orientation } = readWebpHeader(bytes);
  return { ...decodePixels(bytes, width, height), orientation };
}

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
    const { name } = Object(error) as Partial<Error>;
    if (name === 'RuntimeError' || name === 'RangeError') throw damaged;
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
