/**
 * MANNCell inside TensorFlow.js, the plain form beside the fused kernel, at the default shape (B=16, T=50)
 * on the backend wasm, or on those named: `npm run tfjs`, then `npx tsx bench/tfjs.ts [wasm] [cpu]`. Medians, the
 * two forms in turns; and the largest difference between their outputs and gradients. Run it on an idle machine.
 */
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { Random } from '../dist/common/random.js';
import { MANNCell } from '../dist/tfjs/index.js';
import { middle } from './timing.ts';

const resolve = createRequire(import.meta.url).resolve;
setWasmPaths(join(dirname(resolve('@tensorflow/tfjs-backend-wasm')), '/'));
const [B, T, X, C] = [16, 50, 405, 5];

function makeModel(fused: boolean) {
  const cell = new MANNCell({ keyStrength: 'learned', seed: 1, fused });
  const model = tf.sequential();
  model.add(tf.layers.rnn({ cell, returnSequences: true, inputShape: [null, X] }));
  const kernelInitializer = tf.initializers.randomUniform({ minval: -0.1, maxval: 0.1, seed: 2 });
  model.add(tf.layers.dense({ units: C, activation: 'softmax', kernelInitializer }));
  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'categoricalCrossentropy' });
  return model;
}

const random = new Random(1);
const numbers = Float32Array.from({ length: B * T * X }, () =>
  random.uniform() < 0.2 ? random.uniform() : 0,
);
const labels = Int32Array.from({ length: B * T }, () => random.below(C));

async function milliseconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function largest(a: tf.Tensor, b: tf.Tensor): number {
  return tf.tidy(() => tf.div(tf.max(tf.abs(tf.sub(a, b))), tf.max(tf.abs(a))).dataSync())[0]!;
}

const backends = process.argv.slice(2);
for (const backend of backends.length > 0 ? backends : ['wasm']) {
  if (!(await tf.setBackend(backend))) throw new Error(`no backend ${backend}`);
  const x = tf.tensor3d(numbers, [B, T, X]);
  const y = tf.oneHot(tf.tensor2d(labels, [B, T], 'int32'), C);
  const models = { plain: makeModel(false), fused: makeModel(true) };

  const outcomes = Object.values(models).map((model) => {
    const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const { grads } = tf.variableGrads(() => {
      const output = model.apply(x, { training: true }) as tf.Tensor;
      return tf.neg(tf.sum(tf.mul(tf.log(output), y))) as tf.Scalar;
    }, variables);
    const output = model.predict(x) as tf.Tensor;
    return [output, ...variables.map((variable) => grads[variable.name]!)];
  });
  const differences = outcomes[0]!.map((tensor, i) => largest(tensor, outcomes[1]![i]!));

  const times = Object.fromEntries(
    ['plain', 'fused'].map((form) => [form, { step: [] as number[], forward: [] as number[] }]),
  );
  for (let i = 0; i < 9; i++) {
    for (const [form, model] of Object.entries(models)) {
      const step = await milliseconds(() => model.trainOnBatch(x, y));
      const forward = await milliseconds(() => {
        const output = model.predict(x) as tf.Tensor;
        output.dataSync();
        output.dispose();
      });
      if (i < 2) continue; // to warm up
      times[form]!.step.push(step);
      times[form]!.forward.push(forward);
    }
  }
  console.log(
    `${cpus()[0]?.model}, Node ${process.version}, TensorFlow.js ${tf.version_core}, ${backend}`,
  );
  console.log('form    training step   forward');
  for (const [form, { step, forward }] of Object.entries(times)) {
    const cell = `${middle(step).toFixed(0)} ms`.padEnd(15);
    console.log(form.padEnd(7), cell, `${middle(forward).toFixed(0)} ms`);
  }
  console.log(`largest difference, relative: ${Math.max(...differences).toExponential(1)}`);
}
