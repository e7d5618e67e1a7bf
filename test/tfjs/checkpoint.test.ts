import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createEngine,
  initialTensors,
  loadCheckpoint,
  modelConfig,
  modelPresets,
  parseCheckpoint,
  Random,
  serialiseCheckpoint,
} from '../../dist/index.js';
import { fromCheckpoint, MANNCell, toCheckpoint } from '../../dist/tfjs/index.js';
import { errorOf } from '../golden.ts';
import { use } from './tensorflow.ts';

const config = modelConfig({
  ...modelPresets.flat,
  ...{ lstmSize: 12, memorySize: 10, memoryDim: 6, nbReads: 2, numClasses: 3 },
  ...{ inputHeight: 4, inputWidth: 4, controllerInput: 'read-weights' },
});
const parameters = initialTensors(config, new Random(5));
const bytes = serialiseCheckpoint({ config, step: 7, parameters });
const [B, T, X] = [3, 6, 19];
const random = new Random(6);
const inputs = Float32Array.from({ length: B * T * X }, () => random.uniform());

async function engineLogits(weights: typeof parameters) {
  const engine = await createEngine(config, { parameters: weights, threads: 0 });
  const labels = new Uint8Array(B * T);
  return (await engine.forward({ batch: B, length: T, inputs, labels })).logits;
}

const logitsOf = (model: tf.LayersModel) =>
  (model.predict(tf.tensor3d(inputs, [B, T, X])) as tf.Tensor).dataSync();

describe('weights between checkpoints and TensorFlow.js', () => {
  beforeAll(() => use('cpu'));

  it('a network of ours predicts the same there', async () => {
    const right = await engineLogits(parameters);
    for (const file of [bytes, parseCheckpoint(bytes, 'test')]) {
      expect(errorOf(logitsOf(await fromCheckpoint(file)), right)).toBeLessThan(1e-5);
    }
  });

  it('and a network trained there predicts the same here', async () => {
    const model = await fromCheckpoint(bytes);
    model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
    await model.trainOnBatch(tf.tensor3d(inputs, [B, T, X]), tf.ones([B, T, 3]));
    const back = parseCheckpoint(await toCheckpoint(model, { step: 8 }), 'test');
    expect(back.config).toEqual(config);
    expect(back.step).toBe(8);
    expect(back.parameters.get('lstm.kernel')!.data).not.toEqual(
      parameters.get('lstm.kernel')!.data,
    );
    expect(errorOf(await engineLogits(new Map(back.parameters)), logitsOf(model))).toBeLessThan(
      1e-5,
    );
  });

  it('goes there and back without a change', async () => {
    const back = parseCheckpoint(await toCheckpoint(await fromCheckpoint(bytes)), 'test');
    expect(back.parameters).toEqual(parameters);
  });

  it('reads what mann train wrote, and mann test reads what it writes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mann-tfjs-'));
    const mann = (...args: string[]) =>
      execFileSync('node', ['dist/cli/main.js', ...args], { encoding: 'utf8', stdio: 'pipe' });
    try {
      const run = join(folder, 'run');
      mann(
        ...[
          'train',
          '--dataset',
          'glyphs',
          '--save-dir',
          run,
          '--iterations',
          '3',
          '--batch-size',
          '2',
        ],
        ...[
          '--preset',
          'flat',
          '--controller-size',
          '8',
          '--memory-locations',
          '8',
          '--memory-word-size',
          '4',
        ],
      );
      const model = await fromCheckpoint(run);
      const file = join(folder, 'back.safetensors');
      writeFileSync(file, await toCheckpoint(model));
      expect((await loadCheckpoint(file)).config.inputHeight).toBe(20);
      const results = [run, file].map((path) =>
        JSON.parse(
          mann(
            'test',
            path,
            '--dataset',
            'glyphs',
            '--test-batches',
            '2',
            '--batch-size',
            '8',
            '--json',
          ),
        ),
      );
      expect(results[1].accuracy).toEqual(results[0].accuracy);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says what it cannot take', async () => {
    const lstm = modelConfig({ model: 'lstm', lstmSize: 4, inputHeight: 2, inputWidth: 2 });
    const baseline = { config: lstm, step: 0, parameters: initialTensors(lstm, new Random(1)) };
    await expect(fromCheckpoint(baseline)).rejects.toThrow(/has no memory/);
    await expect(fromCheckpoint(bytes.subarray(0, 100))).rejects.toThrow(/truncated/);
    await expect(fromCheckpoint('no/such/file')).rejects.toThrow(/cannot read no\/such\/file/);

    const other = tf.sequential();
    other.add(tf.layers.dense({ units: 2, inputShape: [3] }));
    await expect(toCheckpoint(other)).rejects.toThrow(/rnn layer with a MANNCell/);
    const tanh = tf.sequential();
    const cell = new MANNCell({ lstmSize: 4, memorySize: 4, memoryDim: 2, nbReads: 1 });
    tanh.add(tf.layers.rnn({ cell, returnSequences: true, inputShape: [null, 5] }));
    tanh.add(tf.layers.dense({ units: 2, activation: 'tanh' }));
    await expect(toCheckpoint(tanh)).rejects.toThrow(/gives tanh/);
    const model = await fromCheckpoint(bytes);
    await expect(toCheckpoint(model, { inputHeight: 3 })).rejects.toThrow(/16 pixels/);
  });
});
