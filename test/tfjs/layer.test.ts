import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { MANNCell as EngineCell } from '../../dist/engine/cell.js';
import { MANNCell, type MANNCellArgs } from '../../dist/tfjs/index.js';
import { errorOf } from '../golden.ts';
import { cellOf, saved, use } from './tensorflow.ts';

/** As the default network has it: inputs are an embedding of 4 numbers and a label of 2. */
const direct: MANNCellArgs = {
  ...{ binding: 'direct', embeddingSize: 4, keySize: 3, keyStrength: 'learned' },
  ...{ lookup: 'after-write', writing: 'least-used' },
};
const small = { lstmSize: 7, memorySize: 9, memoryDim: 5, nbReads: 2, seed: 3 } as const;
const X = 6;

function makeModel(options: ConstructorParameters<typeof MANNCell>[0] = small) {
  const model = tf.sequential();
  const cell = new MANNCell(options);
  model.add(tf.layers.rnn({ cell, returnSequences: true, inputShape: [null, X] }));
  model.add(tf.layers.dense({ units: 3, activation: 'softmax' }));
  return model;
}

const noise = (shape: number[], seed = 1) => tf.randomUniform(shape, -1, 1, 'float32', seed);

describe.each(['cpu', 'wasm'] as const)('MANNCell in tf.layers.rnn on %s', (backend) => {
  beforeAll(() => use(backend));

  it('learns with model.fit, and predicts, for any batch and length', async () => {
    const model = makeModel();
    model.compile({ optimizer: tf.train.adam(0.02), loss: 'categoricalCrossentropy' });
    const x = noise([12, 4, X]);
    const y = tf.oneHot(tf.argMax(tf.slice(x, [0, 0, 0], [12, 4, 3]), 2), 3);
    const { history } = await model.fit(x, y, { batchSize: 5, epochs: 30, verbose: 0 });
    const losses = history.loss as number[];
    expect(losses.at(-1)!).toBeLessThan(losses[0]! * 0.7);
    const one = model.predict(noise([1, 11, X])) as tf.Tensor;
    expect(one.shape).toEqual([1, 11, 3]);
    expect((model.predict(noise([9, 2, X])) as tf.Tensor).shape).toEqual([9, 2, 3]);
  });

  it.each([
    {},
    { controllerInput: 'read-weights', keyStrength: 'learned', gamma: 0.8 } as const,
    { controller: 'feedforward', start: 'first-head' } as const,
    direct,
  ])('comes back from model.save exactly: %o', async (options) => {
    const model = makeModel({ ...small, ...options });
    const x = noise([2, 5, X]);
    const again = await tf.loadLayersModel(tf.io.fromMemory(await saved(model)));
    const cell = cellOf(again);
    expect(cell).toBeInstanceOf(MANNCell);
    expect(cell.options).toMatchObject({ lstmSize: 7, memorySize: 9, nbReads: 2, ...options });
    const [a, b] = [model, again].map((m) => (m.predict(x) as tf.Tensor).dataSync());
    expect(b).toEqual(a);
  });

  it.each([true, false])('in a loop of its own is the cell of our engine (fused: %s)', (fused) => {
    const ours = new EngineCell({ ...small, inputSize: X });
    const cell = new MANNCell({ ...small, fused });
    let mine: tf.Tensor[] = cell.zeroState(3);
    let right = ours.zeroState(3);
    expect(mine.map(({ shape }) => shape[1])).toEqual(cell.stateSize);
    for (let t = 0; t < 6; t++) {
      const x = noise([3, X], t);
      const [output, ...states] = cell.call([x, ...mine]);
      const step = ours.call(x.dataSync() as Float32Array, right);
      expect(errorOf(output!.dataSync(), step.output)).toBeLessThan(1e-5);
      mine = states;
      right = step.state;
    }
    const [, c, memory, readWeights, usage, begun] = mine.map((state) => state.dataSync());
    expect(errorOf(c!, right.cell)).toBeLessThan(1e-5);
    expect(errorOf(memory!, right.memory)).toBeLessThan(1e-5);
    expect(errorOf(readWeights!, right.readWeights)).toBeLessThan(1e-5);
    expect(errorOf(usage!, right.usage)).toBeLessThan(1e-5);
    expect([...begun!]).toEqual([1, 1, 1]);
  });

  it.each<[number, MANNCellArgs]>([
    [2, {}],
    [11, {}],
    [3, { lookup: 'after-write', writing: 'least-used', keySize: 3, keyStrength: 'learned' }],
  ])(
    'has the same gradients fused and plain, to all that goes in: %i at once, %o',
    (B, options) => {
      // steps that share a state, a state that is read twice, and a sequence that is left unfinished
      const cells = [true, false].map((fused) => new MANNCell({ ...small, ...options, fused }));
      const [plain, fused] = cells.map((cell) => {
        cell.build([null, X]);
        const variables = cell.trainableWeights.map((weight) => weight.read() as tf.Variable);
        const start = cell.zeroState(B);
        const loss = (x: tf.Tensor, c: tf.Tensor) => {
          const [output, ...a] = cell.call([x, start[0]!, c, ...start.slice(2)]);
          const [left, ...b] = cell.call([tf.mul(x, 2), ...a]);
          const [right] = cell.call([tf.mul(x, -1), ...a]);
          cell.call([x, ...b]);
          const used = [output!, tf.mul(left!, right!), b[2]!, b[3]!].map((part) =>
            tf.sum(tf.square(part)),
          );
          return tf.addN(used) as tf.Scalar;
        };
        const inputs = [noise([B, X]), noise([B, 7], 2)];
        const toInputs = tf.grads(loss as never)(inputs);
        const { grads } = tf.variableGrads(() => loss(inputs[0]!, inputs[1]!), variables);
        const toWeights = variables.map(({ name }) => grads[name]!);
        return [...toInputs, ...toWeights].map((gradient) => gradient.dataSync());
      });
      expect(plain!.length).toBe(6);
      for (const [i, gradient] of plain!.entries()) {
        expect(errorOf(fused![i]!, gradient), `gradient ${i}`).toBeLessThan(1e-4);
      }
    },
  );

  it.each([{}, { fused: false }, direct])('passes over masked steps: %o', (options) => {
    const model = tf.sequential();
    model.add(tf.layers.masking({ maskValue: 9, inputShape: [null, X] }));
    model.add(tf.layers.rnn({ cell: new MANNCell({ ...small, ...options }) }));
    const x = noise([2, 3, X]);
    const padding = tf.fill([2, 1, X], 9);
    const padded = tf.concat([padding, x, padding], 1);
    const [short, long] = [x, padded].map((input) =>
      (model.predict(input) as tf.Tensor).dataSync(),
    );
    expect(errorOf(long!, short!)).toBeLessThan(1e-5);
  });

  it.each([{}, direct])('goes on where it is stateful: %o', (options) => {
    const make = (stateful: boolean) =>
      tf.layers.rnn({
        cell: new MANNCell({ ...small, ...options }),
        ...{ returnSequences: true, stateful, batchInputShape: [2, null, X] },
      });
    const [whole, halves] = [make(false), make(true)];
    const x = noise([2, 6, X]);
    const right = whole.apply(x) as tf.Tensor;
    const parts = tf.split(x, 2, 1).map((half) => halves.apply(half) as tf.Tensor);
    expect(errorOf(tf.concat(parts, 1).dataSync(), right.dataSync())).toBeLessThan(1e-6);
  });

  it.each([{}, direct])('leaves no tensors behind: %o', async (options) => {
    const model = makeModel({ ...small, ...options });
    model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
    const x = noise([4, 3, X]);
    const y = tf.oneHot(tf.zeros([4, 3], 'int32'), 3);
    const count = async () => {
      await model.trainOnBatch(x, y);
      tf.dispose(model.predict(x));
      return tf.memory().numTensors;
    };
    await count();
    expect(await count()).toBe(await count());
  });

  it('stays as it is where it is not trainable', async () => {
    const model = makeModel({ ...small, trainable: false });
    model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
    const weights = () => model.layers[0]!.getWeights().map((weight) => weight.dataSync());
    const before = weights();
    expect(before.length).toBe(4);
    await model.trainOnBatch(noise([2, 3, X]), tf.oneHot(tf.zeros([2, 3], 'int32'), 3));
    expect(weights()).toEqual(before);
  });
});

