/**
 * `npx tsx scripts/studies/doubled-classes.ts [folder of Omniglot]`: what it costs that the original implementation draws the classes of an
 * episode with replacement. Tests mann-flat-omniglot-5way on 6,400 episodes of its sampler, separately for those in
 * which two labels stand for the same class and for the others. Each batch draws from 30 random test classes, so
 * that about three episodes in ten are of the first kind, instead of one in forty.
 */
import {
  createEngine,
  EpisodeSampler,
  loadCheckpoint,
  loadOmniglot,
  Random,
  splitClasses,
} from '../../dist/index.js';
import { accuracyByInstance, countEpisodes } from '../../dist/tasks/classification/by-instance.js';
import { type Counts, ci95Of, scoresOf, sumCounts } from '../../dist/tasks/scores.js';

const BATCHES = 400;
const POOL = 30;

const [folder] = process.argv.slice(2);
const data = await loadOmniglot(folder === undefined ? {} : { data: folder });
const { test } = splitClasses(data, 'random');
const { config, parameters } = await loadCheckpoint('models/mann-flat-omniglot-5way.safetensors');
const engine = await createEngine(config, { parameters });
const { numClasses, inputHeight, inputWidth } = config;
const random = new Random(1, 'doubled');
const episodes: Record<'doubled' | 'different', Counts[]> = { doubled: [], different: [] };
for (let i = 0; i < BATCHES; i++) {
  const pool = random.sample(test.length, POOL).map((place) => test[place]!);
  const options = { batchSize: 16, numClasses, inputHeight, inputWidth, augment: true };
  const sampler = new EpisodeSampler(data, pool, { ...options, sampler: 'original' }, random);
  const batch = sampler.next({ classes: numClasses, length: 10 * numClasses });
  const { logits } = await engine.forward(batch);
  for (const [b, counts] of countEpisodes(batch, logits).entries()) {
    const classes = new Set(batch.classes.subarray(b * numClasses, (b + 1) * numClasses));
    episodes[classes.size < numClasses ? 'doubled' : 'different'].push(counts);
  }
}
await engine.dispose();
for (const [kind, counts] of Object.entries(episodes)) {
  const measure = accuracyByInstance(numClasses);
  const accuracy = scoresOf(sumCounts(counts, measure.columns.length), measure);
  const width = ci95Of(counts, measure);
  const cells = [1, 2, 3, 4, 5, 10].map(
    (i) => `${accuracy[i]!.toFixed(1)} ±${width[i]!.toFixed(1)}`,
  );
  console.log(`${kind}: ${counts.length} episodes, ${cells.join(', ')}`);
}
