import { expect, it } from 'vitest';
import { tinyEngine } from '../training/tiny.js';

it.each(['reference', 'simd'] as const)(
  '%s: refuses a batch that it would have to draw',
  async (kind) => {
    const engine = await tinyEngine(kind);
    const [batch, length, steps] = [1, 2, 2];
    const views = {
      atlas: new Uint8Array(9),
      side: 3,
      drawings: new Int32Array(steps),
      resampling: new Float32Array(6 * steps),
    };
    const call = engine.forward({
      ...{ batch, length, views, inputs: new Float32Array(), targets: new Uint8Array(steps) },
    });
    await expect(call).rejects.toThrow(
      'a batch with views is for an engine that draws: give this one inputs',
    );
    await engine.dispose();
  },
);
