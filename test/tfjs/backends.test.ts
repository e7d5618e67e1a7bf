import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { fromCheckpoint, MANNCell } from '../../dist/tfjs/index.js';
import { errorOf } from '../golden.ts';
import { untrained } from '../learner/weights.ts';
import { use } from './tensorflow.ts';

beforeAll(() => use('cpu'));

/** Names in a profile that are not of scopes. */
const isKernel = (name: string) => name !== 'unnamed scope' && !name.endsWith('__op');

it.each(['webgl', 'wasm'])(
  'the plain form, forward and backward, asks for nothing that %s has not',
  async (backend) => {
    const forms = [
      { controllerInput: 'read-vectors' },
      { controllerInput: 'read-weights' },
      { binding: 'direct', embeddingSize: 3, lookup: 'after-write', writing: 'least-used' },
    ] as const;
    for (const form of forms) {
      const cell = new MANNCell({
        ...{ lstmSize: 4, memorySize: 5, memoryDim: 3, nbReads: 2, keyStrength: 'learned' },
        ...{ ...form, fused: false },
      });
      const layer = tf.layers.rnn({ cell, returnSequences: true });
      const x = tf.ones([2, 3, 4]);
      layer.apply(x);
      const { kernelNames } = await tf.profile(() => {
        tf.variableGrads(() => tf.sum(tf.square(layer.apply(x) as tf.Tensor)) as tf.Scalar);
      });
      const here = new Set(tf.getKernelsForBackend(backend)!.map(({ kernelName }) => kernelName));
      expect(kernelNames.length).toBeGreaterThan(20);
      expect(kernelNames.filter((name) => isKernel(name) && !here.has(name))).toEqual([]);
    }
  },
);

it.each(['webgl', 'wasm'])('a conv encoder asks for nothing that %s has not', async (backend) => {
  const model = await fromCheckpoint(untrained({ encoderWidths: [2, 3], lstmSize: 4 }));
  const x = tf.ones([2, 3, 403]);
  const { kernelNames } = await tf.profile(() => {
    tf.variableGrads(() => tf.sum(tf.square(model.apply(x) as tf.Tensor)) as tf.Scalar);
  });
  const here = new Set(tf.getKernelsForBackend(backend)!.map(({ kernelName }) => kernelName));
  expect(kernelNames).toContain('Conv2DBackpropFilter');
  expect(kernelNames.filter((name) => isKernel(name) && !here.has(name))).toEqual([]);
});

it.each([
  ['same', 1, 3],
  ['same', 2, 3],
  ['valid', 1, 3],
  ['valid', 2, 2],
  [1, 1, 3],
] as const)(
  "the gradient of a convolution's kernel on wasm is that of cpu: padding %s, stride %i, kernel %i",
  async (pad, stride, size) => {
    const gradients = [];
    for (const backend of ['wasm', 'cpu'] as const) {
      await use(backend);
      const x = tf.randomNormal<tf.Rank.R4>([2, 7, 6, 2], 0, 1, 'float32', 1);
      const kernel = tf.randomNormal<tf.Rank.R4>([size, size, 2, 3], 0, 1, 'float32', 2);
      const loss = (k: tf.Tensor) => tf.sum(tf.square(tf.conv2d(x, k as tf.Tensor4D, stride, pad)));
      gradients.push(tf.grad(loss)(kernel).dataSync());
    }
    expect(errorOf(gradients[0]!, gradients[1]!)).toBeLessThan(1e-5);
  },
);

it('the fused kernels are those of cpu and wasm alone', () => {
  const has = (backend: string) => tf.getKernel('MannCellStep', backend) != null;
  expect(['cpu', 'wasm', 'webgl', 'webgpu'].filter(has)).toEqual(['cpu', 'wasm']);
});
