import { describe, expect, it } from 'vitest';
import { createEngine } from '../../dist/engine/create.js';
import { modelConfig } from '../../dist/model/config.js';
import type { Tensor } from '../../dist/model/tensors.js';
import { someEpisodes, someWeights } from '../engine/random-networks.ts';

const small = { numClasses: 3, inputHeight: 2, inputWidth: 2, lstmSize: 5 };
const memory = { memorySize: 7, memoryDim: 3, nbReads: 2 };
const networks = {
  'read vectors': modelConfig({ ...small, ...memory, keyStrength: 'none' }),
  'read weights': modelConfig({
    ...small,
    ...memory,
    keyStrength: 'none',
    controllerInput: 'read-weights',
  }),
  'key strength': modelConfig({ ...small, ...memory }),
  lstm: modelConfig({ ...small, model: 'lstm' }),
  'stacked lstm': modelConfig({ ...small, model: 'lstm', numLayers: 3 }),
};

describe.each(Object.entries(networks))('gradients of the reference, %s', (_, config) => {
  it('are the finite differences of the loss, in every tensor', async () => {
    const weights = new Map<string, Tensor>(
      [...someWeights(config, 2)].map(([name, { shape, data }]) => [
        name,
        { shape, data: Float64Array.from(data) },
      ]),
    );
    const engine = await createEngine(config, { kind: 'reference', parameters: weights });
    const episodes = someEpisodes(config, 2, 6, 4);
    const { gradients } = await engine.gradients(episodes);
    const lossWith = async () => {
      engine.setParameters(weights);
      return (await engine.forward(episodes)).loss;
    };
    const h = 1e-5;
    for (const [name, { data }] of weights) {
      const gradient = gradients.get(name)!.data;
      const largest = Math.max(...Array.from(gradient, Math.abs));
      expect(largest, name).toBeGreaterThan(0);
      for (let i = 0; i < data.length; i += Math.ceil(data.length / 12)) {
        const value = data[i]!;
        data[i] = value + h;
        const above = await lossWith();
        data[i] = value - h;
        const below = await lossWith();
        data[i] = value;
        const difference = (above - below) / (2 * h);
        expect(Math.abs(difference - gradient[i]!) / largest, `${name} ${i}`).toBeLessThan(1e-6);
      }
    }
  });
});
