/** The small network of the page, and how it is trained. The same in Node, to compare speeds. */
import { type ModelConfig, makeRecipe, modelConfig, type Recipe } from 'mann';

/** C and T of the full task. */
const CLASSES = 3;
const DRAWINGS = 15;
/** Invented characters: training's and, held out, the test's. */
export const CHARACTERS = 400;
/** Batches between two looks at the messages. */
const BREATH = 10;
/** Batches after which a network is kept, to be compared with what becomes of it. */
export const STAGES: readonly number[] = [0, 500, 2000];
/** Episodes of the test. */
const TESTED = 320;

export const smallNetwork: ModelConfig = modelConfig({
  numClasses: CLASSES,
  lstmSize: 64,
  memorySize: 32,
  memoryDim: 20,
  nbReads: 2,
});

/** What trains: the processor, or the graphics processor. */
export type Means = 'cpu' | 'gpu';

/**
 * A graphics processor takes a batch of 64 in little more time than one of 8. It gets twice the episodes, since larger
 * batches learn less from each, and twice the learning rate.
 */
const sizes = {
  cpu: { batchSize: 8, learningRate: 2e-3, batches: 8000 },
  gpu: { batchSize: 64, learningRate: 4e-3, batches: 2000 },
} as const satisfies Record<Means, object>;

export function smallRecipe(means: Means, batches: number = sizes[means].batches): Recipe {
  const { batchSize, learningRate } = sizes[means];
  return makeRecipe({
    batchSize,
    numClasses: CLASSES,
    episodeLength: DRAWINGS,
    learningRate,
    iterations: batches,
    reportEvery: BREATH,
    evaluateEvery: 0,
    evaluateBatches: TESTED / batchSize,
    checkpointEvery: STAGES[1]!,
  });
}

/** Whether the page shows a network of so many batches: at each stage, and then as often as the last one comes. */
export function isShown(batches: number): boolean {
  return STAGES.includes(batches) || batches % STAGES.at(-1)! === 0;
}
