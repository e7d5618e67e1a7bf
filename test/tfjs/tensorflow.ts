import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { MANNCell } from '../../dist/tfjs/index.js';
import { type Golden, goldenConfig } from '../golden.ts';

const wasm = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
setWasmPaths(join(dirname(wasm), '/'));

/** Makes a backend of this machine the current one. */
export async function use(backend: 'cpu' | 'wasm'): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error(`no backend ${backend}`);
  await tf.ready();
}

/** A model of the golden file's network: its cell, then a dense layer. */
export function goldenModel(golden: Golden, fused: boolean): tf.Sequential {
  const { lstmSize, memorySize, memoryDim, nbReads, ...rest } = goldenConfig(golden);
  const { gamma, controllerInput, keyStrength, start } = rest;
  const cell = new MANNCell({
    ...{ lstmSize, memorySize, memoryDim, nbReads, gamma },
    ...{ controllerInput, keyStrength, start, fused },
  });
  const model = tf.sequential();
  const X = golden.input.shape[2]!;
  model.add(tf.layers.rnn({ cell, returnSequences: true, inputShape: [null, X] }));
  model.add(tf.layers.dense({ units: golden.config.classes }));
  model.setWeights(Object.values(golden.params).map(({ shape, data }) => tf.tensor(data, shape)));
  return model;
}

export const goldenInput = ({ input }: Golden): tf.Tensor => tf.tensor(input.data, input.shape);

/** The loss of golden files: mean over the batch of the sum over time of the cross entropy. */
export function lossOf(golden: Golden, logits: tf.Tensor): tf.Scalar {
  const { batch, classes } = golden.config;
  const oneHot = tf.oneHot(tf.tensor2d(golden.labels, undefined, 'int32'), classes);
  return tf.div(tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), oneHot))), batch);
}
