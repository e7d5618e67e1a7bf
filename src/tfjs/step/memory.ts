import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { tf } from '#tensorflow';
import type { ModelConfig } from '../../model/config.js';
import { shapesOf } from '../../model/shapes.js';

/** The memory between two steps, each with the batch first. */
export interface MemoryState {
  /** [B, N, W]: M_t. */
  readonly memory: Tensor3D;
  /** [B, R, N]: w^r_t. */
  readonly readWeights: Tensor3D;
  /** [B, N]: u_t. */
  readonly usage: Tensor2D;
}

/** Keeps the cosine of equation 17 finite. */
const EPSILON = 1e-8;
/** Gives |v| the slope 0 at v = 0, and changes no other. */
const TINY = 1e-30;

/**
 * One step of the memory: the equations of `src/reference/memory.ts` under the same numbers.
 * @param q [B, Q]: the heads' projection, with what is bound directly added
 */
export function memoryStep(
  config: ModelConfig,
  q: Tensor2D,
  before: MemoryState,
): MemoryState & { readonly readVectors: Tensor3D } {
  const { N, W, R, gates: G } = shapesOf(config);
  const B = q.shape[0];
  const RW = R * W;
  const part = (at: number, size: number, width: number): Tensor3D =>
    q.slice([0, at], [B, size]).reshape([B, R, width]);
  const keys = tf.tanh(part(0, RW, W));
  const adds = tf.tanh(part(RW, RW, W));

  // (21): topk gives the first of equals first, and the last of them is to count as less used
  const leastUsed = detached(() => {
    const { indices } = tf.topk(tf.neg(tf.reverse(before.usage, 1)), R);
    return tf.sub(tf.scalar(N - 1, 'int32'), indices);
  });
  const oneHots = tf.cast(tf.oneHot(leastUsed as Tensor2D, N), 'float32'); // [B, R, N]
  const kept = tf.sub(1, oneHots.slice([0, 0, 0], [B, 1, N])).reshape([B, N, 1]);
  const leastUsedOnes = tf.sum(oneHots, 1, true) as Tensor3D; // [B, 1, N]

  let writeWeights: Tensor3D; //                                               (22)
  if (config.writing === 'gated') {
    const gates = tf.sigmoid(part(2 * RW, R, 1));
    writeWeights = tf.add(
      tf.mul(gates, before.readWeights),
      tf.mul(tf.sub(1, gates), leastUsedOnes),
    );
  } else writeWeights = tf.mul(tf.ones([1, R, 1]), leastUsedOnes);

  const memory: Tensor3D = tf.add(
    //                                                                         (23)
    tf.mul(before.memory, kept),
    tf.matMul(writeWeights, adds, true, false),
  );

  const seen = config.lookup === 'after-write' ? memory : before.memory;
  const similarity = similarities(config, keys, seen);
  const scores =
    config.keyStrength === 'learned'
      ? tf.mul(similarity, tf.add(tf.softplus(part(2 * RW + G, R, 1)), 1))
      : similarity;
  const readWeights: Tensor3D = tf.softmax(scores as Tensor3D); //             (18)

  const usage = detached(() =>
    tf.addN([
      tf.mul(before.usage, config.gamma), //                                   (20)
      tf.sum(readWeights, 1),
      tf.sum(writeWeights, 1),
    ]),
  );
  const readVectors: Tensor3D = tf.matMul(readWeights, memory); //             (19)
  return { memory, readWeights, usage: usage as Tensor2D, readVectors };
}

/** Equation 17: the cosines of keys and slots, over the first K numbers of both. */
function similarities(config: ModelConfig, keys: Tensor3D, seen: Tensor3D): Tensor3D {
  const { N, W, K } = shapesOf(config);
  const first = (v: Tensor3D): Tensor3D =>
    K === W ? v : v.slice([0, 0, 0], [v.shape[0], v.shape[1], K]);
  const [k, m] = [first(keys), first(seen)];
  const products: Tensor3D = tf.matMul(k, m, false, true);
  const norms = tf.mul(length(k), length(m).reshape([m.shape[0], 1, N]));
  return tf.div(products, tf.add(norms, EPSILON));
}

/** |v| along the last axis, which stays with size 1. */
const length = (v: Tensor3D): Tensor => tf.sqrt(tf.add(tf.sum(tf.square(v), 2, true), TINY));

/** A value through which no gradient flows: to the tape an operation without inputs. */
export function detached(value: () => Tensor): Tensor {
  return tf.customGrad(() => ({ value: value(), gradFunc: () => [] }))();
}
