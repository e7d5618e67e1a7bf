import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import { tf } from '#tensorflow';
import type { ModelConfig } from '../../model/config.js';
import { shapesOf } from '../../model/shapes.js';
import { detached, type MemoryState, memoryStep } from './memory.js';
import { type CellStates, MEMORY_START, startHeads } from './state.js';

/** The weights of the cell by their names in checkpoints. */
export type CellWeights = ReadonlyMap<string, Tensor>;

/**
 * One step in TensorFlow.js operations, which every backend has: the equations of `src/reference/`.
 * @param x [B, X]: the embedding, then the label of the step before
 */
export function plainStep(
  config: ModelConfig,
  weights: CellWeights,
  x: Tensor2D,
  before: CellStates,
): CellStates {
  const { H, E, N, W, R, kept } = shapesOf(config);
  const B = x.shape[0];
  const memoryBefore = begin(config, before);
  const rin =
    config.controllerInput === 'read-vectors'
      ? before.output.slice([0, H], [B, R * W])
      : memoryBefore.readWeights.reshape([B, R * N]);
  const input: Tensor2D = tf.concat([x, rin as Tensor2D], 1);
  const { hidden, cell } =
    config.controller === 'lstm'
      ? lstm(weights, input, before)
      : { hidden: tf.tanh(affine(weights, 'feedforward', input)), cell: before.cell };

  let q = affine(weights, 'heads', hidden);
  const embedding = kept > 0 ? (x.slice([0, 0], [B, E]) as Tensor2D) : undefined;
  if (embedding) {
    const label = x.slice([0, E], [B, x.shape[1] - E]);
    q = tf.add(q, bound(config, weights, embedding, before.embedding!, label as Tensor2D));
  }
  const { memory, readWeights, usage, readVectors } = memoryStep(config, q, memoryBefore);
  return {
    output: tf.concat([hidden, readVectors.reshape([B, R * W])], 1),
    cell,
    memory: memory.reshape([B, N * W]),
    readWeights: readWeights.reshape([B, R * N]),
    usage,
    begun: tf.ones([B, 1]),
    embedding,
  };
}

/** The memory before the step: in samples that have not begun, its start. */
function begin(config: ModelConfig, before: CellStates): MemoryState {
  const { N, W, R } = shapesOf(config);
  const B = before.begun.shape[0];
  const start = tf.sub(1, before.begun);
  const startSlot = tf.mul(start, tf.oneHot(tf.tensor1d([0], 'int32'), N)); // [B, N]
  const headsAtSlot0 = tf.tensor1d(Array.from({ length: R }, (_, r) => +(r < startHeads(config))));
  return {
    memory: tf.add(before.memory, tf.mul(start, MEMORY_START)).reshape([B, N, W]),
    readWeights: tf.add(
      before.readWeights.reshape([B, R, N]),
      tf.mul(startSlot.reshape([B, 1, N]), headsAtSlot0.reshape([1, R, 1])),
    ),
    usage: detached(() => tf.add(before.usage, startSlot)) as Tensor2D,
  };
}

/** The LSTM: h_t and c_t. */
function lstm(weights: CellWeights, input: Tensor2D, before: CellStates) {
  const hiddenBefore = before.output.slice([0, 0], before.cell.shape);
  const z = affine(weights, 'lstm', tf.concat([input, hiddenBefore as Tensor2D], 1));
  const [i, j, f, o] = tf.split(z, 4, 1) as [Tensor, Tensor, Tensor, Tensor];
  const cell: Tensor2D = tf.add(
    tf.mul(tf.sigmoid(tf.add(f, 1)), before.cell),
    tf.mul(tf.sigmoid(i), tf.tanh(j)),
  );
  const hidden: Tensor2D = tf.mul(tf.sigmoid(o), tf.tanh(cell));
  return { hidden, cell };
}

/**
 * Direct binding: what is added to q [B, Q], e_t · bind.key to the keys, e_{t-1} · bind.value + y_{t-1} · bind.label to
 * the add vectors, nothing to the rest.
 */
function bound(
  config: ModelConfig,
  weights: CellWeights,
  embedding: Tensor2D,
  embeddingBefore: Tensor2D,
  label: Tensor2D,
): Tensor2D {
  const { R, W, Q } = shapesOf(config);
  const product = (x: Tensor2D, name: string): Tensor2D =>
    tf.matMul(x, weights.get(`bind.${name}`) as Tensor2D);
  const keys = product(embedding, 'key');
  const adds: Tensor2D = tf.add(product(embeddingBefore, 'value'), product(label, 'label'));
  const others = Q - 2 * R * W;
  const rest = others > 0 ? [tf.zeros([embedding.shape[0], others]) as Tensor2D] : [];
  return tf.concat([keys, adds, ...rest], 1);
}

/** x · kernel + bias. */
const affine = (weights: CellWeights, name: string, x: Tensor2D): Tensor2D =>
  tf.add(tf.matMul(x, weights.get(`${name}.kernel`) as Tensor2D), weights.get(`${name}.bias`)!);
