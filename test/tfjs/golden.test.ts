import { readdirSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCheckpoint } from '../../dist/index.js';
import { fromCheckpoint, toCheckpoint } from '../../dist/tfjs/index.js';
import { errorOf, type Golden, goldenConfig } from '../golden.ts';
import {
  cellOf,
  goldenCheckpoint,
  goldenInput,
  lossOf,
  use,
  useFused,
  variablesOf,
} from './tensorflow.ts';

const folder = new URL('../fixtures/', import.meta.url);
const all = readdirSync(folder).map((file): [string, Golden] => [
  file,
  JSON.parse(readFileSync(new URL(file, folder), 'utf8')),
]);
const classes = all.filter(([, { config }]) => (config.output ?? 'classes') === 'classes');
const hasMemory = ([, golden]: [string, Golden]) => goldenConfig(golden).memory === 'lrua';
const goldens = classes.filter(hasMemory);
const others = classes.filter((file) => !hasMemory(file));
/** Of these forms the fused kernel computes the step. */
const fusable = goldens.filter(([, golden]) => {
  const { controller, binding } = goldenConfig(golden);
  return controller === 'lstm' && binding === 'controller';
});

const forms = (['cpu', 'wasm'] as const).flatMap((backend) => [
  { backend, form: 'plain', files: goldens },
  { backend, form: 'fused', files: fusable },
]);

describe.each(forms)(
  'golden files through autodiff, $form on $backend',
  ({ backend, form, files }) => {
    beforeAll(async () => {
      await use(backend);
      useFused(form === 'fused');
    });
    afterAll(() => useFused(true));

    it.each(files)('%s', async (_, golden) => {
      const model = await fromCheckpoint(goldenCheckpoint(golden));
      const variables = variablesOf(model);
      const x = goldenInput(golden);
      const logits = model.predict(x) as tf.Tensor;
      expect(errorOf(logits.dataSync(), golden.logits.flat(2))).toBeLessThan(1e-4);

      const { value, grads } = tf.variableGrads(
        () => lossOf(golden, model.apply(x, { training: true }) as tf.Tensor),
        variables,
      );
      expect(Math.abs(value.dataSync()[0]! / golden.loss - 1)).toBeLessThan(1e-4);
      for (const [i, [name, right]] of Object.entries(golden.gradients).entries()) {
        const got = grads[variables[i]!.name]!.dataSync();
        expect(errorOf(got, right), `gradient of ${name}`).toBeLessThan(1e-4);
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
      expect(errorOf(losses, golden.adamLosses)).toBeLessThan(1e-4);
    });
  },
);

describe('fromCheckpoint', () => {
  it('takes the fused kernel where it is for the form', () => {
    expect(goldens.length).toBeGreaterThanOrEqual(12);
    expect(fusable.length).toBeGreaterThanOrEqual(6);
  });

  it.each(goldens)('%s goes there and back without a change', async (_, golden) => {
    const checkpoint = goldenCheckpoint(golden);
    const model = await fromCheckpoint(checkpoint);
    const { inputHeight, inputWidth } = checkpoint.config;
    const bytes = await toCheckpoint(model, { inputHeight, inputWidth });
    const { config, parameters } = parseCheckpoint(bytes, 'test');
    expect(config).toEqual(checkpoint.config);
    expect(parameters).toEqual(checkpoint.parameters);
    const options = cellOf(model).options;
    expect(checkpoint.config).toMatchObject(options);
  });

  it.each(others)('says that %s has no memory', async (_, golden) => {
    const { controller } = goldenConfig(golden);
    await expect(fromCheckpoint(goldenCheckpoint(golden))).rejects.toThrow(
      `fromCheckpoint: this network (${controller}) has no memory, and MANNCell is for networks that have one`,
    );
  });
});
