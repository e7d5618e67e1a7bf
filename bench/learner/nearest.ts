import type { Prepared } from '../../dist/learner/prepare.js';

/** Standard deviation of the blur in pixels of the network's input: the best one on Omniglot's training classes. */
const SIGMA = 1.25;

/** The index of the example that is nearest, by Euclidean distance. */
export function nearest(drawing: Float32Array, examples: readonly Float32Array[]): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, example] of examples.entries()) {
    let sum = 0;
    for (let i = 0; i < drawing.length; i++) sum += (drawing[i]! - example[i]!) ** 2;
    if (sum < least) [best, least] = [index, sum];
  }
  return best;
}

const blurs = new WeakMap<Prepared, Float32Array>();

/** A drawing under a Gaussian blur: strokes that lie a little beside each other still overlap. */
export function blurred(drawing: Prepared): Float32Array {
  const known = blurs.get(drawing);
  if (known) return known;
  const ink = blur(drawing, SIGMA);
  blurs.set(drawing, ink);
  return ink;
}

/** Beyond the edge there is background. */
export function blur({ width, height, ink }: Prepared, sigma: number): Float32Array {
  const reach = Math.ceil(3 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const along = (from: Float32Array, length: number, next: number) =>
    from.map((_, i) => {
      const at = Math.floor(i / next) % length;
      let sum = 0;
      for (let k = Math.max(-reach, -at); k <= Math.min(reach, length - 1 - at); k++) {
        sum += weights[k + reach]! * from[i + k * next]!;
      }
      return sum / total;
    });
  return along(along(ink, width, 1), height, width);
}
