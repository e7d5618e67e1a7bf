import { UserError } from '../common/errors.js';
import { quoted } from '../common/printable.js';
import type { Random } from '../common/random.js';
import type { ModelConfig } from './config.js';
import { shapesOf } from './shapes.js';

/** Numbers of a tensor: float32 in the fast engines, float64 in the reference engine. */
export type Floats = Float32Array | Float64Array;

/** A tensor, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Floats;
}

/** Named tensors in the order of checkpoints. */
export type Tensors = ReadonlyMap<string, Tensor>;

export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
}

/** The initial bias of learned key strengths: β = 1 + softplus(9) starts at 10. */
const KEY_STRENGTH_BIAS = 9;

/** The trainable tensors of a network, in the order of checkpoints. Columns of LSTM kernels: i, j, f, o. */
export function tensorSpecs(config: ModelConfig): TensorSpec[] {
  const { X, H, L, R, C, rin, Q, O } = shapesOf(config);
  const specs: TensorSpec[] = [];
  const add = (name: string, ...shape: number[]) =>
    specs.push({ name, shape, size: shape.reduce((a, b) => a * b, 1) });
  for (let layer = 0; layer < L; layer++) {
    const name = layer === 0 ? 'lstm' : `lstm${layer + 1}`;
    add(`${name}.kernel`, (layer === 0 ? X + rin : H) + H, 4 * H);
    add(`${name}.bias`, 4 * H);
  }
  if (R > 0) {
    add('heads.kernel', H, Q);
    add('heads.bias', Q);
  }
  add('out.kernel', O, C);
  add('out.bias', C);
  return specs;
}

/**
 * Fresh weights: Glorot uniform for LSTM kernels, uniform ±0.1 for heads and out, zero LSTM biases.
 * Every number is rounded to float32, so all engines start from the same network.
 */
export function initialTensors(config: ModelConfig, random: Random): Map<string, Tensor> {
  const { R, W } = shapesOf(config);
  const tensors = new Map<string, Tensor>();
  for (const { name, shape, size } of tensorSpecs(config)) {
    const data = new Float32Array(size);
    if (name.startsWith('lstm')) {
      if (name.endsWith('.kernel')) {
        const limit = Math.sqrt(6 / (shape[0]! + shape[1]!));
        for (let i = 0; i < size; i++) data[i] = random.uniform(-limit, limit);
      }
    } else {
      for (let i = 0; i < size; i++) data[i] = random.uniform(-0.1, 0.1);
    }
    if (name === 'heads.bias' && config.keyStrength === 'learned') {
      data.fill(KEY_STRENGTH_BIAS, 2 * R * W + R);
    }
    tensors.set(name, { shape, data });
  }
  return tensors;
}

/** Checks that tensors are those of a network: same names, same shapes. `where` opens the message. */
export function checkTensors(
  config: ModelConfig,
  tensors: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  where: string,
): void {
  const specs = tensorSpecs(config);
  for (const { name, shape } of specs) {
    const tensor = tensors.get(name);
    if (!tensor) throw new UserError(`${where}: tensor ${name} [${shape}] is missing`);
    if (tensor.shape.join() !== shape.join()) {
      throw new UserError(
        `${where}: tensor ${name} has shape [${tensor.shape}], but this network needs [${shape}]`,
      );
    }
  }
  const known = new Set(specs.map((spec) => spec.name));
  for (const name of tensors.keys()) {
    if (!known.has(name)) {
      throw new UserError(`${where}: there is no tensor ${quoted(name)} in this network`);
    }
  }
}
