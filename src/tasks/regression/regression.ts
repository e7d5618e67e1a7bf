/** Regression: functions that are new each episode, drawn from a Gaussian process. */
import { UserError } from '../../common/errors.js';
import { fnv1a64 } from '../../common/numbers/fnv.js';
import { checkOptions } from '../../common/options.js';
import { quoted } from '../../common/printable.js';
import { Random } from '../../common/random.js';
import type { Forward } from '../../engine/engine.js';
import { checkRoomFor } from '../check.js';
import type { Counts, Measure } from '../scores.js';
import { type EpisodeRecipe, type EpisodeSource, fullTask, type Task, testsOf } from '../task.js';
import { pointFeatures } from './fourier-features.js';
import {
  type FunctionBatch,
  type FunctionOptions,
  type FunctionProcess,
  FunctionSampler,
} from './functions.js';
import { countDensities, densityByStep, gradeNetwork, gradeProcess } from './grade-functions.js';

/** Which functions: all of one length scale and scale (`fixed`), or each of its own (`varied`). */
export type FunctionKind = 'fixed' | 'varied';

/**
 * The processes that functions are from. `varied` has the ranges of the protocol of attentive neural processes (Kim et
 * al. 2019).
 */
export const functionProcesses: Readonly<Record<FunctionKind, Partial<FunctionProcess>>> = {
  fixed: {},
  varied: { length: [0.1, 0.6], scale: [0.1, 1] },
};

/** The process is sampled and answered by the factors of a matrix of as many rows: with these, seconds for an episode. */
const MOST_POINTS = 2000;

export interface RegressionOptions {
  /** D: numbers of a point, 1 to 3. Default 1. */
  readonly dimensions?: number | undefined;
  /** Default `fixed`. */
  readonly functions?: FunctionKind | undefined;
  /** Random frequencies of which a point has the sine and cosine too (random Fourier features). Default 0. */
  readonly fourierFeatures?: number | undefined;
}

/**
 * Regression (Santoro et al. 2016, section 4.3): `regressionTask({ dimensions: 2 })`. Each step shows a point and the value
 * at the point before; asked is the value, as a mean and a deviation.
 * @throws UserError that names the option
 */
export function regressionTask(given: RegressionOptions = {}): Task<FunctionBatch> {
  checkOptions('regressionTask', given, {
    ...{ dimensions: 'number', functions: 'string', fourierFeatures: 'number' },
  });
  const { dimensions = 1, functions = 'fixed', fourierFeatures = 0 } = given;
  if (!Object.hasOwn(functionProcesses, functions)) {
    const kinds = Object.keys(functionProcesses).join(' or ');
    throw new UserError(`regressionTask: functions must be ${kinds}, not ${quoted(functions)}`);
  }
  const options = { dimensions, functions, ...(fourierFeatures > 0 && { fourierFeatures }) };
  const process = functionProcesses[functions];
  const { size } = pointFeatures(dimensions, fourierFeatures);
  const make = ({ batchSize, episodeLength }: EpisodeRecipe, random: Random) => {
    if (episodeLength > MOST_POINTS) {
      throw new UserError(
        `functions of ${episodeLength} points: ${MOST_POINTS.toLocaleString('en')} are the most, for the time that they take ` +
          'grows with the cube of their number: give a smaller --episode-length',
      );
    }
    checkRoomFor({ batchSize, episodeLength }, size + 1, 'points');
    return new FunctionSource(
      { batchSize, dimensions, fourierFeatures, process },
      random,
      episodeLength,
    );
  };
  return {
    name: 'regression',
    record: {
      name: 'regression',
      digest: fnv1a64(new TextEncoder().encode(JSON.stringify({ options, process }))),
      split: 'generated',
      options,
    },
    network: () => ({
      ...{ output: 'gaussian', targetSize: 1, inputHeight: 1 },
      inputWidth: size,
    }),
    trainingEpisodes: (_, recipe, seed) => make(recipe, new Random(seed, 'training episodes')),
    testEpisodes: (_, recipe, seed, stream) => {
      const source = make(recipe, new Random(seed, stream));
      return {
        ...testsOf(source, fullTask(recipe)),
        best: (batch) => countDensities(gradeProcess(batch), source.measure),
      };
    },
  };
}

/** Functions, and how answers about them are graded. */
class FunctionSource extends FunctionSampler implements EpisodeSource<FunctionBatch> {
  readonly measure: Measure;

  /** @param length T of the full task */
  constructor(options: FunctionOptions, random: Random, length: number) {
    super(options, random);
    this.measure = densityByStep(length);
  }

  grade(batch: FunctionBatch, { logits }: Pick<Forward, 'logits'>): Counts[] {
    return countDensities(gradeNetwork(batch, logits), this.measure);
  }
}
