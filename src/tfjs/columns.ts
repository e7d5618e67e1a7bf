import type { serialization, Tensor } from '@tensorflow/tfjs';
import { tf } from '#tensorflow';
import { UserError } from '../common/errors.js';

type Shape = (number | null)[];

export interface ColumnsArgs {
  /** The first number. Default 0. */
  readonly from?: number;
  /** The number before which it ends. */
  readonly to: number;
  readonly name?: string;
}

/**
 * A layer that takes some of the numbers of each step, `from` (included) to `to` (not included):
 *
 * ```js
 * const episodes = tf.input({ shape: [null, 405] });
 * const drawings = new Columns({ to: 400 }).apply(episodes); // [batch, T, 400]
 * const labels = new Columns({ from: 400, to: 405 }).apply(episodes); // [batch, T, 5]
 * ```
 * TensorFlow.js has no such layer of its own.
 */
export class Columns extends tf.layers.Layer {
  static readonly className = 'Columns';
  readonly from: number;
  readonly to: number;

  /** @throws UserError if there is no such range */
  constructor(args: ColumnsArgs) {
    const { from = 0, to, ...layer } = args;
    super(layer as serialization.ConfigDict);
    if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to)) {
      throw new UserError(
        `Columns: from must be a whole number of at least 0, and to a greater one, not ${from} and ${to}`,
      );
    }
    this.from = from;
    this.to = to;
    this.supportsMasking = true;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const shape = (Array.isArray(inputShape[0]) ? inputShape[0] : inputShape) as Shape;
    const width = shape.at(-1);
    if (typeof width !== 'number' || width < this.to) {
      throw new UserError(
        `Columns: the input has ${width} numbers at each step, fewer than ${this.to}`,
      );
    }
    return [...shape.slice(0, -1), this.to - this.from];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const input = Array.isArray(inputs) ? inputs[0]! : inputs;
    const begin = [...input.shape.slice(0, -1).fill(0), this.from];
    const size = [...input.shape.slice(0, -1), this.to - this.from];
    return tf.slice(input, begin, size);
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), from: this.from, to: this.to };
  }
}

tf.serialization.registerClass(Columns as never);
