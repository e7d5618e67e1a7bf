import { describe, expect, it } from 'vitest';
import { Random } from '../../../dist/common/random.js';
import {
  factorOf,
  type GaussianProcess,
  logNormal,
  observe,
  predictEach,
} from '../../../dist/tasks/regression/gaussian-process.js';

const process: GaussianProcess = { length: 0.7, scale: 1.3, noise: 0.1 };

function someEpisode(T: number, D: number, seed = 1) {
  const random = new Random(seed);
  const points = Float64Array.from({ length: T * D }, () => random.uniform(-2, 2));
  return { points, values: observe(points, D, process, random), random };
}

/** The kernel as it is written in books. */
function kernel(points: Float64Array, D: number, t: number, j: number): number {
  let squares = 0;
  for (let d = 0; d < D; d++) squares += (points[t * D + d]! - points[j * D + d]!) ** 2;
  return 1.3 ** 2 * Math.exp(-squares / (2 * 0.7 ** 2));
}

/** Solves A x = b by Gauss and Jordan. */
function solve(A: number[][], b: number[]): number[] {
  const n = b.length;
  const rows = A.map((row, i) => [...row, b[i]!]);
  for (let i = 0; i < n; i++) {
    let pivot = i;
    for (let r = i; r < n; r++) if (Math.abs(rows[r]![i]!) > Math.abs(rows[pivot]![i]!)) pivot = r;
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    for (let r = 0; r < n; r++) {
      if (r === i) continue;
      const factor = rows[r]![i]! / rows[i]![i]!;
      for (let c = i; c <= n; c++) rows[r]![c]! -= factor * rows[i]![c]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}

describe('Gaussian processes', () => {
  it('have a factor whose square is the covariance', () => {
    const [T, D] = [9, 2];
    const { points } = someEpisode(T, D);
    const L = factorOf(points, D, process);
    for (let t = 0; t < T; t++) {
      for (let j = 0; j < T; j++) {
        let square = 0;
        for (let k = 0; k < T; k++) square += L[t * T + k]! * L[j * T + k]!;
        const noise = t === j ? 0.1 ** 2 : 0;
        expect(square).toBeCloseTo(kernel(points, D, t, j) + noise, 12);
        if (j > t) expect(L[t * T + j]).toBe(0);
      }
    }
  });

  it.each([1, 2, 3])('predict each value as the textbook does, in %i dimensions', (D) => {
    const T = 8;
    const { points, values } = someEpisode(T, D, D);
    const { means, deviations, logDensities } = predictEach(points, values, D, process);
    for (let t = 0; t < T; t++) {
      const before = [...new Array(t).keys()];
      const K = before.map((i) =>
        before.map((j) => kernel(points, D, i, j) + (i === j ? 0.1 ** 2 : 0)),
      );
      const k = before.map((i) => kernel(points, D, t, i));
      const weights = solve(K, k); // K⁻¹ k
      const mean = before.reduce((sum, i) => sum + weights[i]! * values[i]!, 0);
      const variance =
        1.3 ** 2 + 0.1 ** 2 - before.reduce((sum, i) => sum + weights[i]! * k[i]!, 0);
      expect(means[t]).toBeCloseTo(mean, 9);
      expect(deviations[t]).toBeCloseTo(Math.sqrt(variance), 9);
      const density =
        Math.exp(-((values[t]! - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
      expect(logDensities[t]).toBeCloseTo(Math.log(density), 7);
    }
  });

  it('predict what their documentation says', () => {
    const example = { length: 0.4, scale: 1, noise: 0.02 };
    const points = Float32Array.of(-1, 0, 0.1);
    const { means } = predictEach(points, Float32Array.of(0.5, -0.3, -0.2), 1, example);
    expect([...means].map((mean) => mean.toFixed(2))).toEqual(['0.00', '0.02', '-0.30']);
    expect(logNormal(0, 0, 1)).toBeCloseTo(-0.919, 3);
  });

  it('draw values with the covariance of the kernel and the noise', () => {
    const points = Float64Array.of(-0.4, 0, 0.9);
    const random = new Random(3);
    const count = 20_000;
    const sums = new Float64Array(9);
    const totals = new Float64Array(3);
    for (let n = 0; n < count; n++) {
      const values = observe(points, 1, process, random);
      for (let t = 0; t < 3; t++) {
        totals[t]! += values[t]!;
        for (let j = 0; j < 3; j++) sums[t * 3 + j]! += values[t]! * values[j]!;
      }
    }
    for (let t = 0; t < 3; t++) {
      expect(totals[t]! / count).toBeCloseTo(0, 1);
      for (let j = 0; j < 3; j++) {
        const expected = kernel(points, 1, t, j) + (t === j ? 0.1 ** 2 : 0);
        // Six standard errors of a product of normals.
        expect(Math.abs(sums[t * 3 + j]! / count - expected)).toBeLessThan(0.1);
      }
    }
  });

  it('have deviations that are as large as their errors', () => {
    let [squares, count] = [0, 0];
    for (let seed = 0; seed < 200; seed++) {
      const { points, values } = someEpisode(30, 1, seed);
      const { means, deviations } = predictEach(points, values, 1, process);
      for (let t = 0; t < 30; t++) squares += ((values[t]! - means[t]!) / deviations[t]!) ** 2;
      count += 30;
    }
    expect(Math.abs(squares / count - 1)).toBeLessThan(0.1);
  });

  it('stand points that are the same, without noise, in any number', () => {
    const noiseless = { length: 0.4, scale: 0.5, noise: 0 };
    const T = 200;
    const points = new Float64Array(T).map((_, t) => (t < 20 ? 0.25 : -2 + t / 50));
    const values = observe(points, 1, noiseless, new Random(5));
    const { means, deviations, logDensities } = predictEach(points, values, 1, noiseless);
    expect([...means, ...deviations, ...logDensities].every(Number.isFinite)).toBe(true);
    for (let t = 1; t < 20; t++) expect(means[t]).toBeCloseTo(values[0]!, 3);
    for (let t = 5; t < 20; t++) expect(deviations[t]).toBeLessThan(0.5 * 1.1e-4);
  });

  it('know all but the noise of a smooth function', () => {
    const T = 500;
    for (const noise of [1e-3, 0]) {
      // Nearly constant, so that n observations leave n + 1 parts of n of the noise.
      const smooth = { length: 1e7, scale: 1, noise };
      const points = new Float64Array(T).map((_, t) => Math.sin(t));
      const { deviations } = predictEach(points, new Float64Array(T), 1, smooth);
      for (let t = 1; t < T; t++) {
        const expected = Math.max(noise, 1e-4) * Math.sqrt(1 + 1 / t);
        expect(Math.abs(deviations[t]! / expected - 1)).toBeLessThan(1e-3);
      }
    }
  });
});
