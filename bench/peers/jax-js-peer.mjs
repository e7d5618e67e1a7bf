// jax-js on its WebAssembly backend: node jax-js-peer.mjs WORK
// Every use of an array takes it; `.ref` keeps it for another.

import { measure, packages, readWork, versionOf } from './common.mjs';

const {
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy: np,
  valueAndGrad,
} = await packages('@jax-js/jax');
await init('wasm');
defaultDevice('wasm');

const [N, W, GAMMA] = [128, 40, 0.95];
// (Its einsum needs a newer Node than 20.)
const turned = (x) => np.transpose(x, [0, 2, 1]);
const lengths = (x) => np.sqrt(np.square(x).sum(2));

/** One step, compiled once, and its gradient once. */
const step = jit(function step(inner, heads, headsBias, state, z) {
  const { read, h: hBefore, c: cBefore, memory: mBefore, readWeights, usage } = state;
  const [B, R] = readWeights.shape;
  const RW = R * W;
  const gates = z.add(np.matmul(np.concatenate([read, hBefore], 1), inner));
  const [i, j, f, o] = np.split(gates, 4, 1);
  const c = nn
    .sigmoid(f.add(1))
    .mul(cBefore)
    .add(nn.sigmoid(i).mul(np.tanh(j)));
  const h = nn.sigmoid(o).mul(np.tanh(c.ref));
  const q = np.matmul(h.ref, heads).add(headsBias);
  const [qk, qa, qGate, qStrength] = np.split(q, [RW, 2 * RW, 2 * RW + R], 1);
  const k = np.tanh(qk).reshape([B, R, W]);
  const a = np.tanh(qa).reshape([B, R, W]);
  const alpha = nn.sigmoid(qGate).reshape([B, R, 1]);
  const beta = nn.softplus(qStrength).add(1).reshape([B, R, 1]);
  // Among equals the higher index counts as less used: the sort is stable.
  const [order, rest] = np.split(np.argsort(np.flip(lax.stopGradient(usage.ref), 1), 1), [R], 1);
  rest.dispose();
  const slots = np.arange(N).astype(np.int32).reshape([1, 1, N]);
  const oneHots = np
    .equal(
      order
        .mul(-1)
        .add(N - 1)
        .reshape([B, R, 1]),
      slots,
    )
    .astype(np.float32);
  const [least, ...others] = np.split(oneHots.ref, R, 1);
  for (const each of others) each.dispose();
  const kept = least.reshape([B, N, 1]).mul(-1).add(1);
  const leastUsed = oneHots.sum(1).reshape([B, 1, N]);
  const norms = lengths(k.ref)
    .reshape([B, R, 1])
    .mul(lengths(mBefore.ref).reshape([B, 1, N]));
  const products = np.matmul(k, turned(mBefore.ref));
  const wr = nn.softmax(beta.mul(products.div(norms.add(1e-8))), -1);
  const ww = alpha.ref.mul(readWeights).add(alpha.mul(-1).add(1).mul(leastUsed));
  const used = usage.mul(GAMMA).add(wr.ref.sum(1)).add(ww.ref.sum(1));
  const memory = mBefore.mul(kept).add(np.matmul(turned(ww), a));
  const next = np.matmul(wr.ref, memory.ref).reshape([B, RW]);
  return { read: next, h, c, memory, readWeights: wr, usage: lax.stopGradient(used) };
});

function forward([kernel, bias, heads, headsBias, out, outBias], x) {
  const [B, T, X] = x.shape;
  const [H, O] = [heads.shape[0], out.shape[0]];
  const R = (O - H) / W;
  const rows = np.transpose(x, [1, 0, 2]).reshape([T * B, X]);
  const every = np.matmul(rows, kernel.ref.slice([0, X])).add(bias);
  const z = np.split(every, T, 0);
  const inner = kernel.slice([X, X + O]);
  const first = nn.oneHot(np.zeros([B], { dtype: np.int32 }), N);
  let state = {
    read: np.zeros([B, O - H]),
    h: np.zeros([B, H]),
    c: np.zeros([B, H]),
    memory: np.full([B, N, W], 1e-6),
    readWeights: np.tile(first.ref.reshape([B, 1, N]), [1, R, 1]),
    usage: first,
  };
  const outputs = [];
  for (let t = 0; t < T; t++) {
    state = step(inner.ref, heads.ref, headsBias.ref, state, z[t].reshape([B, 4 * H]));
    outputs.push(np.concatenate([state.h.ref, state.read.ref], 1));
  }
  for (const each of [inner, heads, headsBias, ...Object.values(state)]) each.dispose();
  return np.matmul(np.concatenate(outputs, 0), out).add(outBias); // [T·B, C]
}

const work = await readWork(process.argv[2]);
const array = ({ data, shape }) => np.array(data).reshape(shape);
let weights = work.weights.map(array);
let first = weights.map((w) => np.zerosLike(w.ref));
let second = weights.map((w) => np.zerosLike(w.ref));
const x = array(work.inputs);
const [B, T] = work.inputs.shape;
const labels = np
  .transpose(nn.oneHot(array(work.labels).astype(np.int32), 5), [1, 0, 2])
  .reshape([T * B, 5]);

const gradient = valueAndGrad((weights) => {
  const logProbabilities = nn.logSoftmax(forward(weights, x.ref), -1);
  return logProbabilities
    .mul(labels.ref)
    .sum()
    .mul(-1 / B);
});
const adam = jit((w, m, v, g, rate, correct) => {
  const mean = m.mul(0.9).add(g.ref.mul(0.1));
  const square = v.mul(0.999).add(np.square(g).mul(0.001));
  const root = np.sqrt(square.ref.mul(correct)).add(1e-8);
  return [w.sub(mean.ref.mul(rate).div(root)), mean, square];
});

let count = 0;
const train = async () => {
  const [loss, gradients] = gradient(weights.map((w) => w.ref));
  count++;
  const rate = 1e-3 / (1 - 0.9 ** count);
  const updated = weights.map((w, i) =>
    adam(w, first[i], second[i], gradients[i], np.array(rate), np.array(1 / (1 - 0.999 ** count))),
  );
  weights = updated.map(([w]) => w);
  first = updated.map(([, m]) => m);
  second = updated.map(([, , v]) => v);
  await weights[0].blockUntilReady();
  return (await loss.data())[0];
};

const rows = forward(
  weights.map((w) => w.ref),
  x.ref,
);
const logits = await np.transpose(rows.reshape([T, B, 5]), [1, 0, 2]).data();
const version = versionOf('@jax-js/jax');
await measure({ name: 'jax-js', version, variant: 'wasm, jit' }, logits, train, work);
