import type { Batch } from '../../dist/engine/engine.js';
import type { ModelConfig } from '../../dist/model/config.js';
import { convLayers, shapesOf } from '../../dist/model/shapes.js';
import type { Tensors } from '../../dist/model/tensors.js';
import { encoderForward } from '../../dist/reference/encoder.js';
import { INK } from '../work.ts';
import type { Part } from './profile.ts';

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

/**
 * Floating point operations of a training step of a batch by part, a multiply-add counted as two: of the products of
 * matrices, the convolutions and the memory. Counted is what the kernels do and what is of use: not the zeros of drawings
 * and the numbers that relu made 0, where they are passed over, and not what fills up a tile. Activations, softmax, Adam
 * and packing count nothing; parts without anything that counts are missing.
 *
 * For an LSTM of one layer with the memory of the paper, without an encoder or with convolutions.
 * @param tensors the weights: which numbers relu makes 0 depends on them
 */
export function partFlops(
  config: ModelConfig,
  batch: Batch,
  tensors: Tensors,
): Partial<Record<Part, number>> {
  const { E, F, Y, H, N, W, K, R, rin, Q, O } = shapesOf(config);
  const { batch: B, length: T } = batch;
  const conv = config.encoder === 'conv';
  const gated = config.writing === 'gated';
  const [Z, RW, U] = [4 * H, R * W, config.outputHidden];
  const inner = rin + H; // what comes to the controller from the step before
  const features = conv ? convLayers(config).features : 0;
  const encoder = conv ? { out: features * E, controller: (E + F) * Z } : { out: 0, controller: 0 };
  const binding =
    config.binding === 'direct'
      ? { embeddings: 2 * RW * E, labels: RW * F }
      : { embeddings: 0, labels: 0 };
  /** Of so many weights: each is multiplied once a drawing, or in some of the steps. */
  const times = (weights: number, steps = T) => 2 * weights * B * steps;

  const output = O * Y + U * (O + Y);
  const biases = Z + Q + Y + U + (conv ? E : 0);
  // forward, and back to what an encoder or the hidden units gave
  const whole =
    times(output + Y + U + U * Y) +
    (conv ? times(2 * encoder.out + E + encoder.controller + Z + E * Z) : 0) +
    times(binding.embeddings + binding.labels) +
    (conv ? times(binding.embeddings / 2) + times(binding.embeddings / 2, T - 1) : 0);
  // of the slots: what is looked up, and what is read or written
  const [key, slot] = [R * K * N, R * W * N];
  const rebuilt = T - Array.from({ length: T }, (_, t) => t).filter(isSnapshot).length;
  const memory =
    times(key + slot + (gated ? slot : 0)) + // look up, read, write
    times(2 * key + 2 * slot + (gated ? 2 * slot : 0)) + // back
    (gated ? times(slot, rebuilt) : 0); // the memory before
  return {
    ...(conv ? convFlops(config, batch, tensors) : drawingFlops(batch, Z)),
    whole,
    controller: times(inner * Z),
    controllerBack: times(inner * Z, T - 1),
    others: times((2 * H + 1) * Q + O * (Y + U)),
    gradients:
      times(encoder.out + encoder.controller + inner * Z + H * Q + output) +
      times(binding.embeddings + binding.labels) +
      B * T * biases,
    memory,
    addressing: times(2 * K * N), // the norms, and what gradients lose along the slots
  };
}

/** As in `src/kernels/layout/batch.ts`: the memory of these steps is kept and need not be rebuilt. */
const isSnapshot = (t: number): boolean => t < 4 || t % 10 === 0;

/** The numbers of the inputs that are not 0, and forward the biases, times their rows of the kernel. */
function drawingFlops({ batch, length, inputs }: Batch, columns: number) {
  let numbers = 0;
  for (const input of inputs) numbers += +(input !== 0);
  return {
    drawings: 2 * (numbers + batch * length) * columns,
    drawingsGradient: 2 * numbers * columns,
  };
}

/** What `partFlops` would count where zeros are passed over, if they were not. */
export function flopsWithZeros(
  config: ModelConfig,
  { batch, length }: Pick<Batch, 'batch' | 'length'>,
): Partial<Record<Part, number>> {
  const { X, H } = shapesOf(config);
  if (config.encoder !== 'conv') {
    const rows = (numbers: number) => 2 * numbers * 4 * H * batch * length;
    return { drawings: rows(X + 1), drawingsGradient: rows(X) };
  }
  let convolutionsBack = 0;
  for (const [i, layer] of convLayers(config).layers.entries()) {
    const { height, width, channelsIn, channels } = layer;
    convolutionsBack += 2 * height * width * 9 * channelsIn * channels * (i === 0 ? 1 : 2);
  }
  return { convolutionsBack: convolutionsBack * batch * length };
}

/** Forward all places of a layer, but squares of the drawing that are all 0; back the numbers that are not 0 after relu. */
function convFlops(config: ModelConfig, { batch, length, inputs }: Batch, tensors: Tensors) {
  const { P, X } = shapesOf(config);
  const { layers } = convLayers(config);
  const weights = new Map([...tensors].map(([name, { data }]) => [name, Float64Array.from(data)]));
  let [convolutions, convolutionsBack] = [0, 0];
  for (let step = 0; step < batch * length; step++) {
    const drawing = Float64Array.from(inputs.subarray(step * X, step * X + P));
    const encoding = encoderForward(config, weights, drawing);
    for (const [i, { height, width, channelsIn, channels, pooled }] of layers.entries()) {
      const squares = (height >> 1) * (width >> 1);
      const blank = i === 0 ? blankSquares(drawing, height, width) : 0;
      const places = pooled ? 4 * (squares - blank) : height * width;
      convolutions += 2 * places * 9 * channelsIn * channels;
      const active = encoding.inputs[i + 1]!.reduce((sum, x) => sum + +(x > 0), 0);
      convolutionsBack += 2 * active * 9 * channelsIn * (i === 0 ? 1 : 2);
    }
  }
  return { convolutions, convolutionsBack };
}

/** Squares of 2 x 2 of a drawing that are 0 with all around them. */
function blankSquares(drawing: Float64Array, height: number, width: number): number {
  let blank = 0;
  for (let top = -1; top + 3 <= height; top += 2) {
    for (let left = -1; left + 3 <= width; left += 2) {
      let ink = false;
      for (let y = Math.max(0, top); y < Math.min(height, top + 4); y++) {
        for (let x = Math.max(0, left); x < Math.min(width, left + 4); x++) {
          ink ||= drawing[y * width + x] !== 0;
        }
      }
      blank += +!ink;
    }
  }
  return blank;
}
