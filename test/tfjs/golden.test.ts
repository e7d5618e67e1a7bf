import { readdirSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorOf, type Golden } from '../golden.ts';
import { goldenInput, goldenModel, lossOf, use } from './tensorflow.ts';

const folder = new URL('../fixtures/', import.meta.url);
const goldens = readdirSync(folder)
  .filter((file) => file.startsWith('mann'))
  .map((file): [string, Golden] => [file, JSON.parse(readFileSync(new URL(file, folder), 'utf8'))]);

const forms = (['cpu', 'wasm'] as const).flatMap((backend) =>
  [false, true].map((fused) => ({ backend, fused, form: fused ? 'fused' : 'plain' })),
);

describe.each(forms)('golden files through autodiff, $form on $backend', ({ backend, fused }) => {
  beforeAll(() => use(backend));

  it.each(goldens)('%s', (_, golden) => {
    const model = goldenModel(golden, fused);
    const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const x = goldenInput(golden);
    const logits = model.apply(x) as tf.Tensor;
    expect(errorOf(logits.dataSync(), golden.logits.flat(2))).toBeLessThan(2e-4);

    const { value, grads } = tf.variableGrads(
      () => lossOf(golden, model.apply(x, { training: true }) as tf.Tensor),
      variables,
    );
    expect(Math.abs(value.dataSync()[0]! / golden.loss - 1)).toBeLessThan(2e-4);
    for (const [i, [name, right]] of Object.entries(golden.gradients).entries()) {
      const got = grads[variables[i]!.name]!.dataSync();
      expect(errorOf(got, right), `gradient of ${name}`).toBeLessThan(2e-4);
    }

    if (golden.adam === 'tensorflow1') return; // the host's optimiser is of the other form
    const adam = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
    const losses = golden.adamLosses.map(
      () =>
        adam
          .minimize(
            () => lossOf(golden, model.apply(x, { training: true }) as tf.Tensor),
            true,
            variables,
          )!
          .dataSync()[0]!,
    );
    expect(errorOf(losses, golden.adamLosses)).toBeLessThan(2e-4);
  });
});
