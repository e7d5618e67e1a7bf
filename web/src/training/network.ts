/** The small network of the page, and how it is trained. The same in Node, to compare speeds. */
import { type ModelConfig, makeRecipe, modelConfig, type Recipe } from 'mann';

/** C and T of the full task. */
const CLASSES = 3;
const DRAWINGS = 15;
/** Invented characters: training's and, held out, the test's. */
export const CHARACTERS = 400;
/** Batches between two looks at the messages. */
const BREATH = 10;

export const smallNetwork: ModelConfig = modelConfig({
  numClasses: CLASSES,
  lstmSize: 64,
  memorySize: 32,
  memoryDim: 20,
  nbReads: 2,
});

export function smallRecipe(batches: number): Recipe {
  return makeRecipe({
    batchSize: 8,
    numClasses: CLASSES,
    episodeLength: DRAWINGS,
    learningRate: 2e-3,
    iterations: batches,
    reportEvery: BREATH,
    evaluateEvery: 0,
  });
}
