/**
 * A memory-augmented network learns glyphs with model.fit: each episode shows new symbols, and the label
 * of each a step later. For the first half it learns little but which symbols are new; then it finds out what its
 * memory is for. In a clone: `npm run tfjs`, then `node examples/tfjs/glyphs.js [batches]`
 */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { EpisodeSampler, glyphs, Random, splitClasses } from 'mann';
import { MANNCell, toCheckpoint } from 'mann/tfjs';

await tf.setBackend('wasm');
const [SIDE, CLASSES, BATCH] = [12, 3, 8];
const batches = Number(process.argv[2] ?? 6000);
// two classes in turn with three: remembering two is found out sooner
const tasks = [
  { classes: 2, length: 8 },
  { classes: CLASSES, length: 12 },
];

const data = glyphs({ classes: 400 });
const split = splitClasses(data);
const options = { numClasses: CLASSES, inputHeight: SIDE, inputWidth: SIDE, augment: false };
const sampler = (classes, batchSize, seed) =>
  new EpisodeSampler(data, classes, { ...options, batchSize }, new Random(seed));

/** Episodes as tensors: x [B, T, pixels and the last label], y [B, T, classes]. */
function tensorsOf({ batch, length, inputs, labels }) {
  const x = tf.tensor3d(inputs, [batch, length, SIDE * SIDE + CLASSES]);
  const y = tf.oneHot(tf.tensor2d(labels, [batch, length], 'int32'), CLASSES);
  return [x, y];
}

const cell = new MANNCell({
  ...{ lstmSize: 100, memorySize: 40, memoryDim: 20, nbReads: 4, keyStrength: 'learned', seed: 1 },
});
const kernelInitializer = tf.initializers.randomUniform({ minval: -0.1, maxval: 0.1, seed: 1 });
const model = tf.sequential();
model.add(
  tf.layers.rnn({ cell, returnSequences: true, inputShape: [null, SIDE * SIDE + CLASSES] }),
);
model.add(tf.layers.dense({ units: CLASSES, activation: 'softmax', kernelInitializer }));
model.compile({ optimizer: tf.train.adam(3e-3), loss: 'categoricalCrossentropy' });

const training = sampler(split.train, BATCH, 1);
let mean = 0;
for (let batch = 1; batch <= batches; batch++) {
  const [x, y] = tensorsOf(training.next(tasks[batch % 2]));
  const { history } = await model.fit(x, y, { batchSize: BATCH, epochs: 1, verbose: 0 });
  tf.dispose([x, y]);
  mean += history.loss[0] / 250;
  if (batch % 250 !== 0) continue;
  console.log(`batch ${batch}: loss ${mean.toFixed(3)}`);
  mean = 0;
}

// classes it has never seen, by how often a class has come up in the episode
const test = sampler(split.test, 200, 2).next(tasks[1]);
const answers = model.predict(tensorsOf(test)[0]).argMax(2).dataSync();
for (const instance of [1, 2, 3, 4]) {
  const steps = [...test.instances.keys()].filter((i) => test.instances[i] === instance);
  const right = steps.filter((i) => answers[i] === test.labels[i]).length;
  console.log(`instance ${instance}: ${((100 * right) / steps.length).toFixed(1)}% right`);
}
console.log(`as a checkpoint: ${(await toCheckpoint(model)).length} bytes`);
