import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { tf } from '#tensorflow';
import type { ModelConfig } from '../model/config.js';
import { shapesOf } from '../model/shapes.js';
import { type CellStates, MEMORY_START, startHeads } from './state.js';

/** The weights of the cell, shaped as in checkpoints. */
export interface CellWeights<T = Tensor> {
  readonly lstmKernel: T;
  readonly lstmBias: T;
  readonly headsKernel: T;
  readonly headsBias: T;
}

/** Keeps the cosine of equation 17 finite. */
const EPSILON = 1e-8;
/** Gives |v| the slope 0 at v = 0, and changes no other. */
const TINY = 1e-30;

/**
 * One step in TensorFlow.js operations, which every backend has: the equations of
 * `src/reference/memory.ts` under the same numbers.
 * @param x [B, X]
 */
export function plainStep(
  config: ModelConfig,
  weights: CellWeights,
  x: Tensor2D,
  before: CellStates,
): CellStates {
  const { H, N, W, R } = shapesOf(config);
  const B = x.shape[0];
  const RW = R * W;
  const start = tf.sub(1, before.begun);
  const startSlot = tf.mul(start, tf.oneHot(tf.tensor1d([0], 'int32'), N)); // [B, N]
  const headsAtSlot0 = tf.tensor1d(Array.from({ length: R }, (_, r) => +(r < startHeads(config))));
  const memoryBefore: Tensor3D = tf
    .add(before.memory, tf.mul(start, MEMORY_START))
    .reshape([B, N, W]);
  const readWeightsBefore: Tensor3D = tf.add(
    before.readWeights.reshape([B, R, N]),
    tf.mul(startSlot.reshape([B, 1, N]), headsAtSlot0.reshape([1, R, 1])),
  );
  const hiddenBefore = before.output.slice([0, 0], [B, H]);

  const rin =
    config.controllerInput === 'read-vectors'
      ? before.output.slice([0, H], [B, RW])
      : readWeightsBefore.reshape([B, R * N]);
  const input = tf.concat([x, rin as Tensor2D, hiddenBefore as Tensor2D], 1);
  const z = tf.add(tf.matMul(input, weights.lstmKernel), weights.lstmBias);
  const [i, j, f, o] = tf.split(z, 4, 1) as [Tensor, Tensor, Tensor, Tensor];
  const cell: Tensor2D = tf.add(
    tf.mul(tf.sigmoid(tf.add(f, 1)), before.cell),
    tf.mul(tf.sigmoid(i), tf.tanh(j)),
  );
  const hidden: Tensor2D = tf.mul(tf.sigmoid(o), tf.tanh(cell));

  const q: Tensor2D = tf.add(tf.matMul(hidden, weights.headsKernel), weights.headsBias);
  const part = (at: number, size: number, width: number): Tensor3D =>
    q.slice([0, at], [B, size]).reshape([B, R, width]);
  const keys = tf.tanh(part(0, RW, W));
  const adds = tf.tanh(part(RW, RW, W));
  const gates = tf.sigmoid(part(2 * RW, R, 1));

  // (21): topk gives the first of equals first, and the last of them is to count as less used
  const usageBefore = detached(() => tf.add(before.usage, startSlot));
  const leastUsed = detached(() => {
    const { indices } = tf.topk(tf.neg(tf.reverse(usageBefore, 1)), R);
    return tf.sub(tf.scalar(N - 1, 'int32'), indices);
  });
  const oneHots = tf.oneHot(leastUsed as Tensor2D, N); // [B, R, N]
  const kept = tf.sub(1, oneHots.slice([0, 0, 0], [B, 1, N])).reshape([B, N, 1]);

  const products = tf.matMul(keys, memoryBefore, false, true); //              (17)
  const norms = tf.mul(length(keys, 2), length(memoryBefore, 2).reshape([B, 1, N]));
  const similarity = tf.div(products, tf.add(norms, EPSILON));
  const scores =
    config.keyStrength === 'learned'
      ? tf.mul(similarity, tf.add(tf.softplus(part(2 * RW + R, R, 1)), 1))
      : similarity;
  const readWeights: Tensor3D = tf.softmax(scores as Tensor3D); //              (18)

  const writeWeights: Tensor3D = tf.add(
    //                                     (22)
    tf.mul(gates, readWeightsBefore),
    tf.mul(tf.sub(1, gates), tf.sum(oneHots, 1, true)),
  );
  const usage = detached(() =>
    tf.addN([
      tf.mul(usageBefore, config.gamma), //                                     (20)
      tf.sum(readWeights, 1),
      tf.sum(writeWeights, 1),
    ]),
  );
  const memory: Tensor3D = tf.add(
    //                                           (23)
    tf.mul(memoryBefore, kept),
    tf.matMul(writeWeights, adds, true, false),
  );
  const readVectors = tf.matMul(readWeights, memory); //                        (19)
  return {
    output: tf.concat([hidden, readVectors.reshape([B, RW])], 1),
    cell,
    memory: memory.reshape([B, N * W]),
    readWeights: readWeights.reshape([B, R * N]),
    usage: usage as Tensor2D,
    begun: tf.ones([B, 1]),
  };
}

/** |v| along an axis, which stays with size 1. */
const length = (v: Tensor3D, axis: number): Tensor =>
  tf.sqrt(tf.add(tf.sum(tf.square(v), axis, true), TINY));

/** A value through which no gradient flows: to the tape an operation without inputs. */
function detached(value: () => Tensor): Tensor {
  return tf.customGrad(() => ({ value: value(), gradFunc: () => [] }))();
}
