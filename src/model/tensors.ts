import { UserError } from '../common/errors.js';
import { quoted } from '../common/printable.js';
import type { Random } from '../common/random.js';
import { tagOf } from '../common/tag.js';
import type { ModelConfig } from './fields.js';
import { convLayers, shapesOf } from './shapes.js';

/** The numbers of a tensor: float32 in the WebAssembly engines, float64 in the reference engine. */
export type Floats = Float32Array | Float64Array;

/** A tensor, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Floats;
}

/** Tensors by name, in the order of checkpoints. */
export type Tensors = ReadonlyMap<string, Tensor>;

export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
}

/** The initial bias of learned key strengths: β = 1 + softplus(9) starts at 10. */
const KEY_STRENGTH_BIAS = 9;

/**
 * Below so many inputs the biases of an encoder's first layer are not 0 at first: its units would differ by little more
 * than the sign of a point's number.
 */
const FEW_INPUTS = 16;

/** The trainable tensors of a network, `tensorSpecs(modelConfig())`, in the order of checkpoints. Columns of LSTM kernels: i, j, f, o. */
export function tensorSpecs(config: ModelConfig): TensorSpec[] {
  const { E, F, H, L, R, W, Y, rin, Q, O, kept } = shapesOf(config);
  const specs: TensorSpec[] = [];
  const add = (name: string, ...shape: number[]) =>
    specs.push({ name, shape, size: shape.reduce((a, b) => a * b, 1) });
  const affine = (name: string, ...shape: number[]) => {
    add(`${name}.kernel`, ...shape);
    add(`${name}.bias`, shape.at(-1)!);
  };
  encoderSpecs(config, affine);
  if (config.controller === 'feedforward') affine('feedforward', E + F + rin, H);
  else {
    for (let layer = 0; layer < L; layer++) {
      affine(layerName(layer), (layer === 0 ? E + F + rin : H) + H, 4 * H);
    }
  }
  if (R > 0) affine('heads', H, Q);
  if (kept > 0) {
    add('bind.key', E, R * W);
    add('bind.value', E, R * W);
    add('bind.label', F, R * W);
  }
  if (config.outputHidden > 0) {
    affine('hidden', O, config.outputHidden);
    add('hidden.out', config.outputHidden, Y);
  }
  affine('out', O, Y);
  return specs;
}

function encoderSpecs(
  config: ModelConfig,
  affine: (name: string, ...shape: number[]) => void,
): void {
  const { P, E } = shapesOf(config);
  if (config.encoder === 'none') return;
  if (config.encoder === 'conv') {
    const { layers, features } = convLayers(config);
    for (const [i, { channelsIn, channels }] of layers.entries()) {
      affine(`encoder.${i + 1}`, 3, 3, channelsIn, channels);
    }
    affine('encoder.out', features, E);
    return;
  }
  let inputs = P;
  for (const [i, width] of config.encoderWidths.entries()) {
    affine(`encoder.${i + 1}`, inputs, width);
    inputs = width;
  }
  affine('encoder.out', inputs, E);
}

/** The name of the tensors of an LSTM layer, counted from 0. */
export const layerName = (layer: number): string => (layer === 0 ? 'lstm' : `lstm${layer + 1}`);

/**
 * Initial weights.
 *
 * ```ts
 * const tensors = initialTensors(modelConfig(), new Random(1, 'weights'));
 * ```
 * Glorot uniform for the controller and the hidden output layer; He normal for the layers of the encoder; uniform ±0.1 for
 * heads and outputs, biases too; normal for direct binding; key strengths start at 10; other biases are 0. All numbers
 * are rounded to float32, so every engine starts from the same network.
 */
export function initialTensors(config: ModelConfig, random: Random): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const spec of tensorSpecs(config)) {
    const data = new Float32Array(spec.size);
    // what is looked up is what was stored: with one and the same projection of embeddings, at first
    if (spec.name === 'bind.value') data.set(tensors.get('bind.key')!.data);
    else fill(data, spec, config, random);
    tensors.set(spec.name, { shape: spec.shape, data });
  }
  return tensors;
}

function fill(
  data: Float32Array,
  { name, shape }: TensorSpec,
  config: ModelConfig,
  random: Random,
): void {
  const uniform = (limit: number) => {
    for (let i = 0; i < data.length; i++) data[i] = random.uniform(-limit, limit);
  };
  const normal = (variance: number, where: (column: number) => boolean = () => true) => {
    const deviation = Math.sqrt(variance);
    const columns = shape.at(-1)!;
    for (let i = 0; i < data.length; i++) {
      if (where(i % columns)) data[i] = deviation * random.normal();
    }
  };
  const inputs = data.length / shape.at(-1)!;
  const { P, R, W, K, gates, E } = shapesOf(config);
  const ofKey = (column: number) => column % W < K;

  if (name.startsWith('lstm') || name.startsWith('feedforward') || name === 'hidden.kernel') {
    if (name.endsWith('.kernel')) uniform(Math.sqrt(6 / (shape[0]! + shape[1]!)));
  } else if (name.startsWith('encoder.')) {
    if (name.endsWith('.kernel')) normal((name === 'encoder.out.kernel' ? 1 : 2) / inputs);
    else if (name === 'encoder.1.bias' && P < FEW_INPUTS) uniform(Math.sqrt(6 / P));
  } else if (name === 'bind.key') {
    normal((config.encoder === 'none' ? 4 : 1) / E, ofKey);
  } else if (name === 'bind.label') {
    if (K === W) normal(1 / 4);
    else normal(1, (column) => !ofKey(column));
  } else if (name !== 'hidden.bias') uniform(0.1);
  const learned = config.memory === 'lrua' && config.keyStrength === 'learned';
  if (name === 'heads.bias' && learned) {
    data.fill(KEY_STRENGTH_BIAS, 2 * R * W + gates);
  }
}

/** Checks that tensors are those of a network: same names, same shapes, as many numbers. `where` opens the message. */
export function checkTensors(
  config: ModelConfig,
  tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data?: Floats }>,
  where: string,
): void {
  if (tagOf(tensors) !== 'Map') throw new UserError(`${where} must be a Map of tensors by name`);
  const specs = tensorSpecs(config);
  for (const { name, shape, size } of specs) {
    const tensor = tensors.get(name);
    if (!tensor) throw new UserError(`${where}: tensor ${name} [${shape}] is missing`);
    if (tensor.shape.join() !== shape.join()) {
      throw new UserError(
        `${where}: tensor ${name} has shape [${tensor.shape}], but this network needs [${shape}]`,
      );
    }
    if (tensor.data && tensor.data.length !== size) {
      throw new UserError(
        `${where}: tensor ${name} has ${tensor.data.length} numbers, but its shape [${shape}] needs ${size}`,
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
