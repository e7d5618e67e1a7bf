import { inWords } from '../../common/bytes.js';
import { UserError } from '../../common/errors.js';
import type { ModelConfig } from '../../model/config.js';
import { shapesOf } from '../../model/shapes.js';
import {
  checkTensors,
  type Floats,
  type Tensor,
  type Tensors,
  tensorSpecs,
} from '../../model/tensors.js';
import { adamNumbers, noUpdate } from '../adam-numbers.js';
import type {
  Batch,
  CellState,
  Engine,
  EngineKind,
  Forward,
  OptimizerState,
  StepResult,
  TrainStepOptions,
} from '../engine.js';
import { checkBatch, checkCount, checkCounts, checkStep, sizeOf, stateShapes } from '../inputs.js';
import { checkRoom } from '../room.js';
import {
  address,
  BACKWARD,
  FROM_STATE,
  instantiate,
  type Kernels,
  LOSS,
  MASK,
  networkNumbers,
  PACK,
  UPDATE,
} from './kernels.js';
import type { Thread } from './thread.js';

/** Bytes of a page of WebAssembly memory. */
const PAGE = 65536;

/**
 * The kernels of `src/kernels/` behind the engine's interface. Weights, moments and all buffers live in
 * one WebAssembly memory, shared with the threads; the calling thread has kernels of its own for online
 * steps and, without threads, for everything.
 */
export class WasmEngine implements Engine {
  readonly ahead = 1;
  readonly draws = false;
  readonly #shapes;
  readonly #kernels: Kernels;
  #step = 0;
  /** The weights have changed since they were last packed for the kernels. */
  #changed = true;
  #shape = '';
  #busy = false;
  /** What the threads were last given to do. */
  #job: Promise<unknown> = Promise.resolve();
  #isDisposed = false;

  /** @param pool threads whose kernels share `memory`; none: the calling thread does all the work */
  constructor(
    readonly config: ModelConfig,
    readonly kind: EngineKind,
    module: WebAssembly.Module,
    readonly memory: WebAssembly.Memory,
    readonly pool: readonly Thread[],
  ) {
    this.#shapes = shapesOf(config);
    this.#kernels = instantiate(module, memory);
    this.#kernels.shapeNetwork(...networkNumbers(config));
    this.#layOut(1, 1, 1);
  }

  get threads(): number {
    return Math.max(1, this.pool.length);
  }

  parameters(): Tensors {
    return this.#tensors(this.#kernels.weights);
  }

  setParameters(tensors: Tensors): void {
    checkTensors(this.config, tensors, 'weights');
    this.#setTensors(this.#kernels.weights, tensors);
    this.#changed = true;
  }

