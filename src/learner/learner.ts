import { UserError } from '../common/errors.js';
import { base64Of, bytesOf } from '../common/numbers/base64.js';
import { checkOptions } from '../common/options.js';
import { createEngine } from '../engine/create.js';
import type { CellState, Engine, EngineKind, StepResult } from '../engine/engine.js';
import type { ModelConfig } from '../model/config.js';
import { shapesOf } from '../model/shapes.js';
import type { Floats } from '../model/tensors.js';
import type { Checkpoint } from '../training/state.js';
import { type Drawing, pictureOf } from './drawing.js';
import { type Outputs, outputsOf } from './outputs.js';
import { type Prediction, predictionOf } from './prediction.js';
import { checkInk, type Form, isPrepared, type Prepared, prepare } from './prepare.js';
import { Provenance, type Recalled } from './provenance.js';
import { checkSaved, type SavedLearner, sameLabel, savedState } from './saved.js';
import { digestOf, formOf, openWeights, type Weights } from './weights.js';

export interface LearnerOptions {
  /** Compute backend. Default: the fastest one that this machine supports. */
  readonly engine?: EngineKind;
}

/** The memory and the last step, from `learner.inspect()`. All arrays are copies. */
export interface Inspection {
  /** [N, W]: the memory after the last observation. */
  readonly memory: Floats;
  /** [N]: usage of the slots, the decayed sum of read and write weights. */
  readonly usage: Floats;
  /** [R, N]: read weights of the last step, an observation or a prediction. */
  readonly readWeights: Floats;
  /** [R, N]: write weights of the last step. (What a prediction writes is discarded.) */
  readonly writeWeights: Floats;
  /** The slot that the last observation erased and wrote to; undefined before the first. */
  readonly written: number | undefined;
  /** The slot that the next observation will erase. */
  readonly leastUsed: number;
  /** [N]: for each slot, the number of the observation with the largest share; undefined for an empty slot. */
  readonly writers: readonly (number | undefined)[];
  /** What the last step was for. */
  readonly last: 'nothing' | 'observation' | 'prediction';
  /** The observations that the last read came from, the largest share first. */
  readonly recalled: readonly (Recalled & { readonly label: string })[];
}

/** A drawing with its label: what `learner.observe` learns from. */
export interface Example {
  readonly drawing: Drawing | Prepared;
  readonly label: string;
}

/** Everything that changes with an observation. It is replaced as a whole, never changed in place. */
interface Memory {
  readonly state: CellState;
  /** In the order of their outputs. */
  readonly labels: readonly string[];
  /** For each observation, the output of its label. */
  readonly observations: readonly number[];
  /** For each observation, what the network got. Undefined in learners that earlier versions saved. */
  readonly inks: readonly Ink[] | undefined;
  readonly provenance: Provenance;
  readonly written: number | undefined;
}

/** [P]: a drawing as the network gets it, foreground up to 255. */
type Ink = Uint8Array;

/** An observation. */
interface Seen {
  readonly ink: Ink;
  readonly label: string;
}

/** The last step, for inspection. */
interface Last {
  readonly kind: Inspection['last'];
  readonly readWeights: Floats;
  readonly writeWeights: Floats;
  readonly recalled: readonly Recalled[];
}

/**
 * Learns classes of drawings from single examples.
 *
 * ```ts
 * const learner = await Learner.load();
 * learner.observe('alpha.png', 'alpha'); // or an ImageData, a canvas, { width, height, data }
 * learner.observe('beta.png', 'beta');
 * const { label, confidence } = learner.predict('which.png');
 * ```
 * Nothing is trained: examples are written into the network's external memory (Santoro et al. 2016). As in training,
 * the network gets a drawing's label one step later, together with the next drawing that is observed or predicted. What a
 * step writes therefore belongs to the observation before it.
 */
export class Learner {
  readonly config: ModelConfig;
  /** Identifies the weights. */
  readonly digest: string;
  readonly #engine: Engine;
  readonly #form: Form;
  readonly #outputs: Outputs;
  #memory: Memory;
  #last: Last;

  private constructor(engine: Engine, checkpoint: Checkpoint) {
    this.config = engine.config;
    this.digest = digestOf(checkpoint);
    this.#form = formOf(checkpoint);
    const recipe = checkpoint.training?.recipe; // a file may have none
    this.#outputs = outputsOf(this.config, recipe?.distractors);
    this.#engine = engine;
    this.#memory = this.#blank();
    this.#last = this.#untouched();
  }

  /**
   * Loads a network: `await Learner.load()`.
   * @param weights default: the pretrained `mann-omniglot-strings`, for up to 3,125 classes
   * @throws UserError if the weights can't be read, or are of a network without memory or one that answers with
   *   anything but labels
   */
  static async load(weights?: Weights, options: LearnerOptions = {}): Promise<Learner> {
    checkOptions('Learner', options, { engine: 'string' });
    const { engine: kind } = options;
    const checkpoint = await openWeights(weights);
    const { config, parameters } = checkpoint;
    // A step of one drawing is too little work to share among threads.
    const engine = await createEngine(config, { parameters, threads: 0, ...(kind && { kind }) });
    return new Learner(engine, checkpoint);
  }

