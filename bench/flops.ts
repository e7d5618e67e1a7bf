import type { ModelConfig } from '../dist/model/config.js';
import { shapesOf } from '../dist/model/shapes.js';
import { INK } from './work.ts';

/**
 * Floating point operations of one pass over a batch of `work.ts`, a multiply-add counted as two: the products
 * of matrices and the memory's sums over slots and words; of a drawing only the numbers that are not 0, because
 * the kernels pass over the others. What is left out (activations, softmax, Adam) is a few percent.
 */
export function flopsOf(config: ModelConfig, batch: number, length: number) {
  const { P, C, H, L, N, W, R, rin, Q, O } = shapesOf(config);
  let inputs = 0; // to the controller from outside: no gradient goes back to them
  let inner = 0;
  for (let layer = 0; layer < L; layer++) {
    const above = layer > 0 ? H : 0;
    inputs += layer === 0 ? 2 * (INK * P + 1) * 4 * H : 0; // and the label's 1
    inner += 2 * ((layer === 0 ? rin : above) + H) * 4 * H;
  }
  inner += 2 * (H * Q + O * C);
  const memory = 2 * (3 * R + 1) * N * W; // similarities, norms, reads, writes
  const steps = batch * length;
  return {
    forward: steps * (inputs + inner + memory),
    // Backward: the gradient to weights costs as much as forward, that to inner inputs too; memory twice.
    training: steps * (2 * inputs + 3 * inner + 3 * memory),
  };
}
