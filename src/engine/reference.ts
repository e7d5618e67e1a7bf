import type { ModelConfig } from '../model/config.js';
import { encoderNumbers, shapesOf } from '../model/shapes.js';
import {
  checkTensors,
  type Floats,
  type Tensor,
  type Tensors,
  tensorSpecs,
} from '../model/tensors.js';
import { adam, clipToNorm } from '../reference/adam.js';
import type { Weights } from '../reference/linear.js';
import { lossOf } from '../reference/loss.js';
import {
  episodeBackward,
  episodeForward,
  initialState,
  type NetworkState,
  stepForward,
} from '../reference/network.js';
import { checkUpdate } from './adam-numbers.js';
import type {
  Batch,
  CellState,
  Engine,
  Forward,
  OptimizerState,
  StepResult,
  TrainStepOptions,
} from './engine.js';
import { checkBatch, checkCount, checkCounts, checkStep } from './inputs.js';
import { checkRoom } from './room.js';

/** The equations of `src/reference/` behind the engine's interface: float64, slow, exact. */
export class ReferenceEngine implements Engine {
  readonly kind = 'reference';
  readonly threads = 1;
  readonly ahead = 1;
  readonly draws = false;
  readonly #shapes;
  #weights: Map<string, Float64Array>;
  #first: Map<string, Float64Array>;
  #second: Map<string, Float64Array>;
  #step = 0;

  constructor(readonly config: ModelConfig) {
    this.#shapes = shapesOf(config);
    this.#weights = this.#zeros();
    this.#first = this.#zeros();
    this.#second = this.#zeros();
  }

  parameters(): Tensors {
    return this.#toTensors(this.#weights);
  }

  setParameters(tensors: Tensors): void {
    this.#weights = this.#fromTensors(tensors, 'weights');
  }

  optimizer(): OptimizerState {
    return {
      step: this.#step,
      first: this.#toTensors(this.#first),
      second: this.#toTensors(this.#second),
    };
  }

  setOptimizer({ step, first, second }: OptimizerState): void {
    this.#first = this.#fromTensors(first, 'first moments');
    this.#second = this.#fromTensors(second, 'second moments');
    this.#step = step;
  }

  async forward(batch: Batch): Promise<Forward> {
    return this.#run(batch);
  }

