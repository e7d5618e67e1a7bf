/** Nearest neighbours on the episodes that networks are tested on. */
import { Random } from '../../common/random.js';
import type { DataSet } from '../../data/drawings.js';
import { createEngine } from '../../engine/create.js';
import { type ModelConfig, modelConfig } from '../../model/config.js';
import { shapesOf } from '../../model/shapes.js';
import { loadCheckpoint } from '../../runs/run-folder.js';
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
import type { Evaluation } from '../../training/evaluation/evaluate.js';
import { makeRecipe } from '../../training/recipe/recipe.js';
import { shippedPath } from '../networks/shipped.js';
import type { TrainFlags } from '../training/plan.js';
import type { Features } from './experiment.js';

/** Minibatches of the autoencoder, and drawings in one. */
const MINIBATCHES = 3000;
const DRAWINGS = 64;
/** Whose encoder gives embeddings. */
const PRETRAINED = 'mann-omniglot-5way';

type OnProgress = (done: number, of: number) => void;

/** What nearest neighbours score on the test episodes of a task with drawings. */
export async function testNeighbours(
  data: DataSet,
  flags: TrainFlags,
  kind: Features,
  { batches, onProgress }: { batches: number; onProgress: OnProgress },
): Promise<{ measure: Measure; test: Evaluation }> {
  const seed = flags.seed ?? 1;
  const task = drawingsTask(data, { split: flags.split, labels: flags.labels });
  const recipe = makeRecipe({
    ...(flags.numClasses !== undefined && { numClasses: flags.numClasses }),
    ...(flags.episodeLength !== undefined && { episodeLength: flags.episodeLength }),
  });
  const config = modelConfig(task.network(recipe));
  const features = await featuresOf(data, task.train, config, kind, seed, onProgress);
  const episodes = task.testEpisodes(config, recipe, seed, 'test');
  const { measure } = episodes;
  const counts: Counts[] = [];
  for (let i = 1; i <= batches; i++) {
    const batch = episodes.next();
    const guesses = nearestNeighbours(batch, features.vectorsOf);
    counts.push(...countRight(batch, -1, (step) => guesses[step] === batch.labels[step]));
    onProgress(i, batches);
  }
  await features.dispose();
  const scores = scoresOf(sumCounts(counts, measure.columns.length), measure);
  const test = { scores, ci95: ci95Of(counts, measure), loss: Number.NaN, episodes: counts.length };
  return { measure, test };
}

interface OpenFeatures {
  readonly vectorsOf: VectorsOf;
  dispose(): Promise<void>;
}

async function featuresOf(
  data: DataSet,
  classes: readonly number[],
  { inputHeight, inputWidth }: ModelConfig,
  kind: Features,
  seed: number,
  onProgress: OnProgress,
): Promise<OpenFeatures> {
  const pixels = drawings(inputHeight * inputWidth);
  const nothing = async () => {};
  if (kind === 'pixels') return { vectorsOf: pixels, dispose: nothing };
  if (kind === 'encoder') return embeddings(pixels);
  const options = { inputHeight, inputWidth, augment: true };
  const encode = trainAutoencoder({
    images: variedDrawings(data, classes, options, new Random(seed, 'drawings')),
    iterations: MINIBATCHES,
    batch: DRAWINGS,
    random: new Random(seed, 'autoencoder'),
    onProgress: ({ iteration }) => onProgress(iteration, MINIBATCHES),
  });
  return { vectorsOf: (batch) => encode(pixels(batch)), dispose: nothing };
}

/** Embeddings by the encoder of the pretrained network: what it binds a label to. */
async function embeddings(pixels: VectorsOf): Promise<OpenFeatures> {
  const { config, parameters } = await loadCheckpoint(shippedPath(PRETRAINED));
  const engine = await createEngine(config, { parameters, threads: 0 });
  const { P, X } = shapesOf(config);
  const vectorsOf: VectorsOf = (batch) => {
    const drawn = pixels(batch);
    const steps = drawn.length / P;
    const inputs = new Float32Array(steps * X);
    for (let i = 0; i < steps; i++) inputs.set(drawn.subarray(i * P, (i + 1) * P), i * X);
    return engine.step(inputs, engine.zeroState(steps)).state.embedding;
  };
  return { vectorsOf, dispose: () => engine.dispose() };
}
