import { readdirSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  initialTensors,
  type ModelOptions,
  modelConfig,
  modelPresets,
  Random,
} from '../../dist/index.js';
import { fromCheckpoint } from '../../dist/tfjs/index.js';
import { errorOf, type Golden, goldenConfig } from '../golden.ts';
import { goldenInput, goldenModel, lossOf, use } from './tensorflow.ts';

const folder = new URL('../fixtures/', import.meta.url);
const all = readdirSync(folder).map((file): [string, Golden] => [
  file,
  JSON.parse(readFileSync(new URL(file, folder), 'utf8')),
]);
/** The forms that MANNCell has here. */
function isCarried(golden: Golden): boolean {
  const { memory, controller, encoder, binding, lookup, writing, outputHidden, ...rest } =
    goldenConfig(golden);
  const form = [memory, controller, encoder, binding, lookup, writing, outputHidden].join();
  return (
    form === 'lrua,lstm,none,controller,before-write,gated,0' && rest.keySize === rest.memoryDim
  );
}
const goldens = all.filter(([, golden]) => isCarried(golden));
const others = all.filter(([, golden]) => !isCarried(golden));

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

describe('fromCheckpoint', () => {
  const checkpointOf = (golden: Golden) => ({
    config: goldenConfig(golden),
    step: 0,
    parameters: new Map(
      Object.entries(golden.params).map(([name, { shape, data }]) => [
        name,
        { shape, data: Float32Array.from(data) },
      ]),
    ),
  });

  it('takes every form that is carried, and no other one', async () => {
    expect(goldens.length).toBeGreaterThanOrEqual(5);
    for (const [, golden] of goldens) {
      const model = await fromCheckpoint(checkpointOf(golden));
      const logits = model.predict(goldenInput(golden)) as tf.Tensor;
      expect(errorOf(logits.dataSync(), golden.logits.flat(2))).toBeLessThan(2e-4);
    }
    for (const [file, golden] of others) {
      await expect(fromCheckpoint(checkpointOf(golden)), file).rejects.toThrow(
        expect.objectContaining({
          name: 'UserError',
          message: expect.stringMatching(
            /^fromCheckpoint: (MANNCell in TensorFlow\.js supports .*; this one differs in \w+ \(\S+\)|this network \(\w+\) has no memory)/,
          ),
        }),
      );
    }
  });

  it('says in one sentence what is different', async () => {
    const refused = (options: ModelOptions) => {
      const config = modelConfig({ ...options, lstmSize: 4, inputHeight: 4, inputWidth: 4 });
      const parameters = initialTensors(config, new Random(1));
      return expect(fromCheckpoint({ config, step: 0, parameters })).rejects;
    };
    const carries =
      'fromCheckpoint: MANNCell in TensorFlow.js supports networks of the presets flat, paper and original; ';
    await refused({}).toThrow(
      `${carries}this one differs in encoder (conv), keySize (48), binding (direct), lookup (after-write), ` +
        'writing (least-used), outputHidden (128)',
    );
    const { flat } = modelPresets;
    await refused({ ...flat, keySize: 7 }).toThrow(`${carries}this one differs in keySize (7)`);
    await refused({ ...flat, controller: 'feedforward' }).toThrow(
      `${carries}this one differs in controller (feedforward)`,
    );
    await refused({ model: 'lstm' }).toThrow(
      'fromCheckpoint: this network (lstm) has no memory, and MANNCell is for networks that have one',
    );
    await refused({ controller: 'feedforward', memory: 'none' }).toThrow(/\(feedforward\) has no/);
  });
});
