/** What is recorded of functions, sequences and labels as strings is what the network says. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../dist/common/random.js';
import { createEngine } from '../../dist/engine/create.js';
import { type ModelOptions, modelConfig } from '../../dist/model/config.js';
import { initialTensors } from '../../dist/model/tensors.js';
import { recordCopies, recordEpisode, recordFunction } from '../../dist/report/index.js';
import { digitsOf } from '../../dist/tasks/classification/string-labels.js';
import { CopySampler } from '../../dist/tasks/copy/copy-sampler.js';
import { pointFeatures } from '../../dist/tasks/regression/fourier-features.js';
import { FunctionSampler } from '../../dist/tasks/regression/functions.js';
import { predictEach } from '../../dist/tasks/regression/gaussian-process.js';

const small = { lstmSize: 6, memorySize: 8, memoryDim: 4, nbReads: 2 } as const;

async function engineOf(options: ModelOptions, kind: 'reference' | 'simd' = 'reference') {
  const config = modelConfig(options);
  const engine = await createEngine(config, { kind, threads: 1 });
  // larger than weights at the start of a training, so that the state matters
  const tensors = initialTensors(config, new Random(1));
  const larger = [...tensors].map(([name, { shape, data }]) => {
    return [name, { shape, data: Float32Array.from(data, (x) => 3 * x) }] as const;
  });
  engine.setParameters(new Map(larger));
  return engine;
}

const plain = {
  ...{ inputWidth: 1, encoder: 'mlp', encoderWidths: [5], embeddingSize: 4 },
} as const satisfies ModelOptions;
/** The sine and cosine of two frequencies, too. */
const fourier = { inputWidth: 5, encoder: 'none' } as const satisfies ModelOptions;

const memories = [
  ['a MANN', { ...small, keySize: 3 }],
  ['an NTM', { ...small, memory: 'ntm' }],
  ['an LSTM of two layers', { lstmSize: 6, model: 'lstm', numLayers: 2 }],
] as const satisfies readonly (readonly [string, ModelOptions])[];

describe.each(memories)('of %s', (_, network) => {
  it.each([
    ['reference', 'plain', plain, 0],
    ['simd', 'plain', plain, 0],
    ['reference', 'fourier', fourier, 2],
  ] as const)(
    'a function is predicted on the grid as it would be at the next point (%s, %s)',
    async (kind, _, inputs, fourierFeatures) => {
      const options = { output: 'gaussian', inputHeight: 1, ...inputs, ...network } as const;
      const engine = await engineOf(options, kind);
      const batch = new FunctionSampler(
        { batchSize: 1, dimensions: 1, fourierFeatures },
        new Random(2),
      ).next({ length: 6 });
      const { size, write } = pointFeatures(1, fourierFeatures);
      // The points that follow the first, the second and the fifth are the first and the last of the grid.
      const range = { low: -1.5, high: 1.25 };
      for (const [t, x] of [
        [1, range.low],
        [2, range.high],
        [5, range.low],
      ] as const) {
        batch.points[t] = x;
        write(batch.points, t, batch.inputs, (size + 1) * t);
      }
      const record = recordFunction(engine, batch, range);
      const { logits } = await engine.forward(batch);
      expect(record.views.map(({ known }) => known)).toEqual([1, 2, 5]);
      expect(record.network.means[3]).toBeCloseTo(logits[6]!, 5);
      const own = { length: batch.lengths[0]!, scale: batch.scales[0]!, noise: batch.noise };
      const exact = predictEach(batch.points, batch.targets, 1, own);
      for (const [view, i] of [
        [0, 0],
        [1, record.grid.length - 1],
        [2, 0],
      ] as const) {
        const { known, network, exact: process } = record.views[view]!;
        expect(network.means[i]).toBeCloseTo(record.network.means[known]!, 5);
        expect(network.deviations[i]).toBeCloseTo(record.network.deviations[known]!, 5);
        expect(process.means[i]).toBeCloseTo(exact.means[known]!, 6);
        expect(process.deviations[i]).toBeCloseTo(exact.deviations[known]!, 6);
      }
      expect(record.exact.means).toEqual(exact.means);
      expect(record.memory?.usage.length).toBe('model' in network ? undefined : 6 * 8);
      await engine.dispose();
    },
  );

  it('copies are the probabilities of the steps after the delimiter', async () => {
    const engine = await engineOf({
      ...{ output: 'bits', targetSize: 3, inputHeight: 1, inputWidth: 4 },
      ...{ encoder: 'none', binding: 'controller' },
      ...network,
    });
    const sampler = new CopySampler({ batchSize: 1, bits: 3 }, new Random(3));
    const batches = [2, 4].map((length) => sampler.next({ length, exact: true }));
    const { bits, sequences, memory } = recordCopies(engine, batches);
    expect(bits).toBe(3);
    for (const [i, { vectors, asked, answers }] of sequences.entries()) {
      const { length: T, targets, vectors: L } = batches[i]!;
      expect(vectors).toBe(L);
      expect(asked).toEqual(targets.subarray((T - L) * 3));
      const { logits } = await engine.forward(batches[i]!);
      for (let d = 0; d < 3 * L; d++) {
        expect(answers[d]).toBeCloseTo(1 / (1 + Math.exp(-logits[(T - L) * 3 + d]!)), 5);
      }
    }
    expect(memory?.usage.length).toBe('model' in network ? undefined : 5 * 8);
  });

  it('labels as strings have a probability for each letter of each place', async () => {
    const engine = await engineOf({
      ...{ output: 'strings', numClasses: 3, labelLength: 2, inputHeight: 2, inputWidth: 2 },
      ...{ encoder: 'none' },
      ...network,
    });
    const [T, X] = [4, 4 + 6];
    const random = new Random(4);
    const labels = Uint16Array.of(5, 7, 5, 0);
    const targets = Uint8Array.from(
      [...labels].flatMap((label) => digitsOf(label, { characters: 2, alphabet: 3 })),
    );
    const inputs = Float32Array.from({ length: T * X }, () => random.uniform());
    const batch = { batch: 1, length: T, inputs, labels, targets };
    const record = recordEpisode(engine, batch);
    expect(record.spelling).toEqual({ characters: 2, alphabet: 3 });
    const { logits } = await engine.forward(batch);
    for (let i = 0; i < T * 2; i++) {
      const own = Array.from(logits.subarray(3 * i, 3 * i + 3), Math.exp);
      const sum = own.reduce((a, b) => a + b, 0);
      for (let c = 0; c < 3; c++) {
        expect(record.probabilities[3 * i + c]).toBeCloseTo(own[c]! / sum, 5);
      }
    }
  });
});

it('a function of more numbers has no grid', async () => {
  const engine = await engineOf({
    ...{ output: 'gaussian', inputHeight: 1, inputWidth: 2, encoder: 'none' },
    ...small,
    keySize: 3,
  });
  const batch = new FunctionSampler({ batchSize: 2, dimensions: 2 }, new Random(2)).next({
    length: 70,
  });
  const record = recordFunction(engine, batch, { low: -2, high: 2 });
  expect([record.length, record.dimensions, record.grid.length]).toEqual([70, 2, 0]);
  expect(record.views).toEqual([]);
  expect(record.points).toEqual(batch.points.subarray(0, 140));
  // of the memory the first 60 steps
  expect(record.memory!.usage).toHaveLength(60 * 8);
});
