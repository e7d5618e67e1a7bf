import { UserError } from '../common/errors.js';
import { checkOptions } from '../common/options.js';
import { createEngine } from '../engine/create.js';
import type { CellState, Engine, EngineKind, StepResult } from '../engine/engine.js';
import type { ModelConfig } from '../model/config.js';
import { shapesOf } from '../model/shapes.js';
import type { Floats } from '../model/tensors.js';
import { type Drawing, pictureOf } from './drawing.js';
import { type Prediction, predictionOf } from './prediction.js';
import { type Form, isPrepared, type Prepared, prepare } from './prepare.js';
import { Provenance, type Recalled } from './provenance.js';
import { checkSaved, type SavedLearner, sameLabel, savedState } from './saved.js';
import { digestOf, formOf, openWeights, type Weights } from './weights.js';

export interface LearnerOptions {
  /** What computes. Default: the fastest that this machine has. */
  readonly engine?: EngineKind;
}

/** The memory, to look at. All arrays are copies. */
export interface Inspection {
  /** [N, W]: the memory after the last observation. */
  readonly memory: Floats;
  /** [N]: usage of the slots, decayed sums of read and write weights. */
  readonly usage: Floats;
  /** [R, N]: read weights of the last step, be it an observation or a prediction. */
  readonly readWeights: Floats;
  /** [R, N]: write weights of the last step. (A prediction's writing is thrown away.) */
  readonly writeWeights: Floats;
  /** The slot that the last observation erased to write on it; undefined before the first. */
  readonly written: number | undefined;
  /** The slot that the next observation will erase. */
  readonly leastUsed: number;
  /** [N]: of each slot, the number of the observation that most of it belongs to; undefined where it is blank. */
  readonly writers: readonly (number | undefined)[];
  /** What the last step was. */
  readonly last: 'nothing' | 'observation' | 'prediction';
  /** The observations that the last step's read vectors came from, the strongest first. */
  readonly recalled: readonly (Recalled & { readonly label: string })[];
}

/** Everything that changes with an observation; replaced as a whole, never changed in place. */
interface Memory {
  readonly state: CellState;
  /** In the order of their one-hot positions. */
  readonly labels: readonly string[];
  /** Of each observation, its label's one-hot position. */
  readonly observations: readonly number[];
  readonly provenance: Provenance;
  readonly written: number | undefined;
}

/** What the last step did, to look at. */
interface Last {
  readonly kind: Inspection['last'];
  readonly readWeights: Floats;
  readonly writeWeights: Floats;
  readonly recalled: readonly Recalled[];
}

/**
 * Learns from single drawings: `observe` one or more of each class, then `predict`. Nothing is trained:
 * what it has seen lies in the network's external memory.
 *
 * The network gets a drawing's label one step late, as in training: with the next drawing, be it observed or
 * predicted. It keeps a drawing in its controller until then, and writes it when its label is there: what is
 * written in a step belongs to the observation before it.
 */
export class Learner {
  readonly config: ModelConfig;
  /** Tells the weights apart from others. */
  readonly digest: string;
  readonly #engine: Engine;
  readonly #form: Form;
  #memory: Memory;
  #last: Last;

  private constructor(engine: Engine, digest: string, form: Form) {
    this.config = engine.config;
    this.digest = digest;
    this.#form = form;
    this.#engine = engine;
    this.#memory = this.#blank();
    this.#last = this.#untouched();
  }

  /**
   * @param weights default: those that come with the package, trained on Omniglot, for up to 5 classes
   * @throws UserError when they cannot be read, or are of a network without memory
   */
  static async load(weights?: Weights, options: LearnerOptions = {}): Promise<Learner> {
    checkOptions('Learner', options, { engine: 'string' });
    const { engine: kind } = options;
    const checkpoint = await openWeights(weights);
    const { config, parameters } = checkpoint;
    // One step of one drawing is too little to share among threads.
    const engine = await createEngine(config, { parameters, threads: 0, ...(kind && { kind }) });
    return new Learner(engine, digestOf(checkpoint), formOf(checkpoint));
  }

  /**
   * A learner as it was when it was saved.
   * @param saved what `save` gave, or the same after JSON
   * @param weights those that it was saved with; they do not come with what was saved
   * @throws UserError when it was changed, or saved with other weights
   */
  static async restore(
    saved: unknown,
    weights?: Weights,
    options?: LearnerOptions,
  ): Promise<Learner> {
    const learner = await Learner.load(weights, options);
    learner.#restore(checkSaved(saved, learner.config, learner.digest));
    return learner;
  }

  /** C: how many classes it can tell apart. */
  get capacity(): number {
    return this.config.numClasses;
  }

