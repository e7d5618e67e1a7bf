import type { Random, RandomState } from '../../common/random.js';
import { checkEnough, type DataSet } from '../../data/drawings.js';
import { drawInputs } from '../../data/views.js';
import { type Pose, resampling, UPRIGHT } from '../../data/warp.js';
import type { Batch, Forward } from '../../engine/engine.js';
import type { Counts, Measure } from '../scores.js';
import type { EpisodeSource, EpisodeTask } from '../task.js';
import { accuracyByInstance, countEpisodes, countRight } from './by-instance.js';
import {
  accuracyOfStrings,
  numStrings,
  readStrings,
  type Spelling,
  spell,
} from './string-labels.js';

/**
 * How episodes are sampled. `default`: classes without replacement, and drawings of a class without replacement
 * until all have been shown. `original`, as in the original implementation: both with replacement, so that two labels
 * may stand for the same class and a drawing may appear twice; drawings are shifted by whole pixels of their 105.
 */
export type Sampler = 'default' | 'original';

/**
 * How drawings are varied. `true`, as in the original implementation: a class is rotated by a multiple of 90°, each of its
 * drawings by up to ±11.25°, and shifted by up to ±10/105 of its side. `wide`: drawings are stretched and slanted too.
 * `false`: not at all.
 */
export type Augment = boolean | 'wide';

export interface EpisodeOptions {
  /** B episodes in a batch. */
  readonly batchSize: number;
  /** C: number of different labels; with `spelling`, classes of an episode at most. */
  readonly numClasses: number;
  /** Labels are strings, spelt so, different ones each episode. Default: one-hot labels. */
  readonly spelling?: Spelling | undefined;
  readonly inputHeight: number;
  readonly inputWidth: number;
  /** How to vary drawings: see {@link Augment}. */
  readonly augment: Augment;
  /** Default `default`. */
  readonly sampler?: Sampler | undefined;
}

/** A batch of episodes, with the classes and drawings in it. */
export interface EpisodeBatch extends Batch {
  readonly inputs: Float32Array;
  /** [B, T]: the label of each step, 0 to C-1 (or the number of the string); the number of labels for distractors. */
  readonly labels: Uint8Array | Uint16Array;
  /** [B, classes + distractors]: the classes of each episode, distractors last, as indices into the data set's classes. */
  readonly classes: Int32Array;
  /** [B, T]: the instance, that is how many times the step's class has appeared so far, counting this step. */
  readonly instances: Uint16Array;
  /** [B, T]: the step's drawing, an index into the atlas. */
  readonly drawings: Int32Array;
}

/** ±11.25 degrees in radians. */
const LARGEST_ANGLE = Math.PI / 16;
/** ±10 of 105 pixels in sides. */
const LARGEST_SHIFT = 10 / 105;
/** Widely varied drawings are up to 4/3 as wide or high, or 3/4, and 0.3 to the side for each step down. */
const LARGEST_STRETCH = Math.log(4 / 3);
const LARGEST_SLANT = 0.3;

/**
 * Samples batches of episodes.
 *
 * ```ts
 * const data = glyphs();
 * const options = { batchSize: 16, numClasses: 5, inputHeight: 20, inputWidth: 20, augment: true };
 * const sampler = new EpisodeSampler(data, splitClasses(data).train, options, new Random(1));
 * const { inputs, labels } = sampler.next({ classes: 5, length: 50 }); // [16, 50, 405], [16, 50]
 * ```
 * An episode has `classes` different classes with different labels. Each step shows a class sampled uniformly at
 * random, and a drawing that the episode has not shown yet as long as there is one (see {@link Sampler}). If each class
 * were shown equally often, counting labels would beat chance without looking at the drawings; networks learn that
 * first and get stuck. Distractors are shown as often as the others; their label is C, which stands for none, and no
 * label follows them. The state of `random` determines all batches to come.
 */
export class EpisodeSampler implements EpisodeSource<EpisodeBatch> {
  /** Where the pixels of a batch without views come from, as in `Views`. */
  #resampling = new Float32Array();

  /** @param classes indices into the data set's classes, for example one part of a split */
  constructor(
    readonly data: DataSet,
    readonly classes: readonly number[],
    readonly options: EpisodeOptions,
    readonly random: Random,
  ) {}

  /** Accuracy by instance. */
  get measure(): Measure {
    const { numClasses, spelling } = this.options;
    return spelling ? accuracyOfStrings(spelling) : accuracyByInstance(numClasses);
  }

