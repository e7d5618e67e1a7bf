/** Engines that are refused, or disposed of: nothing is left behind, and nobody waits for ever. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '../../dist/common/random.js';
import { createEngine } from '../../dist/engine/create.js';
import type { EngineKind } from '../../dist/engine/engine.js';
import { modelConfig } from '../../dist/model/config.js';
import { shapesOf } from '../../dist/model/shapes.js';
import { initialTensors } from '../../dist/model/tensors.js';
import { tinyEngine, tinyOptions, tinyRun } from '../training/tiny.js';

const config = modelConfig(tinyOptions);
const weights = initialTensors(config, new Random(1, 'weights'));
const { X } = shapesOf(config);
const [batch, length] = [4, 200];
const work = {
  ...{ batch, length },
  inputs: new Float32Array(batch * length * X).fill(0.5),
  targets: new Uint8Array(batch * length),
};

describe.each<[EngineKind, number]>([
  ['simd', 0],
  ['simd', 2],
])('%s with %i threads, disposed of', (kind, threads) => {
  it('does what was under way, and refuses what comes later', async () => {
    const engine = await tinyEngine(kind, tinyOptions, threads);
    const last = engine.forward(work);
    await engine.dispose();
    expect((await last).loss).toBeGreaterThan(0);
    await expect(engine.forward(work)).rejects.toThrow(/^this engine was disposed of/);
    const state = engine.zeroState(1);
    expect(() => engine.step(new Float32Array(X), state)).toThrow(/was disposed of/);
    await engine.dispose(); // once more does no harm
  });

  it('ends a training', async () => {
    const engine = await tinyEngine(kind, tinyOptions, threads);
    const training = tinyRun({ engine, onProgress: () => void engine.dispose() });
    await expect(training).rejects.toThrow(/^this engine was disposed of/);
  });
});

describe('an engine whose weights are refused', () => {
  const create = (parameters: unknown) =>
    createEngine(config, { kind: 'simd', threads: 2, parameters: parameters as typeof weights });

  it.runIf(process.platform === 'linux')('leaves no threads', async () => {
    const threads = () => readdirSync('/proc/self/task').length;
    await (await create(weights)).dispose();
    const before = threads();
    for (let i = 0; i < 4; i++) await expect(create(new Map())).rejects.toThrow(/is missing/);
    expect(threads()).toBeLessThanOrEqual(before + 1);
  });

  it.each<[string, (good: typeof weights) => unknown, RegExp]>([
    ['none', () => ({}), /^weights must be a Map of tensors by name$/],
    [
      'one too short',
      (good) => changed(good, (data) => data.subarray(1)),
      /^weights: tensor out\.kernel has \d+ numbers, but its shape \[\d+,\d+\] needs \d+$/,
    ],
    [
      'one too long',
      (good) => changed(good, (data) => Float32Array.of(...data, 1)),
      /^weights: tensor out\.kernel has \d+ numbers/,
    ],
  ])('is told what is wrong: %s', async (_, change, message) => {
    for (const kind of ['simd', 'reference'] as const) {
      const engine = await tinyEngine(kind);
      expect(() => engine.setParameters(change(weights) as typeof weights)).toThrow(message);
    }
  });
});

function changed(tensors: typeof weights, change: (data: Float32Array) => Float32Array) {
  const { shape, data } = tensors.get('out.kernel')!;
  return new Map([
    ...tensors,
    ['out.kernel', { shape, data: change(Float32Array.from(data)) }] as const,
  ]);
}

describe('every engine', () => {
  it.each<EngineKind>(['reference', 'simd'])(
    '%s: has states of episodes that there are',
    async (kind) => {
      const engine = await tinyEngine(kind);
      for (const count of [0, -1, 1.5, Number.NaN]) {
        expect(() => engine.zeroState(count)).toThrow(/^batch of a batch must be a whole number/);
      }
      expect(() => engine.zeroState(1e9)).toThrow(/too little memory/);
    },
  );

  it.each<EngineKind>(['reference', 'simd'])(
    '%s: learns at a rate that is a number',
    async (kind) => {
      const engine = await tinyEngine(kind);
      for (const learningRate of [Number.NaN, Number.POSITIVE_INFINITY, -1, undefined]) {
        const options = { learningRate: learningRate as number };
        await expect(engine.trainStep(work, options)).rejects.toThrow(
          /^trainStep: learningRate must be a number from 0, not/,
        );
      }
    },
  );
});
