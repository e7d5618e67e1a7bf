/** Nearest neighbours on the episodes that networks are tested on. */
import { Random } from '../../common/random.js';
import type { DataSet } from '../../data/drawings.js';
import { modelConfig } from '../../model/config.js';
import {
  trainAutoencoder,
  variedDrawings,
} from '../../tasks/classification/baselines/autoencoder.js';
import {
  drawings,
  nearestNeighbours,
  type VectorsOf,
} from '../../tasks/classification/baselines/nearest-neighbours.js';
import { countRight } from '../../tasks/classification/by-instance.js';
import { drawingsTask } from '../../tasks/classification/drawings.js';
import { type Counts, ci95Of, type Measure, scoresOf, sumCounts } from '../../tasks/scores.js';
import type { Evaluation } from '../../training/evaluate.js';
import { makeRecipe } from '../../training/recipe.js';
import type { TrainFlags } from '../training/plan.js';

/** Minibatches of the autoencoder, and drawings in one. */
const MINIBATCHES = 3000;
const DRAWINGS = 64;

/** What nearest neighbours score on the test episodes of a task with drawings. */
export function testNeighbours(
  data: DataSet,
  flags: TrainFlags,
  kind: 'pixels' | 'autoencoder',
  { batches, onProgress }: { batches: number; onProgress: (done: number, of: number) => void },
): { measure: Measure; test: Evaluation } {
  const seed = flags.seed ?? 1;
  const task = drawingsTask(data, { split: flags.split, labels: flags.labels });
  const recipe = makeRecipe({
    ...(flags.numClasses !== undefined && { numClasses: flags.numClasses }),
    ...(flags.episodeLength !== undefined && { episodeLength: flags.episodeLength }),
  });
  const config = modelConfig(task.network(recipe));
  const { inputHeight, inputWidth } = config;
  const pixels = drawings(inputHeight * inputWidth);
  let vectorsOf: VectorsOf = pixels;
  if (kind === 'autoencoder') {
    const options = { inputHeight, inputWidth, augment: true };
    const encode = trainAutoencoder({
      images: variedDrawings(data, task.train, options, new Random(seed, 'drawings')),
      iterations: MINIBATCHES,
      batch: DRAWINGS,
      random: new Random(seed, 'autoencoder'),
      onProgress: ({ iteration }) => onProgress(iteration, MINIBATCHES),
    });
    vectorsOf = (batch) => encode(pixels(batch));
  }
  const episodes = task.testEpisodes(config, recipe, seed, 'test');
  const { measure } = episodes;
  const counts: Counts[] = [];
  for (let i = 1; i <= batches; i++) {
    const batch = episodes.next();
    const guesses = nearestNeighbours(batch, vectorsOf);
    counts.push(...countRight(batch, -1, (step) => guesses[step] === batch.labels[step]));
    onProgress(i, batches);
  }
  const scores = scoresOf(sumCounts(counts, measure.columns.length), measure);
  const test = { scores, ci95: ci95Of(counts, measure), loss: Number.NaN, episodes: counts.length };
  return { measure, test };
}
