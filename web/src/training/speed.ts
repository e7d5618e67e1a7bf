import { type Engine, type EpisodeSource, type Recipe, train } from 'mann';

/** Milliseconds that a measurement takes at least. */
const LONG_ENOUGH = 500;
/** Batches that it takes at least. A slow machine needs a while for each. */
const ENOUGH = 2;
/** More batches than a measurement takes. */
const MANY = 1e6;

/**
 * Episodes a second in which an engine trains on the full task, measured after a first batch, for which shaders are
 * compiled: `await speedOf(engine, recipe, source)`. Its weights are other ones then.
 */
export async function speedOf(
  engine: Engine,
  recipe: Recipe,
  source: EpisodeSource,
): Promise<number> {
  const enough = new AbortController();
  let [from, to, batches] = [0, 0, 0];
  await train({
    engine,
    recipe: { ...recipe, curriculum: [], iterations: MANY, checkpointEvery: MANY },
    source,
    seed: 0,
    dataset: { name: 'measurement', digest: '', split: 'random' },
    signal: enough.signal,
    onProgress: ({ batch }) => {
      to = performance.now();
      batches = batch - 1;
      if (batches === 0) from = to;
      else if (batches >= ENOUGH && to - from >= LONG_ENOUGH) enough.abort();
    },
  });
  return (1000 * batches * recipe.batchSize) / (to - from);
}
