import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../dist/engine/create.js';
import { type ModelConfig, modelConfig } from '../../dist/model/config.js';
import { engines, errorOf, optionsOf } from '../golden.ts';
import { someEpisodes, someWeights } from './random-networks.ts';

// Tiny networks over long episodes come upon slots whose usage differs by less than float32 can tell;
// which one counts as least used is then a matter of rounding, and both answers are right. So: enough
// units to tell slots apart, and not too many steps.
const networks = fc
  .record({
    model: fc.constantFrom('mann' as const, 'mann' as const, 'lstm' as const),
    numClasses: fc.integer({ min: 1, max: 9 }),
    inputHeight: fc.integer({ min: 2, max: 5 }),
    inputWidth: fc.integer({ min: 1, max: 5 }),
    lstmSize: fc.integer({ min: 4, max: 19 }),
    memorySize: fc.integer({ min: 6, max: 35 }),
    // with words of one number the cosine is a step from -1 to 1, and rounding decides
    memoryDim: fc.integer({ min: 3, max: 11 }),
    nbReads: fc.integer({ min: 1, max: 6 }),
    controllerInput: fc.constantFrom('read-vectors' as const, 'read-weights' as const),
    keyStrength: fc.constantFrom('none' as const, 'learned' as const),
    numLayers: fc.integer({ min: 1, max: 3 }),
  })
  .map((o) => modelConfig({ ...o, numLayers: o.model === 'mann' ? 1 : o.numLayers }));

const tasks = fc.record({
  config: networks,
  batch: fc.integer({ min: 1, max: 11 }),
  length: fc.integer({ min: 1, max: 12 }),
  seed: fc.nat(),
});

async function gradientsOf(
  config: ModelConfig,
  choice: (typeof engines)[number],
  batch: number,
  length: number,
  seed: number,
) {
  const engine = await createEngine(config, {
    ...optionsOf(choice),
    parameters: someWeights(config, seed),
  });
  try {
    return await engine.gradients(someEpisodes(config, batch, length, seed));
  } finally {
    await engine.dispose();
  }
}

const fast = engines.filter(({ kind, threads }) => kind !== 'reference' && threads === 0);

describe.each(fast)('$name against the reference', (choice) => {
  it('agrees on networks and batches of any size', async () => {
    await fc.assert(
      fc.asyncProperty(tasks, async ({ config, batch, length, seed }) => {
        const right = await gradientsOf(config, engines[0]!, batch, length, seed);
        const got = await gradientsOf(config, choice, batch, length, seed);
        expect(errorOf(got.logits, right.logits)).toBeLessThan(2e-4);
        expect(Math.abs(got.loss - right.loss) / right.loss || 0).toBeLessThan(2e-4);
        for (const [name, { data }] of right.gradients) {
          expect(errorOf(got.gradients.get(name)!.data, data), name).toBeLessThan(2e-3);
        }
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  // The last two: a memory of more than a block (src/kernels/memory/products.ts), and one whose rows are set apart.
  it.each([
    ['the paper', {}, 2, 24],
    ['a batch that is summed in two goes', { lstmSize: 11, inputHeight: 5 }, 16, 50],
    ['600 slots', { memorySize: 600, lstmSize: 30, inputHeight: 5 }, 2, 24],
    ['512 slots, six heads', { memorySize: 512, lstmSize: 30, inputHeight: 5, nbReads: 6 }, 2, 24],
  ])('agrees at the sizes of %s', async (_, options, batch, length) => {
    const config = modelConfig(options);
    const right = await gradientsOf(config, engines[0]!, batch, length, 5);
    const got = await gradientsOf(config, choice, batch, length, 5);
    expect(errorOf(got.logits, right.logits)).toBeLessThan(2e-4);
    for (const [name, { data }] of right.gradients) {
      expect(errorOf(got.gradients.get(name)!.data, data), name).toBeLessThan(2e-4);
    }
  });
});

describe.each(['simd', 'relaxed'] as const)('threads of %s', (kind) => {
  it.runIf(engines.some((engine) => engine.kind === kind))(
    'change nothing, to the bit, however samples are shared out',
    async () => {
      const config = modelConfig({ lstmSize: 23, memorySize: 32, memoryDim: 8, inputHeight: 6 });
      // The last is the default batch, whose gradients are summed in more than one go.
      for (const [batch, length] of [
        [1, 12],
        [5, 12],
        [8, 12],
        [13, 12],
        [16, 50],
      ] as const) {
        const results = [];
        for (const threads of [0, 1, 2, 3]) {
          const parameters = someWeights(config, 7);
          const engine = await createEngine(config, { kind, threads, parameters });
          const losses: number[] = [];
          for (let i = 0; i < 4; i++) {
            const episodes = someEpisodes(config, batch, length, i);
            losses.push((await engine.trainStep(episodes, { learningRate: 1e-3 })).loss);
          }
          results.push({ losses, weights: engine.parameters() });
          await engine.dispose();
        }
        for (const result of results) expect(result).toEqual(results[0]);
      }
    },
  );

  it.runIf(engines.some((engine) => engine.kind === kind))(
    'never run ahead of each other, from the first batch of a fresh engine on',
    async () => {
      const config = modelConfig({ lstmSize: 7, memorySize: 9, memoryDim: 5, nbReads: 2 });
      const parameters = someWeights(config, 2);
      const lossesOf = async (threads: number) => {
        const engine = await createEngine(config, { kind, threads, parameters });
        const losses: number[] = [];
        for (let j = 0; j < 5; j++) {
          const episodes = someEpisodes(config, 3, 8, j);
          losses.push((await engine.trainStep(episodes, { learningRate: 1e-3 })).loss);
        }
        await engine.dispose();
        return losses;
      };
      const right = await lossesOf(0);
      for (let i = 0; i < 30; i++) expect(await lossesOf(2)).toEqual(right);
    },
  );
});

describe.each(engines)('online steps on $name', (choice) => {
  it('give the logits of a whole episode, and leave the state given as it was', async () => {
    const config = modelConfig({ lstmSize: 9, memorySize: 10, memoryDim: 6, inputHeight: 3 });
    const engine = await createEngine(config, {
      ...optionsOf(choice),
      parameters: someWeights(config, 3),
    });
    const [batch, length] = [3, 9];
    const episodes = someEpisodes(config, batch, length, 1);
    const { logits } = await engine.forward(episodes);
    const X = episodes.inputs.length / (batch * length);
    let state = engine.zeroState(batch);
    for (let t = 0; t < length; t++) {
      const x = new Float32Array(batch * X);
      for (let b = 0; b < batch; b++) {
        const at = (b * length + t) * X;
        x.set(episodes.inputs.subarray(at, at + X), b * X);
      }
      const before = structuredClone(state);
      const result = engine.step(x, state);
      expect(state).toEqual(before);
      state = result.state;
      const right = Array.from({ length: batch }, (_, b) => [
        ...logits.subarray((b * length + t) * 5, (b * length + t + 1) * 5),
      ]).flat();
      expect(errorOf(result.logits, right)).toBeLessThan(1e-6);
    }
    await engine.dispose();
  });

  // Without threads nothing is under way when a call returns.
  it.runIf(!!choice.threads)('refuse a call while another is under way', async () => {
    const config = modelConfig({ lstmSize: 4, memorySize: 8, memoryDim: 4, inputHeight: 2 });
    const engine = await createEngine(config, optionsOf(choice));
    const episodes = someEpisodes(config, 1, 3, 1);
    const first = engine.forward(episodes);
    await expect(engine.forward(episodes)).rejects.toThrow(/still at work/);
    await first;
    await engine.dispose();
  });
});
