import { describe, expect, it } from 'vitest';
import { Random } from '../../dist/common/random.js';
import { ReferenceEngine } from '../../dist/engine/reference.js';
import { type ModelOptions, modelConfig } from '../../dist/model/config.js';
import { shapesOf } from '../../dist/model/shapes.js';
import { initialTensors } from '../../dist/model/tensors.js';
import { recordEpisode } from '../../dist/report/index.js';

function setUp(options: ModelOptions) {
  const config = modelConfig({
    numClasses: 3,
    inputHeight: 4,
    inputWidth: 4,
    lstmSize: 6,
    ...options,
  });
  const random = new Random(1);
  const engine = new ReferenceEngine(config);
  engine.setParameters(initialTensors(config, random));
  const { X } = shapesOf(config);
  const [B, T] = [2, 7];
  const labels = Uint8Array.from({ length: B * T }, () => random.below(3));
  const batch = {
    batch: B,
    length: T,
    inputs: Float32Array.from({ length: B * T * X }, () => random.uniform()),
    labels,
    targets: labels,
  };
  return { config, engine, batch, B, T };
}

describe('recordEpisode', () => {
  it('sees what the network sees and says in a whole batch', async () => {
    const { engine, batch, T } = setUp({ memorySize: 8, memoryDim: 3, nbReads: 2 });
    const record = recordEpisode(engine, batch, 1);
    const { logits } = await engine.forward(batch);
    for (let t = 0; t < T; t++) {
      const own = logits.subarray((T + t) * 3, (T + t + 1) * 3);
      const sum = Array.from(own, Math.exp).reduce((a, b) => a + b, 0);
      for (let c = 0; c < 3; c++) {
        expect(record.probabilities[t * 3 + c]).toBeCloseTo(Math.exp(own[c]!) / sum, 5);
      }
    }
    expect(record.labels).toEqual([...batch.labels.subarray(T)]);
    expect(record.pictures.subarray(16, 20)).toEqual(
      batch.inputs.subarray((T + 1) * 19, (T + 1) * 19 + 4),
    );
    expect(record.memory!.memory).toHaveLength(T * 8 * 3);
    // Read weights of every head and step sum to one.
    for (let row = 0; row < T * 2; row++) {
      const weights = record.memory!.readWeights.subarray(row * 8, (row + 1) * 8);
      expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    }
    expect(record.memory!.writeWeights.some((w) => w > 0)).toBe(true);
  });

  it('has no memory to show of the baseline', () => {
    const { engine, batch } = setUp({ model: 'lstm' });
    expect(recordEpisode(engine, batch).memory).toBeUndefined();
  });
});
