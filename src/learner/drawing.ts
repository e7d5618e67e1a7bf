import { readDrawing } from '#learner-files';
import { messageOf, UserError } from '../common/errors.js';
import { bytesIn, tagOf } from '../common/tag.js';
import { checkSize, flatten, luma, type Picture } from '../data/grey.js';

/**
 * Pixels, for example an `ImageData`: row after row from the upper left, with 1 (grey), 2 (grey, alpha), 3 (red, green,
 * blue) or 4 (red, green, blue, alpha) numbers per pixel. Bytes range from 0 to 255, Uint16 from 0 to 65535, floats from
 * 0 to 1.
 */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray | Uint16Array | Float32Array | Float64Array;
}

/** An `HTMLCanvasElement` or `OffscreenCanvas`, with a 2D context. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): unknown;
}

/** A drawing: pixels, a canvas, or (in Node) the path of a PNG, JPEG, WebP or BMP file. */
export type Drawing = Pixels | Canvas | string;

interface Context {
  getImageData(x: number, y: number, width: number, height: number): Pixels;
}

/**
 * A drawing as grey pixels.
 * @throws UserError if it is not a drawing
 */
export function pictureOf(drawing: Drawing): Picture {
  if (typeof drawing === 'string') return readDrawing(drawing);
  if (typeof drawing !== 'object' || drawing === null || !('width' in drawing)) {
    const what = typeof drawing === 'object' && drawing !== null ? tagOf(drawing) : `${drawing}`;
    const bytes = bytesIn(drawing) !== undefined || what === 'Blob' || what === 'File';
    throw new UserError(
      `a drawing is an ImageData, a canvas, { width, height, data } or a file's path, not ${what}` +
        (bytes ? ': decode the picture first, or give its path' : ''),
    );
  }
  return greyOf('getContext' in drawing ? pixelsOf(drawing) : drawing);
}

function pixelsOf(canvas: Canvas): Pixels {
  const context = canvas.getContext('2d') as Context | null;
  if (!context) {
    throw new UserError(
      'the canvas has no 2D context: give its ImageData, or use a canvas with a 2D context',
    );
  }
  if (canvas.width === 0 || canvas.height === 0) {
    throw new UserError(`the canvas has no pixels (${canvas.width} by ${canvas.height})`);
  }
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function greyOf({ width, height, data }: Pixels): Picture {
  const size = width * height;
  if (!isSide(width) || !isSide(height)) {
    throw new UserError(`a drawing of ${width} by ${height} pixels: both must be whole, from 1`);
  }
  try {
    checkSize(width, height);
  } catch (error) {
    throw new UserError(`this drawing cannot be used: ${messageOf(error)}`);
  }
  const scale = scaleOf(data);
  const channels = data.length / size;
  if (![1, 2, 3, 4].includes(channels)) {
    throw new UserError(
      `a drawing of ${width} by ${height} pixels needs ${size} numbers (grey), or 2, 3 or 4 times as ` +
        `many (alpha, colour, both), and it has ${data.length}`,
    );
  }
  const bytes = scale === 1 ? data : Uint8Array.from(data, (value) => Math.round(value * scale));
  const grey = new Uint8Array(size);
  if (channels < 3) {
    for (let i = 0, k = 0; i < size; i++, k += channels) grey[i] = bytes[k]!;
  } else {
    for (let i = 0, k = 0; i < size; i++, k += channels) {
      grey[i] = luma(bytes[k]!, bytes[k + 1]!, bytes[k + 2]!);
    }
  }
  if (channels % 2 === 1) return { width, height, grey };
  const alpha = new Uint8Array(size);
  let opaque = true;
  for (let i = 0, k = channels - 1; i < size; i++, k += channels) {
    alpha[i] = bytes[k]!;
    opaque &&= bytes[k] === 255;
  }
  return opaque ? { width, height, grey } : flatten({ width, height, grey, alpha });
}

/** The factor that brings numbers of this array to the range of 0 to 255. */
function scaleOf(data: unknown): number {
  const tag = tagOf(data);
  if (tag === 'Uint8Array' || tag === 'Uint8ClampedArray') return 1;
  if (tag === 'Uint16Array') return 255 / 65535;
  if (tag === 'Float32Array' || tag === 'Float64Array') {
    const bad = (data as Float64Array).find((value) => !(value >= 0 && value <= 1));
    if (bad === undefined) return 255;
    throw new UserError(`a drawing of floats holds ${bad}: they must lie between 0 and 1`);
  }
  throw new UserError(
    "a drawing's data must be a Uint8Array, Uint8ClampedArray, Uint16Array, Float32Array or Float64Array",
  );
}

function isSide(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
