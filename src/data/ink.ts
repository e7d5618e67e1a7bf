import type { Picture } from './grey.js';

/** If no pixel is stronger than this, the page is empty and what is on it is noise, which must not be stretched to 255. */
export const FAINTEST = 8;

/**
 * The foreground of a picture as a square of `side` pixels, from 0 (none) to 255 (strongest). The background is what most
 * of the border shows; the foreground is what is darker than a light background or lighter than a dark one. The picture
 * is padded to a square and resized by averaging.
 */
export function inkOf({ width, height, grey }: Picture, side: number): Uint8Array {
  const ground = borderMedian(width, height, grey);
  const sign = ground >= 128 ? -1 : 1;
  const square = Math.max(width, height);
  const columns = spans(width, square, side);
  const rows = spans(height, square, side);

  const narrow = new Float64Array(height * side);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < side; x++) {
      const { first, weights } = columns[x]!;
      let sum = 0;
      for (let i = 0; i < weights.length; i++) {
        const ink = sign * (grey[y * width + first + i]! - ground);
        if (ink > 0) sum += weights[i]! * ink;
      }
      narrow[y * side + x] = sum;
    }
  }
  const means = new Float64Array(side * side);
  let strongest = 0;
  for (let y = 0; y < side; y++) {
    const { first, weights } = rows[y]!;
    for (let x = 0; x < side; x++) {
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i]! * narrow[(first + i) * side + x]!;
      means[y * side + x] = sum;
      strongest = Math.max(strongest, sum);
    }
  }
  if (strongest < FAINTEST) return new Uint8Array(side * side);
  return Uint8Array.from(means, (mean) => Math.round((mean * 255) / strongest));
}

/** The median of the pixels on the border: the background, if most of the border shows it. */
export function borderMedian(width: number, height: number, grey: Uint8Array): number {
  const counts = new Uint32Array(256);
  let total = 0;
  const count = (x: number, y: number) => {
    counts[grey[y * width + x]!]!++;
    total++;
  };
  for (let x = 0; x < width; x++) {
    count(x, 0);
    count(x, height - 1);
  }
  for (let y = 1; y < height - 1; y++) {
    count(0, y);
    count(width - 1, y);
  }
  let level = 0;
  for (let below = counts[0]!; below * 2 < total; below += counts[level]!) level++;
  return level;
}

/**
 * For each of `side` equal parts of a line of `square` pixels, in whose middle `length` pixels lie:
 * the pixels that the part covers, each with its share of the part.
 */
function spans(length: number, square: number, side: number) {
  const start = (square - length) >> 1;
  const part = square / side;
  return Array.from({ length: side }, (_, i) => {
    const low = (i * square) / side - start;
    const high = ((i + 1) * square) / side - start;
    const first = Math.max(Math.floor(low), 0);
    const end = Math.min(Math.ceil(high), length);
    const weights: number[] = [];
    for (let pixel = first; pixel < end; pixel++) {
      weights.push((Math.min(pixel + 1, high) - Math.max(pixel, low)) / part);
    }
    return { first, weights };
  });
}
