import type { Random } from '../../common/random.js';

/** About normal, mean 0, standard deviation 1, never beyond ±3: three uniform numbers' sum. */
export function bell(random: Random): number {
  return 2 * (random.uniform() + random.uniform() + random.uniform() - 1.5);
}

/** An index, drawn by weights. */
export function pick(random: Random, weights: readonly number[]): number {
  let left = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < weights.length - 1; i++) {
    left -= weights[i]!;
    if (left < 0) return i;
  }
  return weights.length - 1;
}
