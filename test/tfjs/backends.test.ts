import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { MANNCell } from '../../dist/tfjs/index.js';
import { use } from './tensorflow.ts';

beforeAll(() => use('cpu'));

it.each(['webgl', 'wasm'])(
  'the plain form, forward and backward, asks for nothing that %s has not',
  async (backend) => {
    for (const controllerInput of ['read-vectors', 'read-weights'] as const) {
      const cell = new MANNCell({
        ...{ lstmSize: 4, memorySize: 5, memoryDim: 3, nbReads: 2, keyStrength: 'learned' },
        ...{ controllerInput, fused: false },
      });
      const layer = tf.layers.rnn({ cell, returnSequences: true });
      const x = tf.ones([2, 3, 4]);
      layer.apply(x);
      const { kernelNames } = await tf.profile(() => {
        tf.variableGrads(() => tf.sum(tf.square(layer.apply(x) as tf.Tensor)) as tf.Scalar);
      });
      const here = new Set(tf.getKernelsForBackend(backend)!.map(({ kernelName }) => kernelName));
      expect(kernelNames.length).toBeGreaterThan(20);
      expect(kernelNames.filter((name) => name !== 'unnamed scope' && !here.has(name))).toEqual([]);
    }
  },
);

it('the fused kernels are those of cpu and wasm alone', () => {
  const has = (backend: string) => tf.getKernel('MannCellStep', backend) != null;
  expect(['cpu', 'wasm', 'webgl', 'webgpu'].filter(has)).toEqual(['cpu', 'wasm']);
});
