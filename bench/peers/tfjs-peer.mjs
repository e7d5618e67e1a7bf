// TensorFlow.js on its WebAssembly backend: node tfjs-peer.mjs WORK

import { measure, packages, readWork } from './common.mjs';

const tf = await packages('@tensorflow/tfjs');
const wasm = await packages('@tensorflow/tfjs-backend-wasm');
const threads = Number(process.env.PEER_THREADS ?? 1);
wasm.setThreadsCount(threads);
await tf.setBackend('wasm');

const [N, W, GAMMA] = [128, 40, 0.95];

/** a · b. The backend has fast products only for factors that are not transposed, so transposes come first. */
const product = tf.customGrad((a, b, save) => {
  save([a, b]);
  const turned = (x) => tf.transpose(x, x.rank === 2 ? [1, 0] : [0, 2, 1]);
  return {
    value: tf.matMul(a, b),
    gradFunc: (dy, [a, b]) => [tf.matMul(dy, turned(b)), tf.matMul(turned(a), dy)],
  };
});

/** A value through which no gradient flows. */
const detached = (value) => tf.customGrad(() => ({ value: value(), gradFunc: () => [] }))();
const turned = (x) => tf.transpose(x, [0, 2, 1]);
const lengths = (x) => tf.sqrt(tf.add(tf.sum(tf.square(x), 2), 1e-30));

function step(inner, heads, headsBias, state, z) {
  let { read, h, c, memory, readWeights, usage } = state;
  const [B, R] = readWeights.shape;
  const RW = R * W;
  const [i, j, f, o] = tf.split(tf.add(z, product(tf.concat([read, h], 1), inner)), 4, 1);
  c = tf.add(tf.mul(tf.sigmoid(tf.add(f, 1)), c), tf.mul(tf.sigmoid(i), tf.tanh(j)));
  h = tf.mul(tf.sigmoid(o), tf.tanh(c));
  const q = tf.add(product(h, heads), headsBias);
  const [qk, qa, qGate, qStrength] = tf.split(q, [RW, RW, R, R], 1);
  const k = tf.reshape(tf.tanh(qk), [B, R, W]);
  const a = tf.reshape(tf.tanh(qa), [B, R, W]);
  const alpha = tf.reshape(tf.sigmoid(qGate), [B, R, 1]);
  const beta = tf.reshape(tf.add(tf.softplus(qStrength), 1), [B, R, 1]);
  // Among equals the higher index counts as less used: topk gives the lower one first.
  const least = tf.sub(tf.scalar(N - 1, 'int32'), tf.topk(tf.neg(tf.reverse(usage, 1)), R).indices);
  const oneHots = tf.oneHot(least, N);
  const kept = tf.sub(1, tf.reshape(tf.slice(oneHots, [0, 0, 0], [B, 1, N]), [B, N, 1]));
  const norms = tf.mul(tf.reshape(lengths(k), [B, R, 1]), tf.reshape(lengths(memory), [B, 1, N]));
  const similarity = tf.div(product(k, turned(memory)), tf.add(norms, 1e-8));
  const before = readWeights;
  readWeights = tf.softmax(tf.mul(beta, similarity));
  const leastUsed = tf.sum(oneHots, 1, true);
  const writeWeights = tf.add(tf.mul(alpha, before), tf.mul(tf.sub(1, alpha), leastUsed));
  usage = detached(() =>
    tf.addN([tf.mul(usage, GAMMA), tf.sum(readWeights, 1), tf.sum(writeWeights, 1)]),
  );
  memory = tf.add(tf.mul(memory, kept), product(turned(writeWeights), a));
  read = tf.reshape(product(readWeights, memory), [B, RW]);
  return { read, h, c, memory, readWeights, usage };
}

function forward([kernel, bias, heads, headsBias, out, outBias], x) {
  const [B, T, X] = x.shape;
  const [H, O] = [heads.shape[0], out.shape[0]];
  const R = (O - H) / W;
  const rows = tf.reshape(tf.transpose(x, [1, 0, 2]), [T * B, X]);
  const z = tf.add(product(rows, tf.slice(kernel, [0, 0], [X, 4 * H])), bias);
  const inner = tf.slice(kernel, [X, 0], [O, 4 * H]);
  const first = tf.oneHot(tf.zeros([B], 'int32'), N);
  let state = {
    read: tf.zeros([B, O - H]),
    h: tf.zeros([B, H]),
    c: tf.zeros([B, H]),
    memory: tf.fill([B, N, W], 1e-6),
    readWeights: tf.tile(tf.reshape(first, [B, 1, N]), [1, R, 1]),
    usage: tf.cast(first, 'float32'),
  };
  const outputs = [];
  for (const now of tf.split(z, T, 0)) {
    state = step(inner, heads, headsBias, state, now);
    outputs.push(state.h, state.read);
  }
  const parts = Array.from({ length: T }, (_, t) => tf.concat(outputs.slice(2 * t, 2 * t + 2), 1));
  return tf.add(product(tf.concat(parts, 0), out), outBias); // [T·B, C]
}

const work = await readWork(process.argv[2]);
const weights = work.weights.map(({ data, shape }, i) =>
  tf.variable(tf.tensor(data, shape), true, `w${i}`),
);
const { shape } = work.inputs;
const [B, T] = shape;
const x = tf.tensor(work.inputs.data, shape);
const labels = tf.tidy(() =>
  tf.oneHot(tf.reshape(tf.transpose(tf.tensor(work.labels.data, [B, T], 'int32')), [T * B]), 5),
);
const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);

const logits = tf.tidy(() => {
  const rows = forward(weights, x);
  return tf.transpose(tf.reshape(rows, [T, B, 5]), [1, 0, 2]).dataSync();
});
const train = () => {
  const loss = optimizer.minimize(
    () =>
      tf.tidy(() => tf.neg(tf.div(tf.sum(tf.mul(labels, tf.logSoftmax(forward(weights, x)))), B))),
    true,
  );
  const value = loss.dataSync()[0];
  loss.dispose();
  return value;
};
await measure(
  { name: 'TensorFlow.js', version: tf.version.tfjs, variant: 'wasm' },
  logits,
  train,
  work,
);
