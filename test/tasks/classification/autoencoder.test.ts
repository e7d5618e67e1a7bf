import { describe, expect, it } from 'vitest';
import { Random } from '../../../dist/common/random.js';
import { glyphs } from '../../../dist/data/glyphs.js';
import {
  trainAutoencoder,
  variedDrawings,
} from '../../../dist/tasks/classification/baselines/autoencoder.js';
import { Layers } from '../../../dist/tasks/classification/baselines/layers.js';
import {
  multiply,
  rowMajor,
  transposed,
} from '../../../dist/tasks/classification/baselines/product.js';
import { EpisodeSampler } from '../../../dist/tasks/classification/episodes.js';

const numbers = (count: number, seed: number, low = -1) => {
  const random = new Random(seed);
  return Float64Array.from({ length: count }, () => random.uniform(low, 1));
};

describe('products', () => {
  it('are right for all sizes, by rows and by columns', () => {
    for (const [M, K, N] of [
      [4, 4, 4],
      [1, 1, 1],
      [5, 3, 7],
      [8, 9, 6],
      [3, 5, 8],
      [11, 2, 13],
    ] as const) {
      const [a, b] = [numbers(M * K, 1), numbers(K * N, 2)];
      const expected = new Float64Array(M * N);
      for (let i = 0; i < M; i++) {
        for (let j = 0; j < N; j++) {
          for (let k = 0; k < K; k++) expected[i * N + j]! += a[i * K + k]! * b[k * N + j]!;
        }
      }
      const turned = (data: Float64Array, rows: number, columns: number) =>
        transposed(
          rowMajor(
            data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!),
            columns,
            rows,
          ),
        );
      for (const left of [rowMajor(a, M, K), turned(a, M, K)]) {
        for (const right of [rowMajor(b, K, N), turned(b, K, N)]) {
          const out = new Float64Array(M * N).fill(Number.NaN);
          multiply(left, right, out);
          for (const [i, value] of out.entries()) expect(value).toBeCloseTo(expected[i]!, 12);
        }
      }
    }
  });
});

describe("the autoencoder's layers", () => {
  const count = 5;
  const layers = new Layers([9, 6, 7, 3], new Random(5));
  // Biases too, which begin at 0.
  layers.weights.set(layers.weights.map((w, i) => w + 0.1 * Math.sin(i)));
  const drawings = numbers(count * 9, 4, 0);

  it('have the gradient that finite differences have', () => {
    const { weights } = layers;
    expect(weights.length).toBe(
      9 * 6 + 6 + 6 * 7 + 7 + 7 * 3 + 3 + 3 * 7 + 7 + 7 * 6 + 6 + 6 * 9 + 9,
    );
    const gradient = new Float64Array(weights.length).fill(Number.NaN);
    expect(layers.gradients(drawings, count, gradient)).toBe(layers.loss(drawings, count));
    const h = 1e-5;
    for (let i = 0; i < weights.length; i++) {
      const w = weights[i]!;
      weights[i] = w + h;
      const above = layers.loss(drawings, count);
      weights[i] = w - h;
      const below = layers.loss(drawings, count);
      weights[i] = w;
      expect(Math.abs((above - below) / (2 * h) - gradient[i]!)).toBeLessThan(1e-7);
    }
    expect(gradient.filter((g) => Math.abs(g) > 1e-3).length).toBeGreaterThan(weights.length / 2);
  });

  it('lose the cross entropy of their pixels', () => {
    const blank = new Layers([9, 3], new Random(1));
    blank.weights.fill(0); // every pixel is grey: one bit each, whatever it is
    expect(blank.loss(drawings, count)).toBeCloseTo(9 * Math.log(2), 12);
  });

  it('have features of each drawing by itself, of either sign', () => {
    const features = layers.encode(drawings, count);
    expect(features.length).toBe(count * 3);
    expect(features.some((x) => x < -0.1) && features.some((x) => x > 0.1)).toBe(true);
    const third = layers.encode(drawings.slice(2 * 9, 3 * 9), 1);
    for (const [i, x] of third.entries()) expect(x).toBeCloseTo(features[2 * 3 + i]!, 12);
  });
});

describe('the autoencoder', () => {
  const data = glyphs({ classes: 30, drawings: 10 });
  const options = { inputHeight: 8, inputWidth: 8, augment: true };
  const trained = (seed: number, iterations: number) => {
    const losses: number[] = [];
    const encode = trainAutoencoder({
      images: variedDrawings(data, [...data.classes.keys()], options, new Random(1)),
      iterations,
      batch: 32,
      random: new Random(seed),
      widths: [32, 8],
      learningRate: 1e-2,
      onProgress: ({ loss }) => losses.push(loss),
    });
    return { encode, losses };
  };

  it('learns to draw what it saw', () => {
    const { encode, losses } = trained(1, 250);
    expect(losses.length).toBe(250);
    const mean = (part: number[]) => part.reduce((a, b) => a + b, 0) / part.length;
    // The cross entropy of the mean drawing, which it could learn without looking.
    const many = variedDrawings(data, [...data.classes.keys()], options, new Random(2))(2000);
    const means = Array.from({ length: 64 }, (_, p) =>
      mean(Array.from({ length: 2000 }, (_, i) => many[i * 64 + p]!)),
    );
    const blind = means.reduce((sum, p) => sum - p * Math.log(p) - (1 - p) * Math.log(1 - p), 0);
    expect(mean(losses.slice(-20))).toBeLessThan(0.85 * blind);
    expect(encode(many.slice(0, 3 * 64)).length).toBe(3 * 8);
  });

  it('asks for new drawings for each minibatch', () => {
    const asked: number[] = [];
    const images = (count: number) => {
      asked.push(count);
      return numbers(count * 4, asked.length, 0);
    };
    trainAutoencoder({ images, iterations: 3, batch: 2, random: new Random(1), widths: [2] });
    expect(asked).toEqual([2, 2, 2]);
  });

  it('is the same for the same seed', () => {
    const drawing = variedDrawings(data, [0], options, new Random(2))(1);
    const features = (seed: number) => trained(seed, 10).encode(drawing);
    expect(features(1)).toEqual(features(1));
    expect(features(1)).not.toEqual(features(2));
  });

  it('sees drawings of all classes given, varied as in episodes', () => {
    const classes = [3, 7, 11];
    const random = new Random(5);
    const images = variedDrawings(data, classes, options, random);
    const all = { ...options, batchSize: 12, numClasses: 1 };
    const sampler = new EpisodeSampler(data, classes, all, new Random(5));
    const { inputs, classes: shown } = sampler.next({ classes: 1, length: 1 });
    expect(new Set(shown)).toEqual(new Set(classes));
    const first = images(12);
    for (let i = 0; i < 12; i++) {
      expect(first.slice(i * 64, (i + 1) * 64)).toEqual(inputs.slice(i * 65, i * 65 + 64));
    }
    expect(images(12)).not.toEqual(first);
  });
});
