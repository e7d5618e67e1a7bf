import type { Random } from '../../../common/random.js';
import type { DataSet } from '../../../data/drawings.js';
import type { Floats } from '../../../model/tensors.js';
import { adam } from '../../../reference/adam.js';
import { checkWhole } from '../../check.js';
import { type EpisodeOptions, EpisodeSampler } from '../episodes.js';
import { Layers } from './layers.js';
import { drawings } from './nearest-neighbours.js';

export interface AutoencoderOptions {
  /** Gives so many drawings, [count, P], each time others: see {@link variedDrawings}. */
  readonly images: (count: number) => Floats;
  /** Number of minibatches. */
  readonly iterations: number;
  /** Drawings in a minibatch. */
  readonly batch: number;
  readonly random: Random;
  /** Hidden layers down to the bottleneck; the way back mirrors them. Default the paper's, [200, 200, 32]. */
  readonly widths?: readonly number[];
  /** Of Adam; it falls to 0 along a cosine. Default 1e-3. */
  readonly learningRate?: number;
  /** Called after each minibatch, with its cross entropy in nats a drawing. */
  readonly onProgress?: (progress: { iteration: number; loss: number }) => void;
}

/** Turns drawings [count, P] into features [count, 32]. */
export type Encoder = (drawings: Floats) => Float64Array;

/**
 * Trains the autoencoder whose features are a baseline of Santoro et al. 2016, and returns its encoder:
 *
 * ```ts
 * const options = { inputHeight: 20, inputWidth: 20, augment: true };
 * const images = variedDrawings(data, splitClasses(data).train, options, new Random(1, 'drawings'));
 * const random = new Random(1, 'autoencoder');
 * const encode = trainAutoencoder({ images, iterations: 3000, batch: 64, random });
 * nearestNeighbours(batch, (batch) => encode(drawings(20 * 20)(batch)));
 * ```
 * It never sees a label. In plain TypeScript, a minibatch of 64 drawings of 400 pixels takes 18 ms.
 */
export function trainAutoencoder({
  images,
  iterations,
  batch,
  random,
  widths = [200, 200, 32],
  learningRate = 1e-3,
  onProgress,
}: AutoencoderOptions): Encoder {
  checkWhole('iterations', iterations, 1);
  checkWhole('batch', batch, 1);
  const next = () => Float64Array.from(images(batch));
  let minibatch = next();
  const P = minibatch.length / batch;
  const layers = new Layers([P, ...widths], random);
  const gradient = new Float64Array(layers.weights.length);
  const first = new Float64Array(gradient.length);
  const second = new Float64Array(gradient.length);
  for (let iteration = 1; iteration <= iterations; iteration++) {
    if (iteration > 1) minibatch = next();
    const loss = layers.gradients(minibatch, batch, gradient);
    const rate = (learningRate * (1 + Math.cos((Math.PI * (iteration - 1)) / iterations))) / 2;
    adam(layers.weights, gradient, first, second, iteration, rate);
    onProgress?.({ iteration, loss });
  }
  return (drawings) => layers.encode(Float64Array.from(drawings), drawings.length / P);
}

/**
 * Single drawings of any of the classes, varied as those of episodes: `variedDrawings(data, classes, options, random)(64)`.
 * @returns a function that gives the next drawings, [count, P]
 */
export function variedDrawings(
  data: DataSet,
  classes: readonly number[],
  options: Pick<EpisodeOptions, 'inputHeight' | 'inputWidth' | 'augment'>,
  random: Random,
): (count: number) => Floats {
  const pixelsOf = drawings(options.inputHeight * options.inputWidth);
  return (count) => {
    const all = { ...options, batchSize: count, numClasses: 1 };
    // Episodes of a single drawing.
    return pixelsOf(new EpisodeSampler(data, classes, all, random).next({ classes: 1, length: 1 }));
  };
}
