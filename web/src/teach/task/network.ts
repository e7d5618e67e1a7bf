/** What the library makes of settings: the same as `mann train` with the options of `commandOf`. */
import {
  type DataSet,
  type DrawingsTask,
  drawingsTask,
  type ModelConfig,
  makeRecipe,
  modelConfig,
  type Recipe,
} from 'mann';
import { fnv } from '../../training/fnv.js';
import type { Settings } from './settings.js';

/** Episodes in a batch from which a graphics processor trains, as in `mann train`. */
export const GPU_BATCH = 64;
/** Drawings that a test shows, about. */
const TESTED = 40_000;

/** Batches of the test: 800 episodes of 50 drawings, fewer of longer ones. */
export function testBatches({ batch, length }: Settings): number {
  return Math.min(Math.max(Math.round(TESTED / (batch * length)), 5), Math.ceil(800 / batch));
}

export function recipeOf(settings: Settings): Recipe {
  const { classes, length, batch, batches, rate, curriculum, between, memory } = settings;
  return makeRecipe({
    ...(memory === 'none' && { model: 'lstm' as const }),
    numClasses: classes,
    episodeLength: length,
    batchSize: batch,
    iterations: batches,
    learningRate: rate,
    curriculum,
    keepMemory: between === 'kept',
    evaluateEvery: 0,
    checkpointEvery: batches,
  });
}

/** A task on a data set, its network and its recipe. */
export interface Plan {
  readonly task: DrawingsTask;
  readonly config: ModelConfig;
  readonly recipe: Recipe;
}

export function planOf(settings: Settings, data: DataSet): Plan {
  const { labels, memory, controller, encoder, units, slots } = settings;
  const task = drawingsTask(data, { labels });
  const recipe = recipeOf(settings);
  const config = modelConfig({
    ...{ memory, controller, encoder, lstmSize: units },
    ...(memory !== 'none' && { memorySize: slots }),
    ...task.network(recipe),
  });
  return { task, config, recipe };
}

/** The command that trains and tests the same network on the same episodes. */
export function commandOf(settings: Settings): string {
  const { memory, slots, between, labels, curriculum } = settings;
  const options = {
    labels,
    'num-classes': settings.classes,
    'episode-length': settings.length,
    memory,
    controller: settings.controller,
    encoder: settings.encoder,
    'controller-size': settings.units,
    ...(memory !== 'none' && { 'memory-locations': slots }),
    iterations: settings.batches,
    'batch-size': settings.batch,
    'learning-rate': settings.rate,
    curriculum,
    seed: settings.seed,
    'evaluate-every': 0,
    'test-batches': testBatches(settings),
  };
  const flags = Object.entries(options).map(([name, value]) => `--${name} ${value}`);
  const kept = between === 'kept' ? ['--keep-memory'] : [];
  return [
    'npx mann train --dataset glyphs',
    ...flags,
    ...kept,
    `--save-dir ${folderOf(settings)}`,
  ].join(' ');
}

/** A folder of its own for each configuration: `mann train` refuses one that holds another run. */
function folderOf(settings: Settings): string {
  const characters = Array.from(JSON.stringify(settings), (one) => one.charCodeAt(0));
  return `runs/class-${fnv([characters])}`;
}