describe('MANNCell of mann/tfjs', () => {
  it('says what was wrong', () => {
    expect(() => new MANNCell({ nbReads: 0 })).toThrow(/nbReads must be at least 1/);
    expect(() => new MANNCell({ nbReads: 5, memorySize: 4 })).toThrow(/greater than memorySize/);
    const cell = new MANNCell(small);
    expect(() => cell.zeroState(0)).toThrow(/at least 1/);
    expect(() => cell.call([noise([1, X])])).toThrow(/6 states/);
    cell.call([noise([1, X]), ...cell.zeroState(1)]);
    expect(() => cell.call([noise([1, X + 1]), ...cell.zeroState(1)])).toThrow(/built for 6/);
    expect(() => new MANNCell().build([null, 4, 4])).toThrow(/flatten pictures/);
    expect(() => new MANNCell({ keySize: 41 })).toThrow(/keySize must not be greater/);
    expect(() => new MANNCell({ writing: 'all' as never })).toThrow(/writing must be gated or/);
    expect(() => new MANNCell({ binding: 'direct' })).toThrow(/needs embeddingSize/);
    expect(() => new MANNCell({ embeddingSize: 4 })).toThrow(/only for binding 'direct'/);
    expect(() => new MANNCell({ ...small, ...direct }).build([null, 4])).toThrow(
      'an embedding of 4 numbers and a label, but the inputs are 4 wide',
    );
  });

  it('comes back from its configuration', () => {
    for (const options of [small, { ...small, ...direct, start: 'first-head' } as const]) {
      const cell = new MANNCell(options);
      const again = new MANNCell(cell.getConfig());
      expect(again.getConfig()).toEqual(cell.getConfig());
      cell.build([null, X]);
      expect(cell.options).toEqual(again.options);
    }
  });

  it('keeps the embedding as one more state, where binding is direct', () => {
    const cell = new MANNCell({ ...small, ...direct });
    expect(cell.stateSize).toEqual([17, 7, 45, 18, 9, 1, 4]);
    const x = noise([1, X]);
    const states = cell.call([x, ...cell.zeroState(1)]);
    expect(states.at(-1)!.dataSync()).toEqual(x.dataSync().slice(0, 4));
  });
});
