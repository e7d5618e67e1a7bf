// The cell of mann/tfjs in a layer of TensorFlow.js, which refuses a cell of another instance.
import * as tf from '@tensorflow/tfjs';
import { MANNCell } from 'mann/tfjs';

async function apply() {
  await tf.setBackend('cpu');
  const cell = new MANNCell({ lstmSize: 8, memorySize: 8, memoryDim: 4, nbReads: 2 });
  const layer = tf.layers.rnn({ cell, inputShape: [null, 3] });
  return { shape: layer.apply(tf.zeros([5, 2, 3])).shape };
}

apply().then(
  (outcome) => {
    Object.assign(globalThis, { outcome });
    if (typeof document === 'undefined') console.log(JSON.stringify(outcome));
  },
  ({ name, message }) => Object.assign(globalThis, { outcome: { error: `${name}: ${message}` } }),
);
