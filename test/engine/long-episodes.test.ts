import { describe, expect, it } from 'vitest';
import { Random } from '../../dist/common/random.js';
import { createEngine } from '../../dist/engine/create.js';
import { modelConfig } from '../../dist/model/config.js';
import { shapesOf } from '../../dist/model/shapes.js';
import { initialTensors } from '../../dist/model/tensors.js';

/** Slots, and drawings that have nothing in common: each has a pixel of its own. */
const N = 256;

/** The slots that drawings are written to in turn, one for each slot. */
async function slotsOf(gamma?: number): Promise<number[]> {
  const config = modelConfig({
    ...{ encoder: 'none', inputHeight: 16, inputWidth: 16, memorySize: N, gamma },
  });
  const parameters = initialTensors(config, new Random(1, 'weights'));
  const engine = await createEngine(config, { parameters, kind: 'simd', threads: 1 });
  const slots: number[] = [];
  let state = engine.zeroState(1);
  for (let t = 0; t < N; t++) {
    const inputs = new Float32Array(shapesOf(config).X);
    inputs[t] = 16;
    ({ state } = engine.step(inputs, state));
    slots.push(state.writeWeights.indexOf(1));
  }
  await engine.dispose();
  return slots;
}

describe('a large memory', () => {
  it('writes over nothing while it has empty slots', async () => {
    const slots = await slotsOf();
    expect(slots).not.toContain(-1);
    expect(new Set(slots).size).toBe(N);
  });

  it('does so if its usage decays as fast as in a small one', async () => {
    expect(new Set(await slotsOf(0.95)).size).toBeLessThan(0.9 * N);
  });
});
