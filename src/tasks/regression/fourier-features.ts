/**
 * Points as random Fourier features (Rahimi and Recht 2007): beside its own numbers a point has the sines and cosines of
 * some random multiples of them. Points that are near each other then differ in many numbers, so that a key can tell
 * them apart from the first batch on.
 */
import { Random } from '../../common/random.js';
import type { Floats } from '../../model/tensors.js';

/** The most frequencies of a point. */
export const MOST_FREQUENCIES = 1024;

/** The standard deviation of frequencies is this, divided by the dimensions, in radians for each unit of length. */
const BANDWIDTH = 6;

/** How points become numbers: always the same of so many dimensions and frequencies. */
export interface PointFeatures {
  /** Numbers of a point: D, and two for each frequency. */
  readonly size: number;
  /** Writes the numbers of point `i` of `points` [.., D] into an array, from `at` on. */
  write(points: Floats, i: number, into: Float32Array, at: number): void;
}

/**
 * The features of points in D dimensions: `pointFeatures(1, 32).size` is 65. Without frequencies they are the point.
 */
export function pointFeatures(dimensions: number, frequencies: number): PointFeatures {
  const random = new Random(1, 'point features');
  const deviation = BANDWIDTH / dimensions;
  const kernel = Float64Array.from(
    { length: frequencies * dimensions },
    () => deviation * random.normal(),
  );
  return {
    size: dimensions + 2 * frequencies,
    write(points, i, into, at) {
      for (let d = 0; d < dimensions; d++) into[at + d] = points[i * dimensions + d]!;
      for (let f = 0; f < frequencies; f++) {
        let angle = 0;
        for (let d = 0; d < dimensions; d++) {
          angle += kernel[f * dimensions + d]! * points[i * dimensions + d]!;
        }
        into[at + dimensions + 2 * f] = Math.sin(angle);
        into[at + dimensions + 2 * f + 1] = Math.cos(angle);
      }
    },
  };
}
