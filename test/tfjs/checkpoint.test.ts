import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
  shapesOf,
} from '../../dist/index.js';
import { Columns, fromCheckpoint, MANNCell, toCheckpoint } from '../../dist/tfjs/index.js';
import { errorOf } from '../golden.ts';
import { hasShipped, untrained } from '../learner/weights.ts';
import { saved, use } from './tensorflow.ts';

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
  const targets = new Uint8Array(B * T);
  return (await engine.forward({ batch: B, length: T, inputs, targets })).logits;
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

  it.skipIf(!hasShipped).each(['mann-omniglot-5way', 'mann-omniglot-20way'])(
    'the pretrained %s predicts the same there, and comes back',
    async (name) => {
      const file = fileURLToPath(new URL(`../../models/${name}.safetensors`, import.meta.url));
      const { config, parameters } = await loadCheckpoint(file);
      const model = await fromCheckpoint(file);
      const { X, C, Y } = shapesOf(config);
      const [B, T] = [2, 12];
      const x = tf.randomUniform([B, T, X], 0, 1, 'float32', 1).dataSync() as Float32Array;
      const engine = await createEngine(config, { parameters, threads: 0 });
      const episodes = { batch: B, length: T, inputs: x, targets: new Uint8Array(B * T) };
      const { logits, familiarity } = await engine.forward(episodes);
      const there = model.predict(tf.tensor3d(x, [B, T, X])) as tf.Tensor;
      const [classes, rest] = tf.split(there, [C, Y - C], -1) as [tf.Tensor, tf.Tensor];
      expect(errorOf(classes.dataSync(), logits)).toBeLessThan(1e-4);
      expect(errorOf(rest.dataSync(), familiarity)).toBeLessThan(1e-4);

      const back = parseCheckpoint(await toCheckpoint(model), 'test');
      expect(back.config).toEqual(config);
      expect(back.parameters).toEqual(parameters);
    },
  );

  it('an encoder and a hidden output layer are trained there, saved, loaded and taken back', async () => {
    const sizes = { lstmSize: 8, embeddingSize: 6, encoderWidths: [3, 4], outputHidden: 5 };
    const checkpoint = untrained({ ...sizes, inputHeight: 6, inputWidth: 5 });
    const model = await fromCheckpoint(checkpoint);
    model.compile({ optimizer: tf.train.adam(0.01), loss: tf.losses.softmaxCrossEntropy as never });
    const x = tf.randomUniform([4, 5, 33], 0, 1, 'float32', 2);
    const y = tf.oneHot(tf.zeros([4, 5], 'int32'), 3);
    const losses = (await model.fit(x, y, { epochs: 3, verbose: 0 })).history.loss as number[];
    expect(losses[2]!).toBeLessThan(losses[0]!);

    const again = await tf.loadLayersModel(tf.io.fromMemory(await saved(model)));
    const logits = (again.predict(x) as tf.Tensor).dataSync();
    expect(logits).toEqual((model.predict(x) as tf.Tensor).dataSync());
    const bytes = await toCheckpoint(again);
    expect(bytes).toEqual(await toCheckpoint(model));

    const { config, parameters } = parseCheckpoint(bytes, 'test');
    expect(config).toEqual(checkpoint.config);
    for (const [name, { data }] of parameters) {
      expect(data, name).not.toEqual(checkpoint.parameters.get(name)!.data);
    }
    const engine = await createEngine(config, { parameters, threads: 0 });
    const inputs = x.dataSync() as Float32Array;
    const here = await engine.forward({ batch: 4, length: 5, inputs, targets: new Uint8Array(20) });
    expect(errorOf(here.logits, logits)).toBeLessThan(1e-4);
  });

  it.each([{}, { ...modelPresets.flat, inputHeight: 4, inputWidth: 4 }])(
    'learned familiarity is one more number: %o',
    async (options) => {
      const checkpoint = untrained({ ...options, familiarity: 'learned', lstmSize: 6 });
      const model = await fromCheckpoint(checkpoint);
      expect(model.outputs[0]!.shape).toEqual([null, null, 4]);
      const back = parseCheckpoint(await toCheckpoint(model, { numClasses: 3 }), 'test');
      expect(back.config).toEqual(checkpoint.config);
      expect(back.parameters).toEqual(checkpoint.parameters);
    },
  );

  it('takes a model of layers of your own: two inputs, and a convolution at a time', async () => {
    const drawings = tf.input({ shape: [null, 6, 5, 1] });
    const labels = tf.input({ shape: [null, 3] });
    const of = (layer: tf.layers.Layer) => tf.layers.timeDistributed({ layer });
    const conv = (filters: number) =>
      of(tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu' }));
    const chain = [
      ...[conv(2), of(tf.layers.maxPooling2d({ poolSize: 2 })), conv(3)],
      ...[of(tf.layers.flatten()), tf.layers.dense({ units: 4 })],
    ];
    const embeddings = chain.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, drawings);
    const steps = tf.layers.concatenate().apply([embeddings, labels]);
    const cell = new MANNCell({
      ...{ lstmSize: 5, memorySize: 6, memoryDim: 4, nbReads: 1 },
      ...{ binding: 'direct', embeddingSize: 4, lookup: 'after-write' },
    });
    const output = tf.layers.rnn({ cell, returnSequences: true }).apply(steps);
    const softmax = tf.layers.dense({ units: 3, activation: 'softmax' }).apply(output);
    const model = tf.model({ inputs: [drawings, labels], outputs: softmax as tf.SymbolicTensor });

    const { config, parameters } = parseCheckpoint(await toCheckpoint(model), 'test');
    expect(config).toMatchObject({
      ...{ encoder: 'conv', encoderWidths: [2, 3], embeddingSize: 4, binding: 'direct' },
      ...{ inputHeight: 6, inputWidth: 5, numClasses: 3, outputHidden: 0, keySize: 3 },
    });
    const x = [tf.randomUniform([2, 4, 6, 5, 1]), tf.randomUniform([2, 4, 3])];
    const engine = await createEngine(config, { parameters, threads: 0 });
    const joined = tf.concat([x[0]!.reshape([2, 4, 30]), x[1]!], 2);
    const inputs = joined.dataSync() as Float32Array;
    const here = await engine.forward({ batch: 2, length: 4, inputs, targets: new Uint8Array(8) });
    const right = tf.softmax(tf.tensor3d(here.logits as Float32Array, [2, 4, 3])).dataSync();
    expect(errorOf((model.predict(x) as tf.Tensor).dataSync(), right)).toBeLessThan(1e-4);
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
    const ntm = modelConfig({ ...lstm, memory: 'ntm', memorySize: 3, memoryDim: 2 });
    const turing = { config: ntm, step: 0, parameters: initialTensors(ntm, new Random(1)) };
    await expect(fromCheckpoint(turing)).rejects.toThrow(
      'fromCheckpoint: this network is an NTM, and MANNCell is for networks with the memory of Santoro et al. (lrua)',
    );
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

  it.each([
    [
      'another encoder',
      { encoder: { activation: 'tanh' } },
      /an encoder is dense layers with relu/,
    ],
    ['an encoder that ends in relu', { end: { activation: 'relu' } }, /this one is Dense, Dense/],
    [
      'another embedding',
      { cell: { embeddingSize: 5 } },
      /embeddings have 4 numbers, but the cell has embeddingSize 5/,
    ],
    ['another number of classes', { out: { units: 2 } }, /labels have 3 numbers, and it gives 2/],
    ['no bias', { out: { useBias: false } }, /dense, with a bias/],
  ] as const)('says what it cannot take: %s', async (_, change, message) => {
    const drawings = tf.input({ shape: [null, 6] });
    const labels = tf.input({ shape: [null, 3] });
    const parts = { encoder: {}, end: {}, cell: {}, out: {}, ...change };
    const hidden = tf.layers.dense({ units: 8, activation: 'relu', ...parts.encoder });
    const end = tf.layers.dense({ units: 4, ...parts.end });
    const embeddings = end.apply(hidden.apply(drawings)) as tf.SymbolicTensor;
    const steps = tf.layers.concatenate().apply([embeddings, labels]);
    const direct = { binding: 'direct', embeddingSize: 4, ...parts.cell } as const;
    const cell = new MANNCell({ lstmSize: 4, memorySize: 4, memoryDim: 2, nbReads: 1, ...direct });
    const output = tf.layers.rnn({ cell, returnSequences: true }).apply(steps);
    const logits = tf.layers.dense({ units: 3, ...parts.out }).apply(output) as tf.SymbolicTensor;
    const model = tf.model({ inputs: [drawings, labels], outputs: logits });
    await expect(toCheckpoint(model)).rejects.toThrow(message);
  });

  it('Columns says which numbers there are', () => {
    expect(() => new Columns({ from: 3, to: 3 })).toThrow('from must be a whole number');
    const tooFew = () => new Columns({ to: 5 }).apply(tf.input({ shape: [null, 4] }));
    expect(tooFew).toThrow('Columns: the input has 4 numbers at each step, fewer than 5');
  });
});
