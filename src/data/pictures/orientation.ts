import type { Picture } from '../grey.js';

/** A picture as it lies in its file. */
export interface Decoded extends Picture {
  /** How it is to be turned to stand upright, as in Exif. */
  readonly orientation: number;
}

/** The tag of the orientation in Exif, and what its value is: one number of 16 bits. */
const ORIENTATION = 0x0112;
const SHORT = 3;

/**
 * How a picture is to be turned to stand upright, 1 to 8 as in Exif; 1, as it is, where that is not told.
 * @param exif TIFF's way to write it: the byte order, then the first directory with its entries of 12 bytes
 */
export function orientationOf(exif: Uint8Array): number {
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  if (view.byteLength < 8) return 1;
  const order = view.getUint16(0);
  const little = order === 0x4949;
  if (!little && order !== 0x4d4d) return 1;
  const directory = view.getUint32(4, little);
  if (directory + 2 > view.byteLength) return 1;
  const count = view.getUint16(directory, little);
  for (let i = 0, at = directory + 2; i < count && at + 12 <= view.byteLength; i++, at += 12) {
    if (view.getUint16(at, little) !== ORIENTATION) continue;
    const isShort = view.getUint16(at + 2, little) === SHORT;
    const value = view.getUint16(at + 8, little);
    return isShort && value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/**
 * Turns a picture upright.
 * @param orientation as in Exif: from 5 on rows become columns
 */
export function upright(picture: Picture, orientation: number): Picture {
  if (orientation <= 1 || orientation > 8) return picture;
  const { width, height, grey, alpha } = picture;
  const isTurned = orientation >= 5;
  const [columns, rows] = isTurned ? [height, width] : [width, height];
  // Where the pixel of the first row and column comes from, and how far apart its neighbours' sources are.
  const right = [2, 3, 7, 8].includes(orientation) ? -1 : 1;
  const down = [3, 4, 6, 7].includes(orientation) ? -1 : 1;
  const start = (right < 0 ? width - 1 : 0) + (down < 0 ? (height - 1) * width : 0);
  const [along, across] = isTurned ? [down * width, right] : [right, down * width];
  const turned = (from: Uint8Array) => {
    const to = new Uint8Array(from.length);
    for (let y = 0, i = 0; y < rows; y++) {
      for (let x = 0, at = start + y * across; x < columns; x++, at += along) to[i++] = from[at]!;
    }
    return to;
  };
  const result = { width: columns, height: rows, grey: turned(grey) };
  return alpha ? { ...result, alpha: turned(alpha) } : result;
}