  async gradients(batch: Batch): Promise<Forward & { gradients: Tensors }> {
    const gradients = this.#zeros();
    const forward = this.#run(batch, gradients);
    return { ...forward, gradients: this.#toTensors(gradients) };
  }

  async trainStep(batch: Batch, options: TrainStepOptions): Promise<Forward> {
    const gradients = this.#zeros();
    const forward = this.#run(batch, gradients);
    checkUpdate(options);
    const { learningRate, adam: form, clip = 0 } = options;
    clipToNorm(gradients, clip);
    this.#step++;
    for (const [name, weights] of this.#weights) {
      const [first, second] = [this.#first.get(name)!, this.#second.get(name)!];
      adam(weights, gradients.get(name)!, first, second, this.#step, learningRate, form);
    }
    return forward;
  }

  zeroState(batch: number): CellState {
    checkCount('batch', batch);
    checkRoom(this.#bytes(1) * batch, batch, 1);
    return this.#join(Array.from({ length: batch }, () => initialState(this.config)));
  }

  step(inputs: Floats, state: CellState): StepResult {
    const { X, O, A, Y } = this.#shapes;
    const B = checkStep(this.#shapes, inputs, state);
    const steps = Array.from({ length: B }, (_, b) => {
      const x = Float64Array.from(inputs.subarray(b * X, (b + 1) * X));
      return stepForward(this.config, this.#weights, x, this.#split(state, b, B));
    });
    const output = new Float64Array(B * O);
    const logits = new Float64Array(B * A);
    const familiarity = new Float64Array(B * (Y - A));
    steps.forEach((step, b) => {
      output.set(step.out.output, b * O);
      logits.set(step.out.logits.subarray(0, A), b * A);
      familiarity.set(step.out.logits.subarray(A), b * (Y - A));
    });
    return { output, logits, familiarity, state: this.#join(steps.map((step) => step.state)) };
  }

  async settle(): Promise<void> {}

  async dispose(): Promise<void> {}

  /** Every episode forward and, where gradients are wanted, backward. */
  #run(batch: Batch, gradients?: Weights): Forward {
    checkCounts(batch);
    const { batch: B, length: T, inputs, targets, mask, start } = batch;
    const { X, A, Y, target } = this.#shapes;
    checkRoom(this.#bytes(T), B, T);
    checkBatch(this.#shapes, batch);
    const logits = new Float64Array(B * T * A);
    const familiarity = new Float64Array(B * T * (Y - A));
    let loss = 0;
    const ends: NetworkState[] = [];
    for (let b = 0; b < B; b++) {
      const episode = Float64Array.from(inputs.subarray(b * T * X, (b + 1) * T * X));
      const from = start && this.#split(start, b, B);
      const steps = episodeForward(this.config, this.#weights, episode, from);
      ends.push(steps.at(-1)!.state);
      const own = targets.subarray(b * T * target, (b + 1) * T * target);
      const dLogits = steps.map(({ out }, t) => {
        logits.set(out.logits.subarray(0, A), (b * T + t) * A);
        familiarity.set(out.logits.subarray(A), (b * T + t) * (Y - A));
        if (mask?.[b * T + t] === 0) return new Float64Array(Y);
        const cost = lossOf(this.config, out.logits, own, t);
        loss += cost.loss / B;
        return cost.gradient.map((g) => g / B);
      });
      if (gradients) episodeBackward(this.config, this.#weights, steps, dLogits, gradients);
    }
    return { loss, logits, familiarity, ...(start && { end: this.#join(ends) }) };
  }

  /** What an episode keeps, roughly: of each step the memory before and after, and what makes it. */
  #bytes(T: number): number {
    const { N, W, R, H, L, Q } = this.#shapes;
    const encoder = encoderNumbers(this.config);
    return 8 * (T + 1) * (2 * N * W + 6 * R * N + 2 * Q + 12 * L * H + 2 * encoder);
  }

  #zeros(): Map<string, Float64Array> {
    return new Map(
      tensorSpecs(this.config).map(({ name, size }) => [name, new Float64Array(size)]),
    );
  }

  #toTensors(values: Weights): Tensors {
    const tensors = new Map<string, Tensor>();
    for (const { name, shape } of tensorSpecs(this.config)) {
      tensors.set(name, { shape, data: values.get(name)!.slice() });
    }
    return tensors;
  }

  #fromTensors(tensors: Tensors, where: string): Map<string, Float64Array> {
    checkTensors(this.config, tensors, where);
    return new Map([...tensors].map(([name, { data }]) => [name, Float64Array.from(data)]));
  }

  /** One sample's state out of a batch's. */
  #split(state: CellState, b: number, B: number): NetworkState {
    const { H, L, N, W, R, kept } = this.#shapes;
    const part = (all: Floats, size: number, at = b) =>
      Float64Array.from(all.subarray(at * size, (at + 1) * size));
    const layers = (all: Floats) => Array.from({ length: L }, (_, l) => part(all, H, l * B + b));
    return {
      cell: layers(state.cell),
      hidden: layers(state.hidden),
      readVectors: part(state.readVectors, R * W),
      memory: {
        memory: part(state.memory, N * W),
        readWeights: part(state.readWeights, R * N),
        writeWeights: part(state.writeWeights, R * N),
        usage: part(state.usage, N),
      },
      embedding: part(state.embedding, kept),
    };
  }

  /** A batch's state from its samples' states. */
  #join(states: readonly NetworkState[]): CellState {
    const { L } = this.#shapes;
    const join = (parts: readonly Float64Array[]) => {
      const size = parts[0]?.length ?? 0;
      const whole = new Float64Array(parts.length * size);
      parts.forEach((part, i) => {
        whole.set(part, i * size);
      });
      return whole;
    };
    const layers = (pick: (state: NetworkState) => readonly Float64Array[]) =>
      join(Array.from({ length: L }, (_, l) => states.map((state) => pick(state)[l]!)).flat());
    return {
      cell: layers((state) => state.cell),
      hidden: layers((state) => state.hidden),
      memory: join(states.map((state) => state.memory.memory)),
      readVectors: join(states.map((state) => state.readVectors)),
      readWeights: join(states.map((state) => state.memory.readWeights)),
      writeWeights: join(states.map((state) => state.memory.writeWeights)),
      usage: join(states.map((state) => state.memory.usage)),
      embedding: join(states.map((state) => state.embedding)),
    };
  }
}
