import type { Random, RandomState } from '../../common/random.js';
import { checkWhole } from '../check.js';
import { MOST_FREQUENCIES, type PointFeatures, pointFeatures } from './fourier-features.js';
import { observe } from './gaussian-process.js';

/** A number, or the range in which each episode has its own. */
export type OwnOrRange = number | readonly [low: number, high: number];

/** The functions of episodes. */
export interface FunctionProcess {
  /** Points are uniform from `low` to `high` in each dimension. Default -2 to 2. */
  readonly low: number;
  readonly high: number;
  /** The length scale of the kernel. Default 0.4. */
  readonly length: OwnOrRange;
  /** The standard deviation of a function's values. Default 1. */
  readonly scale: OwnOrRange;
  /** The standard deviation of the noise of observations. Default 0.02. */
  readonly noise: number;
}

export interface FunctionOptions {
  /** B episodes in a batch. */
  readonly batchSize: number;
  /** D: numbers of a point, 1 to 3. */
  readonly dimensions: number;
  /** Random frequencies of which a point has the sine and cosine too. Default 0. */
  readonly fourierFeatures?: number | undefined;
  readonly process?: Partial<FunctionProcess>;
}

/** The size of an episode: T points. */
export interface FunctionTask {
  readonly length: number;
}

/** A batch of functions, observed at points. */
export interface FunctionBatch {
  /** B episodes. */
  readonly batch: number;
  /** T points of each. */
  readonly length: number;
  /** [B, T, P + 1]: the point (P = D, or with Fourier features more), then the value at the point before, 0 at the first. */
  readonly inputs: Float32Array;
  /** [B, T, 1]: the value at the point, with noise. */
  readonly targets: Float32Array;
  /** [B, T, D]. */
  readonly points: Float32Array;
  /** [B]: the length scale of each function. */
  readonly lengths: Float64Array;
  /** [B]: the scale of each function. */
  readonly scales: Float64Array;
  /** The standard deviation of the noise. */
  readonly noise: number;
}

/** Functions of one length scale and scale. */
export const usualProcess: FunctionProcess = {
  low: -2,
  high: 2,
  length: 0.4,
  scale: 1,
  noise: 0.02,
};

/**
 * Samples functions from a Gaussian process, a new one each episode: a network sees a point, says what the value there
 * is, and is told one step later.
 *
 * ```ts
 * const sampler = new FunctionSampler({ batchSize: 16, dimensions: 1 }, new Random(1));
 * const { inputs, targets } = sampler.next({ length: 50 }); // [16, 50, 2], [16, 50, 1]
 * ```
 * With ranges as length scale or scale, each function has its own, uniform in the range. The state of `random`
 * determines all batches to come.
 */
export class FunctionSampler {
  readonly process: FunctionProcess;
  readonly #features: PointFeatures;

  /** @throws RangeError if an option is out of its range */
  constructor(
    readonly options: FunctionOptions,
    readonly random: Random,
  ) {
    this.process = { ...usualProcess, ...options.process };
    checkWhole('batchSize', options.batchSize, 1);
    checkWhole('dimensions of a function', options.dimensions, 1, 3);
    const { fourierFeatures = 0 } = options;
    checkWhole('fourierFeatures', fourierFeatures, 0, MOST_FREQUENCIES);
    checkProcess(this.process);
    this.#features = pointFeatures(options.dimensions, fourierFeatures);
  }

  /** The state that determines all batches to come. */
  get state(): RandomState {
    return this.random.state;
  }

  restore(state: RandomState): void {
    this.random.restore(state);
  }

  /**
   * The next batch: `sampler.next({ length: 50 })`.
   * @param spent an earlier batch that is not needed any more; its arrays are reused if they have the right size
   * @throws RangeError if there are no points
   */
  next({ length: T }: FunctionTask, spent?: object): FunctionBatch {
    checkWhole('length of a function', T, 1);
    const { batchSize: B, dimensions: D } = this.options;
    const X = this.#features.size + 1;
    const fresh = (): FunctionBatch => ({
      batch: B,
      length: T,
      inputs: new Float32Array(B * T * X),
      targets: new Float32Array(B * T),
      points: new Float32Array(B * T * D),
      lengths: new Float64Array(B),
      scales: new Float64Array(B),
      noise: this.process.noise,
    });
    const batch = fits(spent, [B, T, D, X], this.process.noise) ? spent : fresh();
    for (let b = 0; b < B; b++) this.#episode(batch, b);
    return batch;
  }

  #episode({ length: T, inputs, targets, points, lengths, scales }: FunctionBatch, b: number) {
    const { random, process } = this;
    const { low, high, noise } = process;
    const D = this.options.dimensions;
    const length = this.#own(process.length);
    const scale = this.#own(process.scale);
    lengths[b] = length;
    scales[b] = scale;
    // Values belong to the points as the network sees them, rounded to float32.
    const own = points.subarray(b * T * D, (b + 1) * T * D);
    for (let i = 0; i < own.length; i++) own[i] = random.uniform(low, high);
    targets.set(observe(own, D, { length, scale, noise }, random), b * T);
    const P = this.#features.size;
    for (let t = 0; t < T; t++) {
      const step = b * T + t;
      this.#features.write(own, t, inputs, step * (P + 1));
      inputs[step * (P + 1) + P] = t > 0 ? targets[step - 1]! : 0;
    }
  }

  #own(value: OwnOrRange): number {
    return typeof value === 'number' ? value : this.random.uniform(...value);
  }
}

/** Whether a batch is one of functions with these sizes. */
function fits(
  batch: object | undefined,
  [B, T, D, X]: readonly [B: number, T: number, D: number, X: number],
  noise: number,
): batch is FunctionBatch {
  if (batch === undefined || !('scales' in batch)) return false;
  const own = batch as FunctionBatch;
  return (
    own.batch === B &&
    own.length === T &&
    own.points.length === B * T * D &&
    own.inputs.length === B * T * X &&
    own.noise === noise
  );
}

function checkProcess({ low, high, length, scale, noise }: FunctionProcess): void {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
    throw new RangeError(`points of a function can't be from ${low} to ${high}`);
  }
  for (const [what, value] of Object.entries({ length, scale })) {
    const [least, most] = typeof value === 'number' ? [value, value] : value;
    if (!(least > 0 && least <= most && most < Number.POSITIVE_INFINITY)) {
      throw new RangeError(
        `${what} of a process must be positive, or a range of such: not ${value}`,
      );
    }
  }
  if (!(noise >= 0 && noise < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`noise of a process must be 0 or more, not ${noise}`);
  }
}