  /** The right answers of each episode by instance: `sampler.grade(batch, await engine.forward(batch))`. */
  grade(batch: EpisodeBatch, { logits }: Pick<Forward, 'logits'>): Counts[] {
    const { spelling } = this.options;
    if (!spelling) return countEpisodes(batch, logits);
    const said = readStrings(logits, spelling);
    return countRight(batch, numStrings(spelling), (step) => said[step] === batch.labels[step]);
  }

  /** The state that determines all batches to come. */
  get state(): RandomState {
    return this.random.state;
  }

  restore(state: RandomState): void {
    this.random.restore(state);
  }

  /**
   * The next batch: `sampler.next({ classes: 5, length: 50 })`.
   * @param spent an earlier batch of this sampler that is not needed any more; its arrays are reused if they have the
   *   right size, which saves work for the garbage collector
   * @param asViews gives `views` and no `inputs`: the same episodes, for an engine that draws itself
   * @throws UserError if there are too few classes, or too few drawings of a class; RangeError if the task has no
   *   classes or steps, or more classes than there are labels
   */
  next(task: EpisodeTask, spent?: Batch, asViews = false): EpisodeBatch {
    checkTask(task, this.options.numClasses);
    const { classes, length: T, distractors = 0 } = task;
    const all = classes + distractors;
    const { data, classes: own } = this;
    if (this.#isOriginal) checkEnough(data, own, { numClasses: 1 }, 1);
    else checkEnough(data, own, { numClasses: classes, distractors }, Math.ceil(T / all));
    const { batchSize: B, inputHeight: height, inputWidth: width, spelling } = this.options;
    const { characters, alphabet: letters } = spelling ?? {
      ...{ characters: 1, alphabet: this.options.numClasses },
    };
    const sizes: Sizes = {
      ...{ B, T, all },
      X: asViews ? 0 : height * width + characters * letters,
      atlas: asViews ? this.data.atlas : undefined,
      characters: spelling && characters,
      Labels: this.#numLabels > 255 ? Uint16Array : Uint8Array,
    };
    const isFit = fits(spent, sizes);
    const batch = isFit ? spent : blank(this.data.side, sizes);
    if (!asViews && this.#resampling.length !== 6 * B * T) {
      this.#resampling = new Float32Array(6 * B * T);
    }
    const resampling = batch.views?.resampling ?? this.#resampling;
    for (let b = 0; b < B; b++) this.#episode(task, batch, b, resampling);
    if (asViews) return batch;
    if (isFit) batch.inputs.fill(0); // the labels of before
    const views = { ...this.data, drawings: batch.drawings, resampling };
    drawInputs(views, batch, { height, width, letters, characters }, batch.inputs);
    return batch;
  }

  /** Everything of episode `b` but its pixels; what they follow from goes into `resampling` [B, T, 6]. */
  #episode(task: EpisodeTask, batch: EpisodeBatch, b: number, resampling: Float32Array): void {
    const { classes, length: T, repeat, distractors = 0 } = task;
    const { random } = this;
    const { augment, spelling } = this.options;
    const { labels, instances, drawings, targets } = batch;
    const none = this.#numLabels;
    const chosen = this.#chooseClasses(classes + distractors);
    const count = chosen.length;
    batch.classes.set(chosen, b * count);
    const own = random.sample(none, classes);
    const quarters = chosen.map(() => (augment ? random.below(4) : 0));

    const decks = chosen.map((): number[] => []);
    const seen = chosen.map(() => 0);
    const firsts = chosen.map(() => 0);
    for (let step = b * T; step < (b + 1) * T; step++) {
      const k = random.below(count);
      const label = k < classes ? own[k]! : none;
      labels[step] = label;
      if (spelling) spell(label, spelling, targets, step);
      const instance = seen[k]! + 1;
      seen[k] = instance;
      instances[step] = instance;
      if (instance === 1) firsts[k] = step;
      if (repeat && instance > 1) {
        const first = firsts[k]!;
        drawings[step] = drawings[first]!;
        resampling.copyWithin(6 * step, 6 * first, 6 * first + 6);
      } else {
        drawings[step] = this.#deal(decks[k]!, chosen[k]!);
        this.#place(augment ? this.#pose(quarters[k]!) : UPRIGHT, resampling, 6 * step);
      }
    }
  }

