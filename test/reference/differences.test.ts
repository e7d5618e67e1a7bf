import { describe, expect, it } from 'vitest';
import { createEngine } from '../../dist/engine/create.js';
import { modelConfig } from '../../dist/model/config.js';
import type { Tensor } from '../../dist/model/tensors.js';
import { forms } from '../engine/forms.ts';
import { someEpisodes, someWeights } from '../engine/random-networks.ts';

it('the forms have every value of every choice', () => {
  const configs = Object.values(forms).map((options) => modelConfig(options));
  const choices = {
    encoder: ['conv', 'mlp', 'none'],
    controller: ['feedforward', 'lstm'],
    controllerInput: ['read-vectors', 'read-weights'],
    memory: ['lrua', 'none', 'ntm'],
    keyStrength: ['learned', 'none'],
    binding: ['controller', 'direct'],
    lookup: ['after-write', 'before-write'],
    writing: ['gated', 'least-used'],
    start: ['every-head', 'first-head'],
    output: ['bits', 'classes', 'gaussian', 'strings'],
    familiarity: ['learned', 'none'],
  } as const;
  for (const field of Object.keys(configs[0]!) as (keyof (typeof configs)[0])[]) {
    if (typeof configs[0]![field] !== 'string') continue;
    const values = [...new Set(configs.map((config) => config[field]))].sort();
    expect(values, field).toEqual(choices[field as keyof typeof choices]);
  }
});

describe.each(Object.entries(forms))('gradients of the reference, %s', (_, options) => {
  it.each([
    ['', 4],
    [' under a mask', 5],
  ])('are the finite differences of the loss, in every tensor%s', async (_, seed) => {
    const config = modelConfig(options);
    const weights = new Map<string, Tensor>(
      [...someWeights(config, 2)].map(([name, { shape, data }]) => [
        name,
        { shape, data: Float64Array.from(data) },
      ]),
    );
    const engine = await createEngine(config, { kind: 'reference', parameters: weights });
    const episodes = someEpisodes(config, 2, 6, seed);
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
      for (let i = 0; i < data.length; i += Math.ceil(data.length / 8)) {
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
