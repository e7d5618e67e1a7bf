/**
 * Direct binding: what is looked up comes from this drawing's embedding, what is written from the one before it
 * with its label, which has just come. Both are added to the heads' projection q.
 */
import type { Weights } from './linear.js';

/** What is bound in a step: e_t, e_{t-1} [E] (zero at t = 0) and y_{t-1} [F]. */
export interface Bound {
  readonly embedding: Float64Array;
  readonly before: Float64Array;
  readonly label: Float64Array;
}

/** The keys of q [0, RW) += e_t · bind.key; its add vectors [RW, 2RW) += e_{t-1} · bind.value + y_{t-1} · bind.label. */
export function bindForward(
  weights: Weights,
  { embedding, before, label }: Bound,
  q: Float64Array,
) {
  const key = weights.get('bind.key')!;
  const RW = key.length / embedding.length;
  addProduct(embedding, key, q.subarray(0, RW));
  addProduct(before, weights.get('bind.value')!, q.subarray(RW, 2 * RW));
  addProduct(label, weights.get('bind.label')!, q.subarray(RW, 2 * RW));
}

/** Given dq: adds to the gradients of the weights, to de_t and to de_{t-1}. */
export function bindBackward(
  weights: Weights,
  { embedding, before, label }: Bound,
  dq: Float64Array,
  gradients: Weights,
  dEmbedding: Float64Array,
  dBefore: Float64Array,
): void {
  const RW = weights.get('bind.key')!.length / embedding.length;
  const [dKeys, dAdds] = [dq.subarray(0, RW), dq.subarray(RW, 2 * RW)];
  const back = (name: string, x: Float64Array, dy: Float64Array, dx: Float64Array) => {
    const [kernel, dKernel] = [weights.get(name)!, gradients.get(name)!];
    for (let k = 0; k < x.length; k++) {
      for (let m = 0; m < RW; m++) {
        dKernel[k * RW + m]! += x[k]! * dy[m]!;
        dx[k]! += kernel[k * RW + m]! * dy[m]!;
      }
    }
  };
  back('bind.key', embedding, dKeys, dEmbedding);
  back('bind.value', before, dAdds, dBefore);
  back('bind.label', label, dAdds, new Float64Array(label.length));
}

/** y += x · kernel. */
function addProduct(x: Float64Array, kernel: Float64Array, y: Float64Array): void {
  for (let k = 0; k < x.length; k++) {
    for (let m = 0; m < y.length; m++) y[m]! += x[k]! * kernel[k * y.length + m]!;
  }
}
