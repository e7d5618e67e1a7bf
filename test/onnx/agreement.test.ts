/** Exported networks of every form in ONNX Runtime, against the reference engine. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../dist/engine/create.js';
import type { Batch } from '../../dist/engine/engine.js';
import { type ModelConfig, modelConfig } from '../../dist/model/config.js';
import type { Tensors } from '../../dist/model/tensors.js';
import { tasks } from '../engine/any-network.ts';
import { forms } from '../engine/forms.ts';
import { isDecided, someEpisodes, someWeights } from '../engine/random-networks.ts';
import { errorOf } from '../golden.ts';
import { answersOf, decidedEpisodes, Exported } from './runtime.ts';

/** Relative to the largest of all logits. */
const LIMIT = 1e-4;

async function rightOf(config: ModelConfig, parameters: Tensors, episodes: Batch) {
  const engine = await createEngine(config, { kind: 'reference', parameters });
  try {
    return answersOf(config, await engine.forward(episodes));
  } finally {
    await engine.dispose();
  }
}

describe.each([
  ['whole episodes', false],
  ['one step after another', true],
])('%s', (_, step) => {
  it.each(Object.entries(forms))('of every form: %s', async (_, options) => {
    const config = modelConfig(options);
    const parameters = someWeights(config, 3);
    const episodes = await decidedEpisodes(config, parameters, 3, [9, 5, 3]);
    const right = await rightOf(config, parameters, episodes);
    const exported = await Exported.open(config, parameters, { step });
    const got = await exported.forward(episodes);
    expect(errorOf(got.logits, right.logits)).toBeLessThan(LIMIT);
    expect(errorOf(got.familiarity, right.familiarity)).toBeLessThan(LIMIT);
    await exported.dispose();
  });

  it('of networks and batches of any size', async () => {
    await fc.assert(
      fc.asyncProperty(tasks, async ({ config, batch, length, seed }) => {
        const parameters = someWeights(config, seed);
        const episodes = someEpisodes(config, batch, length, seed);
        fc.pre(await isDecided(config, parameters, episodes));
        const right = await rightOf(config, parameters, episodes);
        const exported = await Exported.open(config, parameters, { step });
        const got = await exported.forward(episodes);
        expect(errorOf(got.logits, right.logits)).toBeLessThan(LIMIT);
        expect(errorOf(got.familiarity, right.familiarity)).toBeLessThan(LIMIT);
        await exported.dispose();
      }),
      { numRuns: 30, seed: 1 },
    );
  });
});