  #place(pose: Pose, out: Float32Array, at: number): void {
    const { inputHeight, inputWidth } = this.options;
    resampling(pose, this.data.side, inputHeight, inputWidth, out, at);
  }

  /** L: different labels; L itself stands for none. */
  get #numLabels(): number {
    const { numClasses, spelling } = this.options;
    return spelling ? numStrings(spelling) : numClasses;
  }

  get #isOriginal(): boolean {
    return this.options.sampler === 'original';
  }

  #chooseClasses(count: number): number[] {
    const { random, classes } = this;
    const places = this.#isOriginal
      ? Array.from({ length: count }, () => random.below(classes.length))
      : random.sample(classes.length, count);
    return places.map((i) => classes[i]!);
  }

  /** A drawing of a class: one that the episode has not shown, as long as there is one; any with the original sampler. */
  #deal(deck: number[], index: number): number {
    const { first, count } = this.data.classes[index]!;
    if (this.#isOriginal) return first + this.random.below(count);
    if (deck.length === 0) deck.push(...this.random.sample(count, count));
    return first + deck.pop()!;
  }

  #pose(quarters: number): Pose {
    const angle = this.random.uniform(-LARGEST_ANGLE, LARGEST_ANGLE);
    const right = this.#shift();
    const down = this.#shift();
    if (this.options.augment !== 'wide') return { quarters, angle, right, down };
    const wide = this.#stretch();
    const high = this.#stretch();
    const slant = this.random.uniform(-LARGEST_SLANT, LARGEST_SLANT);
    return { quarters, angle, right, down, shape: { wide, high, slant } };
  }

  #shift(): number {
    return this.#isOriginal
      ? (this.random.below(2 * 10 + 1) - 10) / 105
      : this.random.uniform(-LARGEST_SHIFT, LARGEST_SHIFT);
  }

  #stretch(): number {
    return exp(this.random.uniform(-LARGEST_STRETCH, LARGEST_STRETCH));
  }
}

/** e^x of a small x: sums and products alone, the same everywhere. */
function exp(x: number): number {
  let sum = 1;
  for (let n = 8; n > 0; n--) sum = 1 + (sum * x) / n;
  return sum;
}

/** What the arrays of a batch follow from. */
interface Sizes {
  readonly B: number;
  readonly T: number;
  /** 0 with views. */
  readonly X: number;
  /** With views. */
  readonly atlas: Uint8Array | undefined;
  /** Classes and distractors. */
  readonly all: number;
  /** Of a label, where labels are strings. */
  readonly characters: number | undefined;
  readonly Labels: typeof Uint8Array | typeof Uint16Array;
}

function blank(side: number, { B, T, X, atlas, all, characters, Labels }: Sizes): EpisodeBatch {
  const labels = new Labels(B * T);
  const drawings = new Int32Array(B * T);
  return {
    batch: B,
    length: T,
    inputs: new Float32Array(B * T * X),
    ...(atlas && { views: { atlas, side, drawings, resampling: new Float32Array(6 * B * T) } }),
    labels,
    targets: characters ? new Uint8Array(B * T * characters) : labels,
    classes: new Int32Array(B * all),
    instances: new Uint16Array(B * T),
    drawings,
  };
}

/** Whether a batch is an {@link EpisodeBatch} with these sizes. */
function fits(
  batch: Batch | undefined,
  { B, T, X, atlas, all, characters, Labels }: Sizes,
): batch is EpisodeBatch {
  if (batch === undefined || !('drawings' in batch)) return false;
  const { inputs, views, labels, targets, classes } = batch as EpisodeBatch;
  return (
    batch.batch === B &&
    batch.length === T &&
    inputs.length === B * T * X &&
    views?.atlas === atlas &&
    classes.length === B * all &&
    labels.BYTES_PER_ELEMENT === Labels.BYTES_PER_ELEMENT &&
    (characters === undefined ? targets === labels : targets.length === B * T * characters)
  );
}

/** Without it a label beyond the one-hot would be written into the pixels of the next step. */
function checkTask({ classes, length, distractors = 0 }: EpisodeTask, numClasses: number): void {
  for (const [what, value, least] of [
    ['classes', classes, 1],
    ['length', length, 1],
    ['distractors', distractors, 0],
  ] as const) {
    if (!Number.isInteger(value) || value < least) {
      throw new RangeError(
        `${what} of an episode must be a whole number from ${least}, not ${value}`,
      );
    }
  }
  if (classes > numClasses) {
    throw new RangeError(`an episode of ${classes} classes needs more than ${numClasses} labels`);
  }
}
