import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../dist/engine/create.js';
import { type ModelConfig, modelConfig } from '../../dist/model/config.js';
import { modelPresets } from '../../dist/model/presets.js';
import { shapesOf } from '../../dist/model/shapes.js';
import { engines, errorOf, errorOfGradients, optionsOf } from '../golden.ts';
import { tasks } from './any-network.ts';
import { forms } from './forms.ts';
import { isDecided, someEpisodes, someWeights } from './random-networks.ts';

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

const { flat } = modelPresets;

/** What the reference says, which takes its time: asked once. */
const rights = new Map<string, ReturnType<typeof gradientsOf>>();

describe.each(fast)('$name against the reference', (choice) => {
  it('agrees on networks and batches of any size', async () => {
    await fc.assert(
      fc.asyncProperty(tasks, async ({ config, batch, length, seed }) => {
        const weights = someWeights(config, seed);
        fc.pre(await isDecided(config, weights, someEpisodes(config, batch, length, seed)));
        const right = await gradientsOf(config, engines[0]!, batch, length, seed);
        const got = await gradientsOf(config, choice, batch, length, seed);
        expect(errorOf(got.logits, right.logits)).toBeLessThan(2e-4);
        expect(errorOf(got.familiarity, right.familiarity)).toBeLessThan(2e-4);
        expect(Math.abs(got.loss - right.loss) / right.loss || 0).toBeLessThan(2e-4);
        const { worst, where } = errorOfGradients(got.gradients, right.gradients);
        expect(worst, where).toBeLessThan(2e-3);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  // Of 600 and 512 slots: a memory of more than a block (src/kernels/memory/products.ts), and one whose rows are set apart.
  it.each([
    ['the default', {}, 2, 24],
    ['the preset flat', flat, 2, 24],
    ['the mlp', { encoder: 'mlp', encoderWidths: [256], outputHidden: 0 }, 2, 24],
    ['a batch that is summed in two goes', { ...flat, lstmSize: 11, inputHeight: 5 }, 16, 50],
    ['the same, of an encoder', { lstmSize: 11, inputHeight: 5 }, 16, 50],
    ['600 slots', { ...flat, memorySize: 600, lstmSize: 30, inputHeight: 5 }, 2, 24],
    [
      '512 slots, six heads',
      { ...flat, memorySize: 512, lstmSize: 30, inputHeight: 5, nbReads: 6 },
      2,
      24,
    ],
    ['512 slots, read after the write', { memorySize: 512, lstmSize: 30, inputHeight: 5 }, 2, 24],
    ['an NTM', { ...flat, memory: 'ntm' }, 2, 24],
    ['an NTM of one head', { memory: 'ntm', memorySize: 100, memoryDim: 20 }, 2, 24],
    [
      'an NTM of 512 slots, six heads',
      { ...flat, memory: 'ntm', memorySize: 512, lstmSize: 30, inputHeight: 5, nbReads: 6 },
      2,
      12,
    ],
  ] as const)('agrees at the sizes of %s', async (name, options, batch, length) => {
    const config = modelConfig(options);
    rights.set(name, rights.get(name) ?? gradientsOf(config, engines[0]!, batch, length, 5));
    const right = await rights.get(name)!;
    const got = await gradientsOf(config, choice, batch, length, 5);
    expect(errorOf(got.logits, right.logits)).toBeLessThan(2e-4);
    for (const [tensor, { data }] of right.gradients) {
      expect(errorOf(got.gradients.get(tensor)!.data, data), tensor).toBeLessThan(2e-4);
    }
  });
});

/** Forms in which every kernel has a part. */
const shared = {
  default: { lstmSize: 23, memorySize: 32, memoryDim: 8, inputHeight: 9, inputWidth: 10 },
  mlp: { ...forms['mlp instead of conv'], encoderWidths: [19, 9], lstmSize: 23 },
  flat: { ...flat, lstmSize: 23, memorySize: 32, memoryDim: 8, inputHeight: 6 },
  'feed-forward controller': { ...forms['feed-forward controller'], nbReads: 3 },
  NTM: { ...forms.NTM, nbReads: 3, memorySize: 11, lstmSize: 23 },
} as const;

describe.each(['simd', 'relaxed'] as const)('threads of %s', (kind) => {
  it.runIf(engines.some((engine) => engine.kind === kind)).each(Object.entries(shared))(
    'change nothing, to the bit, however samples are shared out: %s',
    async (_, options) => {
      const config = modelConfig(options);
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
            const how = { learningRate: 1e-3, clip: 0.5 };
            losses.push((await engine.trainStep(episodes, how)).loss);
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
      const config = modelConfig(forms['default with two heads']);
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

describe.each(fast)('an update on $name', (choice) => {
  it.each(['default', 'flat', 'lstm', 'feed-forward controller', 'NTM'] as const)(
    'by a gradient that is clipped is that of the reference: %s',
    async (form) => {
      const config = modelConfig(forms[form]);
      const parameters = someWeights(config, 3);
      const episodes = someEpisodes(config, 3, 7, 2);
      /** The first moment: a tenth of the gradient, clipped. */
      const update = async (choice: (typeof engines)[number], clip?: number) => {
        const engine = await createEngine(config, { ...optionsOf(choice), parameters });
        await engine.trainStep(episodes, {
          learningRate: 1e-3,
          ...(clip !== undefined && { clip }),
        });
        const { first } = engine.optimizer();
        const weights = engine.parameters();
        await engine.dispose();
        let squares = 0;
        for (const { data } of first.values()) for (const g of data) squares += (10 * g) ** 2;
        return { first, weights, norm: Math.sqrt(squares) };
      };
      const whole = await update(choice);
      expect(await update(choice, 0)).toEqual(whole);
      expect(await update(choice, 1.01 * whole.norm)).toEqual(whole);
      const clip = whole.norm / 7;
      const [got, right] = [await update(choice, clip), await update(engines[0]!, clip)];
      expect(got.norm / clip).toBeCloseTo(1, 5);
      for (const [name, { data }] of right.first) {
        expect(errorOf(got.first.get(name)!.data, data), name).toBeLessThan(2e-4);
        expect(
          errorOf(got.weights.get(name)!.data, right.weights.get(name)!.data),
          name,
        ).toBeLessThan(2e-4);
      }
    },
  );
});

describe.each(engines)('online steps on $name', (choice) => {
  it.each(Object.entries(forms))('give the logits of a whole episode: %s', async (_, options) => {
    const config = modelConfig(options);
    const engine = await createEngine(config, {
      ...optionsOf(choice),
      parameters: someWeights(config, 3),
    });
    const [batch, length] = [3, 9];
    const episodes = someEpisodes(config, batch, length, 1);
    const { logits } = await engine.forward(episodes);
    const { A, X } = shapesOf(config);
    let state = engine.zeroState(batch);
    for (let t = 0; t < length; t++) {
      const x = new Float32Array(batch * X);
      for (let b = 0; b < batch; b++) {
        const at = (b * length + t) * X;
        x.set(episodes.inputs.subarray(at, at + X), b * X);
      }
      const before = structuredClone(state);
      const result = engine.step(x, state);
      expect(state).toEqual(before); // the state given stays as it was
      state = result.state;
      const right = Array.from({ length: batch }, (_, b) => [
        ...logits.subarray((b * length + t) * A, (b * length + t + 1) * A),
      ]).flat();
      expect(errorOf(result.logits, right)).toBeLessThan(1e-6);
    }
    await engine.dispose();
  });

  // Without threads nothing is under way when a call returns.
  it.runIf(!!choice.threads)('refuse a call while another is under way', async () => {
    const config = modelConfig({ lstmSize: 4, memorySize: 8, memoryDim: 4, inputHeight: 4 });
    const engine = await createEngine(config, optionsOf(choice));
    const episodes = someEpisodes(config, 1, 3, 1);
    const first = engine.forward(episodes);
    await expect(engine.forward(episodes)).rejects.toThrow(/still at work/);
    await first;
    await engine.dispose();
  });
});
