import { bytesOf } from '../common/numbers/base64.js';
import { reserveMemory } from '../engine/wasm/memory.js';
import binary from './binaries/warp.js';
import type { DataSet } from './drawings.js';

/** How a drawing is turned and moved before the network sees it. */
export interface Pose {
  /** Quarter turns, 0 to 3. */
  readonly quarters: number;
  /** A small turn, in radians. */
  readonly angle: number;
  /** A shift to the right and down, in sides of the picture. */
  readonly right: number;
  readonly down: number;
  /** Before all this: how many times as wide and as high, and how far to the right for each step down. Default: as it is. */
  readonly shape?: { readonly wide: number; readonly high: number; readonly slant: number };
}

export const UPRIGHT: Pose = { quarters: 0, angle: 0, right: 0, down: 0 };

/** What `src/kernels/warp.ts` exports. */
interface WarpKernel {
  border(side: number): number;
  warp(
    count: number,
    from: number,
    side: number,
    poses: number,
    height: number,
    width: number,
    to: number,
    stride: number,
  ): void;
}

/** A kernel with its memory, which has nothing in it between two calls. */
interface Loaded extends WarpKernel {
  readonly memory: WebAssembly.Memory;
  /** Pages that it can grow to. */
  readonly most: number;
}

let loaded: Loaded | undefined;

/**
 * Draws drawings as the network sees them, each in one bilinear pass from the atlas (four taps an output
 * pixel), with foreground up to 1 and background 0.
 * @param indices which drawings of the atlas
 * @param places [indices, 6]: of each what {@link resampling} writes
 * @param out drawing i comes to [height, width] numbers from i·stride on; what lies between is left alone
 * @param stride numbers from one drawing to the next
 */
export function warpAll(
  { atlas, side }: Pick<DataSet, 'atlas' | 'side'>,
  indices: ArrayLike<number>,
  places: Float32Array,
  height: number,
  width: number,
  out: Float32Array,
  stride = height * width,
): void {
  loaded ??= instantiate(SMALLEST);
  const [count, drawing, P] = [indices.length, side * side, height * width];
  const from = loaded.border(side);
  const table = align(from + count * drawing);
  const to = align(table + count * 24);
  const { memory, warp } = reserve(to + count * P * 4);
  const pixels = new Uint8Array(memory.buffer, from, count * drawing);
  new Float32Array(memory.buffer, table, count * 6).set(places);
  for (let i = 0; i < count; i++) {
    const first = indices[i]! * drawing;
    pixels.set(atlas.subarray(first, first + drawing), i * drawing);
  }
  warp(count, from, side, table, height, width, to, P * 4);
  const drawn = new Float32Array(memory.buffer, to, count * P);
  for (let i = 0; i < count; i++) out.set(drawn.subarray(i * P, (i + 1) * P), i * stride);
}

/** Draws one drawing, into `out` [height, width] from `at`. */
export function warp(
  data: DataSet,
  index: number,
  pose: Pose,
  height: number,
  width: number,
  out: Float32Array,
  at: number,
): void {
  const places = new Float32Array(6);
  resampling(pose, data.side, height, width, places, 0);
  warpAll(data, [index], places, height, width, out.subarray(at, at + height * width));
}

/**
 * Where the output pixel (y, x) comes from in the atlas: u = u0 + x·dux + y·duy along a row, v likewise
 * down: back from the shift, back from the turn, back from the shape, about the middle. Writes the six numbers u0, v0,
 * dux, dvx, duy, dvy into `out` from `at`.
 */
export function resampling(
  { quarters, angle, right, down, shape }: Pose,
  side: number,
  height: number,
  width: number,
  out: Float32Array,
  at: number,
): void {
  const cos = turned(quarters, angle);
  const sin = turned(quarters + 3, angle);
  const scaleX = side / width;
  const scaleY = side / height;
  const middle = (side - 1) / 2;
  const left = (0.5 - width / 2) * scaleX - right * side;
  const top = (0.5 - height / 2) * scaleY - down * side;
  unshape(shape, cos * left + sin * top, cos * top - sin * left, middle, out, at);
  unshape(shape, cos * scaleX, -sin * scaleX, 0, out, at + 2);
  unshape(shape, sin * scaleY, cos * scaleY, 0, out, at + 4);
}

/** Where (u, v) comes from before the shape, about `origin`. */
function unshape(
  shape: Pose['shape'],
  u: number,
  v: number,
  origin: number,
  out: Float32Array,
  at: number,
): void {
  out[at] = origin + (shape ? (u - shape.slant * v) / shape.wide : u);
  out[at + 1] = origin + (shape ? v / shape.high : v);
}

/** Cosine of quarter turns and a small angle (three quarters on, the sine): sums and products alone, the same everywhere. */
function turned(quarters: number, angle: number): number {
  const a2 = angle * angle;
  const size =
    (quarters & 1) === 0
      ? 1 - (a2 / 2) * (1 - (a2 / 12) * (1 - (a2 / 30) * (1 - a2 / 56)))
      : angle * (1 - (a2 / 6) * (1 - (a2 / 20) * (1 - (a2 / 42) * (1 - a2 / 72))));
  const quarter = quarters & 3;
  return quarter === 1 || quarter === 2 ? -size : size;
}

function instantiate(most: number): Loaded {
  const module = new WebAssembly.Module(bytesOf(binary));
  const memory = reserveMemory({ most, least: most });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { ...(exports as unknown as WarpKernel), memory, most };
}

/** Pages of the first memory, 16 MB: enough for the batches of most trainings. */
const SMALLEST = 256;

/** Bytes of a page of WebAssembly memory. */
const PAGE = 65536;

/** The kernel with room for so many bytes: a new one where the memory of the one there is cannot grow so far. */
function reserve(bytes: number): Loaded {
  const pages = Math.ceil(bytes / PAGE);
  let most = loaded?.most ?? SMALLEST;
  while (most < pages) most *= 2;
  if (most !== loaded?.most) loaded = instantiate(most);
  const missing = pages - loaded.memory.buffer.byteLength / PAGE;
  if (missing > 0) loaded.memory.grow(missing);
  return loaded;
}

function align(address: number): number {
  return Math.ceil(address / 16) * 16;
}
