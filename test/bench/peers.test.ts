import { describe, expect, it } from 'vitest';
import { agrees, resultOf } from '../../bench/peers/peers.ts';
import { glyphs, splitClasses } from '../../dist/index.js';
import { modelConfig } from '../../dist/model/config.js';
import { modelPresets } from '../../dist/model/presets.js';
import { trainingEpisodes } from '../../dist/tasks/classification/drawings.js';
import { initialWeights } from '../../dist/training/initial-weights.js';
import { makeRecipe } from '../../dist/training/recipe/recipe.js';

/** The batch of `npm run bench -- --gpu`. JAX and this project answer differently in one of its episodes. */
const B = 256;
const JAX_DIFFERS = 172;

function work() {
  const config = modelConfig(modelPresets.flat);
  const data = glyphs({ classes: 400 });
  const recipe = makeRecipe({ preset: 'flat', batchSize: B, episodeLength: 50 });
  const source = trainingEpisodes(data, splitClasses(data).train, config, recipe, 1);
  const batch = source.next({ classes: 5, length: 50 });
  return { config, parameters: initialWeights(config, 2), batch };
}

function line(differing: readonly number[]) {
  const logitErrors = Array.from({ length: B }, (_, b) => (differing.includes(b) ? 2e-3 : 1e-6));
  const jax = { name: 'JAX', version: '', variant: '', threads: 1, ms: 1 };
  return { ...jax, logitErrors, lossError: 1e-6 };
}

describe('the logits of another library', () => {
  it('may differ where rounding chooses the least used slot, and only there', async () => {
    const given = work();
    const result = await resultOf(line([JAX_DIFFERS]), given);
    expect(result).toMatchObject({ logitError: 1e-6, undecided: 1 });
    expect(agrees(result)).toBe(true);
    const wrong = await resultOf(line([3, JAX_DIFFERS]), given);
    expect(wrong).toMatchObject({ logitError: 2e-3, undecided: 1 });
    expect(agrees(wrong)).toBe(false);
  });
});