  /**
   * Restores a saved learner: `await Learner.restore(JSON.parse(text))`.
   * @param saved the result of `save`, possibly after JSON
   * @param weights the weights that it was saved with, which `save` does not include
   * @throws UserError if the data was changed, or saved with other weights
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

  /** The number of classes that it can tell apart: C, or of a network that spells labels as many as there are strings. */
  get capacity(): number {
    return this.#outputs.capacity;
  }

  /** The labels observed so far, in the order of their first observation. */
  get labels(): string[] {
    return [...this.#memory.labels];
  }

  /** The labels of all observations, in order. */
  get observations(): string[] {
    const { labels, observations } = this.#memory;
    return observations.map((index) => labels[index]!);
  }

  /**
   * Learns an example, `learner.observe('alpha.png', 'alpha')`, or many: `learner.observe([{ drawing, label }, ...])`.
   * There can be any number. When all slots of the memory are taken, those that were used least are written over.
   * @param label any string; labels that differ only in Unicode normalisation are the same
   * @throws UserError if a drawing is empty or not a drawing, or if there are more labels than the network has classes;
   *   then nothing is learned
   */
  observe(drawing: Drawing | Prepared, label: string): void;
  observe(examples: readonly Example[]): void;
  observe(given: Drawing | Prepared | readonly Example[], label?: string): void {
    const examples = Array.isArray(given)
      ? (given as readonly Example[])
      : [{ drawing: given as Drawing, label: label! }];
    if (examples.length === 0) return;
    let memory = this.#memory;
    for (const example of examples) {
      const { drawing, label } = checkExample(example);
      memory = this.#after(memory, this.#inkOf(drawing), label);
    }
    this.#become(memory);
  }

  /**
   * Classifies a drawing: `learner.predict('which.png').label`. The memory does not change.
   * @throws UserError if the drawing is empty or not a drawing, or if nothing has been observed yet
   */
  predict(drawing: Drawing | Prepared): Prediction {
    const { labels, observations, provenance, state: before } = this.#memory;
    if (labels.length === 0) throw new UserError('nothing to choose from: observe a drawing first');
    const { logits, familiarity, state } = this.#step(this.#memory, this.#inkOf(drawing));
    const last = observations.length - 1;
    const during = provenance.after(last, leastUsed(before.usage), state.writeWeights);
    this.#last = looked('prediction', state, during);
    const count = labels.length;
    const [logit] = familiarity;
    return predictionOf(labels, {
      logProbabilities: this.#outputs.logProbabilities(logits, count),
      capacity: this.capacity,
      knownFrom: this.#outputs.knownFrom(count),
      ...(logit !== undefined && {
        learned: { logit, even: this.#outputs.evenLogit(count, observations.length) },
      }),
    });
  }

  /**
   * A drawing as the network gets it, to look at or to use many times: `learner.prepare(canvas)`.
   * @throws UserError if the drawing is empty or not a drawing
   */
  prepare(drawing: Drawing | Prepared): Prepared {
    const { inputHeight: height, inputWidth: width } = this.config;
    if (!isPrepared(drawing)) {
      const name = typeof drawing === 'string' ? drawing : undefined;
      return prepare(pictureOf(drawing), this.#form, height, width, name);
    }
    if (drawing.height === height && drawing.width === width) {
      checkInk(drawing.ink);
      return drawing;
    }
    throw new UserError(
      `this drawing was prepared for another network: ${drawing.width} by ${drawing.height} pixels, not ${width} by ${height}`,
    );
  }

  /**
   * Forgets everything, `learner.forget()`; one class, `learner.forget('alpha')`; or one observation by its number from
   * 0, `learner.forget(3)`. The network observes again what is left, in its order.
   * @throws UserError if there is no such class or observation, or if an earlier version saved this learner: it kept no
   *   drawings
   */
  forget(what?: string | number): void {
    if (what === undefined) {
      this.#become(this.#blank());
      return;
    }
    const removed = typeof what === 'string' ? this.#labelled(what) : [this.#numbered(what)];
    const left = this.#examples().filter((_, number) => !removed.includes(number));
    this.#become(this.#again(left));
  }

  /**
   * Replaces the label of an observation: `learner.relabel(3, 'beta')`. The network observes everything again, in its
   * order.
   * @param observation its number from 0, its place in `observations`
   * @throws UserError if there is no such observation, or if there are more labels than the network has classes; and as
   *   `forget`
   */
  relabel(observation: number, label: string): void {
    const number = this.#numbered(observation);
    checkLabel(label);
    const examples = this.#examples();
    examples[number] = { ...examples[number]!, label };
    this.#become(this.#again(examples));
  }

  /** The learner as a plain object for JSON: `JSON.stringify(learner.save())`. It holds the digest of the weights, not the weights. */
  save(): SavedLearner {
    const { state, labels, observations, inks, provenance, written } = this.#memory;
    return {
      format: inks ? 2 : 1,
      weights: this.digest,
      labels: [...labels],
      observations: [...observations],
      ...(inks && { drawings: inks.map(base64Of) }),
      written: written ?? null,
      provenance: provenance.toJSON(),
      state: savedState(state),
    };
  }

  /** The memory and the last step, for inspection. */
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

  /** The memory after one more observation. */
  #after(before: Memory, ink: Ink, label: string): Memory {
    const known = before.labels.findIndex((one) => sameLabel(one) === sameLabel(label));
    if (known < 0 && before.labels.length === this.capacity) {
      throw new UserError(
        `this network tells ${this.capacity} classes apart, and ${JSON.stringify(label)} would be one more: ` +
          'forget one, or train a network for more (mann train --num-classes)',
      );
    }
    const { state } = this.#step(before, ink);
    const number = before.observations.length;
    const written = leastUsed(before.state.usage);
    return {
      state,
      labels: known < 0 ? [...before.labels, label] : before.labels,
      observations: [...before.observations, known < 0 ? before.labels.length : known],
      inks: before.inks && [...before.inks, ink],
      provenance: before.provenance.after(number - 1, written, state.writeWeights),
      written,
    };
  }

  /** The memory after observations from the start on. */
  #again(examples: readonly Seen[]): Memory {
    return examples.reduce(
      (memory, { ink, label }) => this.#after(memory, ink, label),
      this.#blank(),
    );
  }

  /** All observations, to observe them again. */
  #examples(): Seen[] {
    const { inks } = this.#memory;
    if (!inks) {
      throw new UserError(
        'an earlier version saved this learner without its drawings, so it cannot observe them again: ' +
          'forget() and observe them anew',
      );
    }
    return this.observations.map((label, i) => ({ label, ink: inks[i]! }));
  }