  optimizer(): OptimizerState {
    const { first, second } = this.#kernels;
    return { step: this.#step, first: this.#tensors(first), second: this.#tensors(second) };
  }

  setOptimizer({ step, first, second }: OptimizerState): void {
    checkTensors(this.config, first, 'first moments');
    checkTensors(this.config, second, 'second moments');
    this.#setTensors(this.#kernels.first, first);
    this.#setTensors(this.#kernels.second, second);
    this.#step = step;
  }

  forward(batch: Batch): Promise<Forward> {
    return this.#run(batch, LOSS);
  }

  async gradients(batch: Batch): Promise<Forward & { gradients: Tensors }> {
    const forward = await this.#run(batch, LOSS | BACKWARD);
    return { ...forward, gradients: this.#tensors(this.#kernels.gradients) };
  }

  async trainStep(batch: Batch, options: TrainStepOptions): Promise<Forward> {
    const update = adamNumbers(options, this.#step + 1);
    const forward = await this.#run(batch, LOSS | BACKWARD | UPDATE, update);
    this.#step++;
    this.#changed = true;
    return forward;
  }

  zeroState(batch: number): CellState {
    return zeroState(this.config, batch);
  }

  step(inputs: Floats, state: CellState): StepResult {
    const B = checkStep(this.#shapes, inputs, state);
    this.#claim();
    try {
      const { X, A, Y, O } = this.#shapes;
      const k = this.#kernels;
      this.#layOut(B, 1, 1);
      this.#floats(k.inputsIn, B * X).set(inputs);
      this.#putState(state, B);
      k.run(FROM_STATE | (this.#changed ? PACK : 0), 0, 1, 0, 0, 0, 0, 0);
      this.#changed = false;
      return {
        output: this.#floats(k.outputOut, B * O).slice(),
        logits: this.#floats(k.logitsOut, B * A).slice(),
        familiarity: this.#floats(k.familiarityOut, B * (Y - A)).slice(),
        state: this.#stateNow(B),
      };
    } finally {
      this.#busy = false;
    }
  }

  async settle(): Promise<void> {}

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await Promise.allSettled([this.#job]);
    await Promise.all(this.pool.map((thread) => thread.end()));
  }

  async #run(batch: Batch, what: number, update = noUpdate): Promise<Forward> {
    checkCounts(batch);
    this.#claim();
    try {
      const { batch: B, length: T, inputs, targets, mask, start } = batch;
      const { X, A, D, Y, target } = this.#shapes;
      const k = this.#kernels;
      const lanes = this.#layOut(B, T, this.threads);
      checkBatch(this.#shapes, batch);
      this.#floats(k.inputsIn, B * T * X).set(inputs);
      this.#numbers(k.targetsIn, B * T * target, D > 0).set(targets);
      if (mask) this.#numbers(k.maskIn, B * T, false).set(mask);
      if (start) this.#putState(start, B);
      const job = {
        batch: [B, T, lanes, this.threads] as const,
        what: what | (this.#changed ? PACK : 0) | (mask ? MASK : 0) | (start ? FROM_STATE : 0),
        ...update,
      };
      k.resetBarrier();
      if (this.pool.length > 0) {
        this.#job = Promise.all(this.pool.map((thread) => thread.run(job)));
        await this.#job;
      } else k.run(job.what, 0, 1, job.rate, job.correct1, job.correct2, job.epsilon, job.clip);
      this.#changed = false;
      const losses = new Float64Array(this.memory.buffer, address(k.losses), B);
      return {
        loss: losses.reduce((sum, loss) => sum + loss, 0) / B,
        logits: this.#floats(k.logitsOut, B * T * A).slice(),
        familiarity: this.#floats(k.familiarityOut, B * T * (Y - A)).slice(),
        ...(start && { end: this.#stateNow(B) }),
      };
    } finally {
      this.#busy = false;
    }
  }

  /** To begin in. */
  #putState(state: CellState, B: number): void {
    const { H, L, N, W, R, kept } = this.#shapes;
    const k = this.#kernels;
    this.#floats(k.stateCell, L * B * H).set(state.cell);
    this.#floats(k.stateHidden, L * B * H).set(state.hidden);
    this.#floats(k.stateMemory, B * N * W).set(state.memory);
    this.#floats(k.stateReadVectors, B * R * W).set(state.readVectors);
    this.#floats(k.stateReadWeights, B * R * N).set(state.readWeights);
    if (this.config.memory === 'ntm') {
      this.#floats(k.stateWriteWeights, B * R * N).set(state.writeWeights);
    }
    this.#floats(k.stateUsage, B * N).set(state.usage);
    this.#floats(k.stateEmbedding, B * kept).set(state.embedding);
  }

  /** After a run that began in a given state. */
  #stateNow(B: number): CellState {
    const { H, L, N, W, R, kept } = this.#shapes;
    const k = this.#kernels;
    return {
      cell: this.#floats(k.stateCell, L * B * H).slice(),
      hidden: this.#floats(k.stateHidden, L * B * H).slice(),
      memory: this.#floats(k.stateMemory, B * N * W).slice(),
      readVectors: this.#floats(k.stateReadVectors, B * R * W).slice(),
      readWeights: this.#floats(k.stateReadWeights, B * R * N).slice(),
      writeWeights: this.#floats(k.stateWriteWeights, B * R * N).slice(),
      usage: this.#floats(k.stateUsage, B * N).slice(),
      embedding: this.#floats(k.stateEmbedding, B * kept).slice(),
    };
  }

  #claim(): void {
    if (this.#isDisposed) throw new Error('this engine was disposed of: create another one');
    if (this.#busy) throw new Error('this engine is still at work: await one call before the next');
    this.#busy = true;
  }

  /** Lays out a batch, with more memory where it needs more; gives the samples in a group. */
  #layOut(B: number, T: number, threads: number): number {
    const lanes = lanesFor(B, threads);
    const shape = [B, T, lanes, threads].join();
    if (shape === this.#shape) return lanes;
    this.#shape = ''; // until this layout is in place, none is
    const bytes = this.#kernels.shapeBatch(B, T, lanes, threads);
    checkRoom(bytes, B, T);
    const missing = Math.ceil((bytes - this.memory.buffer.byteLength) / PAGE);
    if (missing > 0) this.#grow(missing, bytes);
    this.#kernels.zeroBatch();
    this.#shape = shape;
    return lanes;
  }

  #grow(pages: number, bytes: number): void {
    try {
      this.memory.grow(pages);
    } catch (error) {
      throw new UserError(
        `this machine does not give ${inWords(bytes)} of memory: close other programs, or use a smaller batch`,
        { cause: error },
      );
    }
  }

  #floats(at: WebAssembly.Global, size: number): Float32Array {
    return new Float32Array(this.memory.buffer, address(at), size);
  }

  #numbers(at: WebAssembly.Global, size: number, areFloats: boolean): Float32Array | Int32Array {
    return areFloats
      ? this.#floats(at, size)
      : new Int32Array(this.memory.buffer, address(at), size);
  }

  #tensors(from: WebAssembly.Global): Tensors {
    const all = this.#floats(from, this.#kernels.total.value);
    const tensors = new Map<string, Tensor>();
    let at = 0;
    for (const { name, shape, size } of tensorSpecs(this.config)) {
      tensors.set(name, { shape, data: all.slice(at, at + size) });
      at += size;
    }
    return tensors;
  }

  #setTensors(to: WebAssembly.Global, tensors: Tensors): void {
    const all = this.#floats(to, this.#kernels.total.value);
    let at = 0;
    for (const { name, size } of tensorSpecs(this.config)) {
      all.set(tensors.get(name)!.data, at);
      at += size;
    }
  }
}

/** Samples in a group, 4 or 8: whichever leaves the busiest thread less to do. Eight at once are cheaper. */
function lanesFor(batch: number, threads: number): 4 | 8 {
  const busiest = (lanes: number) => Math.ceil(Math.ceil(batch / lanes) / threads) * lanes;
  return busiest(4) * 1.15 < busiest(8) ? 4 : 8;
}

/**
 * The state before the first step: M = 1e-6, u one-hot at slot 0, and w^r of every head (or of head 0 alone), of an NTM
 * w^w too, but not u; the rest zero.
 * @throws UserError
 */
export function zeroState(config: ModelConfig, batch: number): CellState {
  checkCount('batch', batch);
  const shapes = shapesOf(config);
  const { H, L, N, W, R, kept } = shapes;
  const numbers = Object.values(stateShapes(shapes, batch)).map(sizeOf);
  checkRoom(4 * numbers.reduce((sum, n) => sum + n, 0), batch, 1);
  const readWeights = new Float32Array(batch * R * N);
  const writeWeights = new Float32Array(batch * R * N);
  const usage = new Float32Array(batch * N);
  const isNtm = config.memory === 'ntm';
  const apart = config.start === 'first-head' && !isNtm ? R * N : N;
  for (let i = 0; i < readWeights.length; i += apart) readWeights[i] = 1;
  if (isNtm) writeWeights.set(readWeights);
  else for (let i = 0; i < usage.length; i += N) usage[i] = 1;
  return {
    cell: new Float32Array(L * batch * H),
    hidden: new Float32Array(L * batch * H),
    memory: new Float32Array(batch * N * W).fill(1e-6),
    readVectors: new Float32Array(batch * R * W),
    readWeights,
    writeWeights,
    usage,
    embedding: new Float32Array(batch * kept),
  };
}
