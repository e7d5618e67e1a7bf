import { afterEach, describe, expect, it, vi } from 'vitest';
import { Random } from '../../dist/common/random.js';
import { createEngine } from '../../dist/engine/create.js';
import { modelConfig } from '../../dist/model/config.js';
import { initialTensors } from '../../dist/model/tensors.js';
import { tinyOptions } from '../training/tiny.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('where memory cannot be shared', () => {
  it('the calling thread does the work, to the same bits, and says so once', async () => {
    const config = modelConfig(tinyOptions);
    const parameters = initialTensors(config, new Random(1, 'weights'));
    const batch = {
      batch: 2,
      length: 4,
      inputs: Float32Array.from({ length: 2 * 4 * 9 }, (_, i) => (i % 7) / 7),
      targets: Uint8Array.of(0, 1, 2, 1, 1, 0, 0, 2),
    };
    const train = async () => {
      const engine = await createEngine(config, { kind: 'simd', threads: 2, parameters });
      for (let i = 0; i < 3; i++) await engine.trainStep(batch, { learningRate: 0.01 });
      const weights = [...engine.parameters().values()].map(({ data }) => [...data]);
      await engine.dispose();
      return { threads: engine.threads, weights };
    };
    const warnings = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const shared = await train();
    expect(shared.threads).toBe(2);
    expect(warnings).not.toHaveBeenCalled();

    vi.stubGlobal('SharedArrayBuffer', undefined);
    const alone = await train();
    await train();
    expect(alone).toEqual({ threads: 1, weights: shared.weights });
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(warnings.mock.calls[0]![0]).toMatch(/cannot be shared .* cross-origin isolated/);
  });
});
