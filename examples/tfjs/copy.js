/**
 * Copying a sequence: the cell sees some symbols, then nothing, and gives the symbols back in order.
 * Lengths differ from batch to batch. In a clone: `npm run tfjs`, then `node examples/tfjs/copy.js [batches]`
 */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { MANNCell } from 'mann/tfjs';

await tf.setBackend('wasm');
const [SYMBOLS, BATCH, LONGEST] = [6, 32, 4];
const batches = Number(process.argv[2] ?? 800);

/** Symbols as one-hots, then as many steps with nothing but the sign to begin. */
function makeBatch(length, seed) {
  return tf.tidy(() => {
    const symbols = tf.floor(tf.randomUniform([BATCH, length], 0, SYMBOLS, 'float32', seed));
    const nothing = tf.fill([BATCH, length], SYMBOLS);
    const oneHots = (a, b) => tf.oneHot(tf.cast(tf.concat([a, b], 1), 'int32'), SYMBOLS + 1);
    return { symbols, x: oneHots(symbols, nothing), y: oneHots(nothing, symbols) };
  });
}

/** The share of symbols that come back right, in percent. */
function recall(model, length, seed) {
  return tf.tidy(() => {
    const { symbols, x } = makeBatch(length, seed);
    const answers = tf.argMax(model.predict(x), 2).slice([0, length]);
    return 100 * tf.mean(tf.cast(tf.equal(answers, symbols), 'float32')).dataSync()[0];
  });
}

const cell = new MANNCell({
  ...{ lstmSize: 64, memorySize: 16, memoryDim: 16, nbReads: 2, keyStrength: 'learned', seed: 1 },
});
const kernelInitializer = tf.initializers.randomUniform({ minval: -0.1, maxval: 0.1, seed: 1 });
const model = tf.sequential();
model.add(tf.layers.rnn({ cell, returnSequences: true, inputShape: [null, SYMBOLS + 1] }));
model.add(tf.layers.dense({ units: SYMBOLS + 1, activation: 'softmax', kernelInitializer }));
model.compile({ optimizer: tf.train.adam(1e-2), loss: 'categoricalCrossentropy' });

for (let batch = 1; batch <= batches; batch++) {
  const { symbols, x, y } = makeBatch(1 + (batch % LONGEST), batch);
  const loss = await model.trainOnBatch(x, y);
  tf.dispose([symbols, x, y]);
  if (batch % 100 === 3) console.log(`batch ${batch}: loss ${loss.toFixed(3)}`); // of LONGEST symbols
}
console.log(`recall: ${recall(model, LONGEST, -1).toFixed(1)}% of ${LONGEST} symbols`);
