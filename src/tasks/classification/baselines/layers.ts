/** Fully connected layers with the gradient of the autoencoder's loss. */
import type { Random } from '../../../common/random.js';
import { sigmoid, softplus } from '../../../reference/linear.js';
import { multiply, rowMajor, transposed } from './product.js';

/** The slope of a leaky ReLU below 0. */
const LEAK = 0.01;

/** One layer: y = x · kernel + bias, and a leaky ReLU unless it is linear. */
interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly isLinear: boolean;
  /** Where kernel [inputs, outputs] and bias [outputs] begin among all weights. */
  readonly kernel: number;
  readonly bias: number;
}

/**
 * An autoencoder's layers: `new Layers([400, 200, 200, 32], random)` goes from 400 numbers to 32 and back.
 *
 * Hidden layers have leaky ReLUs, so that none dies; the bottleneck is linear, since features with a sign keep more, and
 * distances between them are what they are for. The outputs are logits of pixels, and the loss is their cross entropy:
 * its gradient does not vanish for a pixel that is quite wrong, as that of squared errors of a sigmoid does, and most
 * pixels being empty, that is what the first updates lead to.
 */
export class Layers {
  /** All weights, kernel and bias of one layer after the other. */
  readonly weights: Float64Array;
  readonly #layers: readonly Layer[];
  /** The layers up to the bottleneck. */
  readonly #encoding: readonly Layer[];

  /** @param widths from the drawing to the bottleneck; the way back mirrors it */
  constructor(widths: readonly number[], random: Random) {
    const all = [...widths, ...widths.slice(0, -1).reverse()];
    let size = 0;
    this.#layers = all.slice(1).map((outputs, l) => {
      const inputs = all[l]!;
      const kernel = size;
      const bias = kernel + inputs * outputs;
      size = bias + outputs;
      const isLinear = l + 2 === widths.length || l + 2 === all.length;
      return { inputs, outputs, isLinear, kernel, bias };
    });
    this.#encoding = this.#layers.slice(0, widths.length - 1);
    this.weights = new Float64Array(size);
    for (const { inputs, kernel, bias, isLinear } of this.#layers) {
      // What goes in and what comes out have about the same variance.
      const deviation = Math.sqrt((isLinear ? 1 : 2) / inputs);
      for (let i = kernel; i < bias; i++) this.weights[i] = deviation * random.normal();
    }
  }

  /** The features of drawings, [count, bottleneck], of [count, pixels]. */
  encode(drawings: Float64Array, count: number): Float64Array {
    return this.#forward(this.#encoding, drawings, count).at(-1)!;
  }

  /** Cross entropy in nats, summed over the pixels of a drawing, averaged over [count, pixels]. */
  loss(drawings: Float64Array, count: number): number {
    return crossEntropy(this.#forward(this.#layers, drawings, count).at(-1)!, drawings) / count;
  }

  /** {@link loss}, and its gradient with respect to all weights, which is written to `gradient`. */
  gradients(drawings: Float64Array, count: number, gradient: Float64Array): number {
    const values = this.#forward(this.#layers, drawings, count);
    const logits = values.at(-1)!;
    const loss = crossEntropy(logits, drawings) / count;
    let dy = logits.map((logit, i) => (sigmoid(logit) - drawings[i]!) / count);
    for (let l = this.#layers.length - 1; l >= 0; l--) {
      const { inputs, outputs, isLinear, kernel, bias } = this.#layers[l]!;
      if (!isLinear) throughLeak(dy, values[l + 1]!);
      const x = rowMajor(values[l]!, count, inputs);
      const y = rowMajor(dy, count, outputs);
      multiply(transposed(x), y, gradient.subarray(kernel, bias));
      sumRows(dy, gradient.subarray(bias, bias + outputs));
      if (l === 0) break;
      const w = rowMajor(this.weights.subarray(kernel, bias), inputs, outputs);
      dy = new Float64Array(count * inputs);
      multiply(y, transposed(w), dy);
    }
    return loss;
  }

  /** The drawings, then what each layer makes of them. */
  #forward(layers: readonly Layer[], drawings: Float64Array, count: number): Float64Array[] {
    const values = [drawings];
    for (const { inputs, outputs, isLinear, kernel, bias } of layers) {
      const y = new Float64Array(count * outputs);
      const w = rowMajor(this.weights.subarray(kernel, bias), inputs, outputs);
      multiply(rowMajor(values.at(-1)!, count, inputs), w, y);
      for (let i = 0; i < y.length; i++) {
        const sum = y[i]! + this.weights[bias + (i % outputs)]!;
        y[i] = sum > 0 || isLinear ? sum : LEAK * sum;
      }
      values.push(y);
    }
    return values;
  }
}

/** Σ softplus(z) - x z: the cross entropy of pixels x, which may be grey, and σ(z). */
function crossEntropy(logits: Float64Array, pixels: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += softplus(logits[i]!) - pixels[i]! * logits[i]!;
  return sum;
}

/** The gradient through a leaky ReLU, in place; its outputs have the sign of what went in. */
function throughLeak(dy: Float64Array, outputs: Float64Array): void {
  for (let i = 0; i < dy.length; i++) if (!(outputs[i]! > 0)) dy[i]! *= LEAK;
}

function sumRows(matrix: Float64Array, out: Float64Array): void {
  out.fill(0);
  for (let i = 0; i < matrix.length; i++) out[i % out.length]! += matrix[i]!;
}