  /** The numbers of a class's observations. */
  #labelled(label: string): number[] {
    const all = this.observations;
    const numbers = [...all.keys()].filter((i) => sameLabel(all[i]!) === sameLabel(label));
    if (numbers.length > 0) return numbers;
    throw new UserError(
      `nothing was observed of ${JSON.stringify(label)}: the labels are ${JSON.stringify(this.labels)}`,
    );
  }

  #numbered(observation: number): number {
    const { length } = this.#memory.observations;
    if (Number.isInteger(observation) && observation >= 0 && observation < length)
      return observation;
    throw new UserError(
      `there is no observation ${String(observation)}: there are ${length}, numbered from 0`,
    );
  }

  #become(memory: Memory): void {
    const { state, provenance, observations } = memory;
    this.#memory = memory;
    this.#last =
      observations.length > 0 ? looked('observation', state, provenance) : this.#untouched();
  }

  #inkOf(drawing: Drawing | Prepared): Ink {
    return Uint8Array.from(this.prepare(drawing).ink, (x) => Math.round(255 * x));
  }

  /** One step of the network: the drawing, and the label of the last observation. */
  #step({ observations, state }: Memory, ink: Ink): StepResult {
    const { P, X } = shapesOf(this.config);
    const input = new Float32Array(X);
    for (let i = 0; i < P; i++) input[i] = ink[i]! / 255;
    const pending = observations.at(-1);
    if (pending !== undefined) {
      for (const place of this.#outputs.feedback(pending)) input[P + place] = 1;
    }
    return this.#engine.step(input, state);
  }

  #blank(): Memory {
    return {
      state: this.#engine.zeroState(1),
      labels: [],
      observations: [],
      inks: [],
      provenance: Provenance.empty(this.config.memorySize),
      written: undefined,
    };
  }

  #restore({ state, labels, observations, drawings, provenance, written }: SavedLearner): void {
    const zero = this.#engine.zeroState(1);
    const floats = (name: keyof CellState) => {
      const like = zero[name].slice();
      like.set(state[name]);
      return like;
    };
    this.#become({
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
      inks: drawings?.map(bytesOf),
      provenance: new Provenance(provenance),
      written: written ?? undefined,
    });
  }

  #untouched(): Last {
    const { readWeights, writeWeights } = this.#memory.state;
    return { kind: 'nothing', readWeights, writeWeights, recalled: [] };
  }
}

function checkExample(example: Example): Example {
  if (typeof example !== 'object' || example === null || !('drawing' in example)) {
    throw new UserError('examples are objects with a drawing and a label: { drawing, label }');
  }
  checkLabel(example.label);
  return example;
}

function checkLabel(label: unknown): void {
  if (typeof label !== 'string') throw new UserError(`a label is a string, not ${typeof label}`);
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
