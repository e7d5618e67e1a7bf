import { describe, expect, it } from 'vitest';
import { Random } from '../../../dist/common/random.js';
import { pointFeatures } from '../../../dist/tasks/regression/fourier-features.js';
import { type FunctionBatch, FunctionSampler } from '../../../dist/tasks/regression/functions.js';

const ranges = { length: [0.1, 0.6], scale: [0.2, 1] } as const;
const make = (dimensions: number, seed = 1, process = {}) =>
  new FunctionSampler({ batchSize: 4, dimensions, process }, new Random(seed));

describe('functions', () => {
  it.each([1, 2, 3])('are points, then the value before, in %i dimensions', (D) => {
    const { batch, length, inputs, targets, points } = make(D).next({ length: 12 });
    expect([batch, length]).toEqual([4, 12]);
    const X = D + 1;
    expect([inputs.length, targets.length, points.length]).toEqual([48 * X, 48, 48 * D]);
    for (let step = 0; step < 48; step++) {
      expect(inputs.subarray(step * X, step * X + D)).toEqual(
        points.subarray(step * D, (step + 1) * D),
      );
      expect(inputs[step * X + D]).toBe(step % 12 === 0 ? 0 : targets[step - 1]);
    }
    expect(new Set(targets).size).toBe(48);
  });

  it('have the sines and cosines of random frequencies beside their points, if asked', () => {
    const make = (fourierFeatures: number, D = 2) =>
      new FunctionSampler({ batchSize: 4, dimensions: D, fourierFeatures }, new Random(1));
    const [plain, wide] = [make(0).next({ length: 12 }), make(8).next({ length: 12 })];
    expect(wide.points).toEqual(plain.points);
    expect(wide.targets).toEqual(plain.targets);
    const X = 2 + 2 * 8 + 1;
    expect(wide.inputs.length).toBe(48 * X);
    for (let step = 0; step < 48; step++) {
      const [x, y, ...rest] = wide.inputs.subarray(step * X, (step + 1) * X);
      expect([x, y, rest.pop()]).toEqual([...plain.inputs.subarray(step * 3, (step + 1) * 3)]);
      for (let f = 0; f < 8; f++) expect(Math.hypot(rest[2 * f]!, rest[2 * f + 1]!)).toBeCloseTo(1);
    }
    // near points have like features, and farther ones hardly more in common than any two
    const { size, write } = pointFeatures(1, 200);
    const points = Float32Array.of(0.3, 0.31, 1.3);
    const numbers = [0, 1, 2].map((i) => {
      const into = new Float32Array(size);
      write(points, i, into, 0);
      return into.subarray(1);
    });
    const likeness = (i: number, j: number) =>
      numbers[i]!.reduce((sum, x, k) => sum + x * numbers[j]![k]!, 0) / 200;
    expect(likeness(0, 1)).toBeGreaterThan(0.99);
    expect(Math.abs(likeness(0, 2))).toBeLessThan(0.2);
    // a spent batch of points without features is not reused
    expect(make(8).next({ length: 12 }, plain)).toEqual(wide);
  });

  it('have points all over the range, and no others', () => {
    const { points } = make(2, 1, { low: -1, high: 3 }).next({ length: 100 });
    expect(Math.min(...points)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...points)).toBeLessThanOrEqual(3);
    expect(Math.min(...points)).toBeLessThan(-0.9);
    expect(Math.max(...points)).toBeGreaterThan(2.9);
  });

  it('have the length scale, scale and noise that the batch says', () => {
    const fixed = make(1).next({ length: 3 });
    expect([...fixed.lengths, ...fixed.scales, fixed.noise]).toEqual([
      ...new Array(4).fill(0.4),
      ...new Array(4).fill(1),
      0.02,
    ]);
    const own = make(1, 1, { ...ranges, noise: 0.1 }).next({ length: 3 });
    expect(new Set(own.lengths).size).toBe(4);
    for (const length of own.lengths) expect(length >= 0.1 && length < 0.6).toBe(true);
    for (const scale of own.scales) expect(scale >= 0.2 && scale < 1).toBe(true);
    expect(own.noise).toBe(0.1);
  });

  it('are as smooth as their length scale', () => {
    const roughness = (length: number) => {
      const { points, targets } = make(1, 7, { length }).next({ length: 200 });
      const order = [...new Array(200).keys()].sort((a, b) => points[a]! - points[b]!);
      return order
        .slice(1)
        .reduce((sum, t, i) => sum + Math.abs(targets[t]! - targets[order[i]!]!), 0);
    };
    expect(roughness(0.1)).toBeGreaterThan(2 * roughness(0.4));
  });

  it('are one sequence for one seed, and go on from a saved state', () => {
    const whole = make(2, 4, ranges);
    const batches = [12, 5, 12].map((length) => whole.next({ length }));
    expect(batches[2]).not.toEqual(batches[0]);
    const begun = make(2, 4, ranges);
    begun.next({ length: 12 });
    const resumed = make(2, 99, ranges);
    resumed.restore(begun.state);
    expect(resumed.next({ length: 5 })).toEqual(batches[1]);
    expect(resumed.next({ length: 12 })).toEqual(batches[2]);
  });

  it('reuse the arrays of a spent batch of the same size, and no others', () => {
    const [fresh, reusing] = [make(2, 1, ranges), make(2, 1, ranges)];
    let spent: FunctionBatch | undefined;
    for (const length of [6, 6, 7]) {
      const batch = reusing.next({ length }, spent);
      expect(batch).toEqual(fresh.next({ length }));
      expect(batch === spent).toBe(length === 6 && spent !== undefined);
      spent = batch;
    }
    expect(make(1).next({ length: 7 }, spent)).toEqual(make(1).next({ length: 7 }));
    const other = make(2, 1, { noise: 0.5 }).next({ length: 7 }, spent);
    expect(other.noise).toBe(0.5);
  });

  it('refuse what is no function', () => {
    for (const dimensions of [0, 4, 1.5, Number.NaN]) {
      expect(() => make(dimensions)).toThrow('dimensions of a function must be a whole number');
    }
    for (const length of [0, -1, 0.5]) {
      expect(() => make(1).next({ length })).toThrow(RangeError);
    }
    for (const process of [
      { low: 1, high: 1 },
      { low: Number.NaN },
      { length: 0 },
      { length: [0.6, 0.1] },
      { scale: [0, 1] },
      { scale: Number.POSITIVE_INFINITY },
      { noise: -0.1 },
      { noise: Number.NaN },
    ]) {
      expect(() => make(1, 1, process), JSON.stringify(process)).toThrow(RangeError);
    }
  });
});