  /** The labels observed so far, in the order in which they came. */
  get labels(): string[] {
    return [...this.#memory.labels];
  }

  /** The labels of all observations, in their order. */
  get observations(): string[] {
    const { labels, observations } = this.#memory;
    return observations.map((index) => labels[index]!);
  }

  /**
   * Binds a drawing to a label, any string. Labels that differ only in Unicode's normalisation are the same.
   * @throws UserError when the drawing is empty or none, or there are more labels than the network has classes
   */
  observe(drawing: Drawing | Prepared, label: string): void {
    if (typeof label !== 'string') throw new UserError(`a label is a string, not ${typeof label}`);
    const before = this.#memory;
    const known = before.labels.findIndex((one) => sameLabel(one) === sameLabel(label));
    if (known < 0 && before.labels.length === this.capacity) {
      throw new UserError(
        `this network tells ${this.capacity} classes apart, and ${JSON.stringify(label)} would be one more: ` +
          'forget() and begin again, or train a network for more (mann train --num-classes)',
      );
    }
    const { state } = this.#step(drawing);
    const number = before.observations.length;
    const written = leastUsed(before.state.usage);
    const provenance = before.provenance.after(number - 1, written, state.writeWeights);
    this.#memory = {
      state,
      labels: known < 0 ? [...before.labels, label] : before.labels,
      observations: [...before.observations, known < 0 ? before.labels.length : known],
      provenance,
      written,
    };
    this.#last = looked('observation', state, provenance);
  }

  /**
   * What a drawing shows, by what was observed. The memory stays as it is.
   * @throws UserError when the drawing is empty or none, or nothing has been observed yet
   */
  predict(drawing: Drawing | Prepared): Prediction {
    const { labels, observations, provenance, state: before } = this.#memory;
    if (labels.length === 0) throw new UserError('nothing to choose from: observe a drawing first');
    const { logits, state } = this.#step(drawing);
    const last = observations.length - 1;
    const during = provenance.after(last, leastUsed(before.usage), state.writeWeights);
    this.#last = looked('prediction', state, during);
    return predictionOf(labels, logits);
  }

  /**
   * A drawing as the network sees it. To look at, or to observe and predict with again and again.
   * @throws UserError when the drawing is empty or none
   */
  prepare(drawing: Drawing | Prepared): Prepared {
    const { inputHeight: height, inputWidth: width } = this.config;
    if (!isPrepared(drawing)) {
      const name = typeof drawing === 'string' ? drawing : undefined;
      return prepare(pictureOf(drawing), this.#form, height, width, name);
    }
    if (drawing.height === height && drawing.width === width) return drawing;
    throw new UserError(
      `a drawing prepared for another network: ${drawing.width} by ${drawing.height} pixels, not ${width} by ${height}`,
    );
  }

  /** Back to the beginning: no labels, an empty memory. */
  forget(): void {
    this.#memory = this.#blank();
    this.#last = this.#untouched();
  }

  /** All that it has observed, as a plain object for JSON. The weights are not in it, only their digest. */
  save(): SavedLearner {
    const { state, labels, observations, provenance, written } = this.#memory;
    return {
      format: 1,
      weights: this.digest,
      labels: [...labels],
      observations: [...observations],
      written: written ?? null,
      provenance: provenance.toJSON(),
      state: savedState(state),
    };
  }

  /** The memory and the last step, to look at. */
  inspect(): Inspection {
    const { state, provenance, written } = this.#memory;
    const { kind, readWeights, writeWeights, recalled } = this.#last;
    const labels = this.observations;
    return {
      memory: state.memory.slice(),
      usage: state.usage.slice(),
      readWeights: readWeights.slice(),
      writeWeights: writeWeights.slice(),
      written,
      leastUsed: leastUsed(state.usage),
      writers: provenance.writers(),
      last: kind,
      recalled: recalled.map((one) => ({ ...one, label: labels[one.observation]! })),
    };
  }

  /** One step of the network: the drawing, and the label of the last observation. */
  #step(drawing: Drawing | Prepared): StepResult {
    const { P, X } = shapesOf(this.config);
    const { ink } = this.prepare(drawing);
    const input = new Float32Array(X);
    input.set(ink);
    const pending = this.#memory.observations.at(-1);
    if (pending !== undefined) input[P + pending] = 1;
    return this.#engine.step(input, this.#memory.state);
  }

  #blank(): Memory {
    return {
      state: this.#engine.zeroState(1),
      labels: [],
      observations: [],
      provenance: Provenance.empty(this.config.memorySize),
      written: undefined,
    };
  }

  #restore({ state, labels, observations, provenance, written }: SavedLearner): void {
    const zero = this.#engine.zeroState(1);
    const floats = (name: keyof CellState) => {
      const like = zero[name].slice();
      like.set(state[name]);
      return like;
    };
    this.#memory = {
      state: {
        cell: floats('cell'),
        hidden: floats('hidden'),
        memory: floats('memory'),
        readVectors: floats('readVectors'),
        readWeights: floats('readWeights'),
        writeWeights: floats('writeWeights'),
        usage: floats('usage'),
        embedding: floats('embedding'),
      },
      labels,
      observations,
      provenance: new Provenance(provenance),
      written: written ?? undefined,
    };
    this.#last =
      observations.length === 0
        ? this.#untouched()
        : looked('observation', this.#memory.state, this.#memory.provenance);
  }

  #untouched(): Last {
    const { readWeights, writeWeights } = this.#memory.state;
    return { kind: 'nothing', readWeights, writeWeights, recalled: [] };
  }
}

function looked(kind: Last['kind'], state: CellState, provenance: Provenance): Last {
  const { readWeights, writeWeights } = state;
  return { kind, readWeights, writeWeights, recalled: provenance.of(readWeights) };
}

/** Equation 21: the slot of the smallest usage; among equals the higher index counts as less used. */
function leastUsed(usage: Floats): number {
  let least = 0;
  for (let i = 1; i < usage.length; i++) if (usage[i]! <= usage[least]!) least = i;
  return least;
}
