/**
 * Gaussian processes with a squared exponential kernel, exactly and in float64: functions are drawn from them, and
 * their predictions are the best that any network can do on such functions.
 */
import type { Random } from '../../common/random.js';
import type { Floats } from '../../model/tensors.js';
import { dot } from '../../reference/lookup.js';

/** A distribution over functions, and the noise with which their values are observed. */
export interface GaussianProcess {
  /** The length scale: points much closer than this have nearly the same value. */
  readonly length: number;
  /** The standard deviation of a value before anything is known. */
  readonly scale: number;
  /** The standard deviation of the noise that every observation has of its own. */
  readonly noise: number;
}

/** What the process says of each observation when it knows those before it; all [T]. */
export interface Predictions {
  readonly means: Float64Array;
  /** Standard deviations, noise included. */
  readonly deviations: Float64Array;
  /** The log density of what was observed, in nats. */
  readonly logDensities: Float64Array;
}

/**
 * The smallest variance of noise, in squares of the scale: the only jitter. Without any noise two points that are equal,
 * or nearly, would make the covariance singular; with it, rounding errors are a thousandth of what is left of a variance
 * at most, in episodes of thousands of points. Functions are drawn with the same variance as is predicted with, so
 * predictions stay exact.
 */
const LEAST_NOISE = 1e-8;

const HALF_LOG_2PI = Math.log(2 * Math.PI) / 2;

/** The log density of a normal distribution in nats: `logNormal(0, 0, 1)` is -0.919. */
export function logNormal(value: number, mean: number, deviation: number): number {
  return -HALF_LOG_2PI - Math.log(deviation) - ((value - mean) / deviation) ** 2 / 2;
}

/**
 * Draws a function and observes it at points: `observe(points, 1, { length: 0.4, scale: 1, noise: 0.02 }, random)`.
 * @param points [T, dimensions]
 * @returns [T]: the function's values plus noise
 */
export function observe(
  points: Floats,
  dimensions: number,
  process: GaussianProcess,
  random: Random,
): Float64Array {
  const factor = factorOf(points, dimensions, process);
  const normals = Float64Array.from({ length: points.length / dimensions }, () => random.normal());
  return normals.map((_, t) => dot(factor, t * normals.length, normals, 0, t + 1));
}

/**
 * Predicts each observation from those before it:
 *
 * ```ts
 * const process = { length: 0.4, scale: 1, noise: 0.02 };
 * const points = Float32Array.of(-1, 0, 0.1);
 * predictEach(points, Float32Array.of(0.5, -0.3, -0.2), 1, process).means; // 0, 0.02, -0.30
 * ```
 * One factorisation gives them all: with K = L Lᵀ the covariance of all observations and z = L⁻¹ y, step t has mean
 * Σ_{j<t} L_tj z_j and deviation L_tt.
 * @param points [T, dimensions]
 * @param values [T]: the observations
 */
export function predictEach(
  points: Floats,
  values: Floats,
  dimensions: number,
  process: GaussianProcess,
): Predictions {
  const T = values.length;
  const factor = factorOf(points, dimensions, process);
  const means = new Float64Array(T);
  const deviations = new Float64Array(T);
  const logDensities = new Float64Array(T);
  const z = new Float64Array(T);
  for (let t = 0; t < T; t++) {
    means[t] = dot(factor, t * T, z, 0, t);
    deviations[t] = factor[t * T + t]!;
    z[t] = (values[t]! - means[t]!) / deviations[t]!;
    logDensities[t] = logNormal(values[t]!, means[t]!, deviations[t]!);
  }
  return { means, deviations, logDensities };
}

/** The Cholesky factor L [T, T] of the covariance of observations at points; 0 above the diagonal. */
export function factorOf(
  points: Floats,
  dimensions: number,
  process: GaussianProcess,
): Float64Array {
  const T = points.length / dimensions;
  const variance = process.scale ** 2;
  const noise = Math.max(process.noise ** 2, LEAST_NOISE * variance);
  const factor = new Float64Array(T * T);
  for (let t = 0; t < T; t++) {
    for (let j = 0; j < t; j++) {
      const covariance = variance * similarity(points, dimensions, t, j, process.length);
      const rest = covariance - dot(factor, t * T, factor, j * T, j);
      factor[t * T + j] = rest / factor[j * T + j]!;
    }
    const rest = variance + noise - dot(factor, t * T, factor, t * T, t);
    factor[t * T + t] = Math.sqrt(rest); // at least the noise's, and rounding errors are far smaller
  }
  return factor;
}

/** The squared exponential kernel of points t and j, 1 where they are equal. */
function similarity(
  points: Floats,
  dimensions: number,
  t: number,
  j: number,
  length: number,
): number {
  let squares = 0;
  for (let d = 0; d < dimensions; d++) {
    squares += (points[t * dimensions + d]! - points[j * dimensions + d]!) ** 2;
  }
  return Math.exp(-squares / (2 * length ** 2));
}
