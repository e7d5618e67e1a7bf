import { bytesOf } from '../../common/numbers/base64.js';
import relaxed from '../../engine/binaries/relaxed-unshared.js';
import simd from '../../engine/binaries/simd-unshared.js';
import { hasRelaxed } from '../../engine/create.js';
import { checkRoom } from '../../engine/room.js';
import {
  address,
  FROM_STATE,
  instantiate,
  type Kernels,
  networkNumbers,
  PACK,
} from '../../engine/wasm/kernels.js';
import { reserveMemory } from '../../engine/wasm/memory.js';
import type { ModelConfig } from '../../model/config.js';
import { type Shapes, shapesOf } from '../../model/shapes.js';
import { type CellStates, MEMORY_START, startHeads } from './state.js';

/** What `src/kernels/` has for hosts that go through time themselves. */
interface SteppingKernels extends Kernels {
  stepAgain(pack: boolean): void;
  stepBackward(): void;
  stepGradients(): void;
  stepGates(): number;
}

/** A step forward: all it depends on. Row-major, shapes as in `CellStates`; x is [B, X]. */
export interface StepInput {
  readonly batch: number;
  /** All weights end to end, in the order of checkpoints. */
  readonly weights: Float32Array;
  readonly x: Float32Array;
  readonly before: CellStates<Float32Array>;
}

/** States without what has no gradient. */
export type StateGradients = Omit<CellStates<Float32Array>, 'usage' | 'begun' | 'embedding'>;

const PAGE = 65536;

/**
 * Our kernels one step at a time, forward and backward. A backward needs nothing but the step's inputs: it
 * makes the step again, so steps may come back in any order, or twice, or never. What is returned are
 * views, good until the next call.
 */
export class StepKernels {
  readonly #shapes: Shapes;
  readonly #kernels: SteppingKernels;
  readonly #memory = reserveMemory();
  #batch = 0;
  /** The weights that are in place, by identity: nobody writes into them. */
  #weights: Float32Array | undefined;
  /** The step whose backward was the last thing done. */
  #last: StepInput | undefined;
  /** Whose gradients are being added up in place; those of others wait in `#sums`. */
  readonly #startHeads: number;
  #owner: object | undefined;
  readonly #sums = new WeakMap<object, Float32Array>();

  constructor(config: ModelConfig) {
    this.#shapes = shapesOf(config);
    this.#startHeads = startHeads(config);
    const module = new WebAssembly.Module(bytesOf(hasRelaxed() ? relaxed : simd));
    this.#kernels = instantiate(module, this.#memory) as SteppingKernels;
    this.#kernels.shapeNetwork(...networkNumbers(config));
  }

  /** One step: the states after, without `begun` and the embedding. */
  forward(input: StepInput): Omit<CellStates<Float32Array>, 'begun' | 'embedding'> {
    const changed = this.#place(input);
    this.#last = undefined;
    const k = this.#kernels;
    k.run(FROM_STATE | (changed ? PACK : 0), 0, 1, 0, 0, 0, 0, 0);
    const B = input.batch;
    const { H, N, W, R, O } = this.#shapes;
    return {
      output: this.#floats(k.outputOut, B * O),
      cell: this.#floats(k.stateCell, B * H),
      memory: this.#floats(k.stateMemory, B * N * W),
      readWeights: this.#floats(k.stateReadWeights, B * R * N),
      usage: this.#floats(k.stateUsage, B * N),
    };
  }

  /** From the gradients of the states after (the output's among them) to those of the states before. */
  backward(input: StepInput, after: StateGradients): StateGradients {
    const changed = this.#place(input);
    const k = this.#kernels;
    k.stepAgain(changed);
    const { H, R, W, N, O } = this.#shapes;
    const B = input.batch;
    const hidden = this.#floats(k.stateHidden, B * H);
    const read = this.#floats(k.stateReadVectors, B * R * W);
    const cell = this.#floats(k.stateCell, B * H);
    const memory = this.#floats(k.stateMemory, B * N * W);
    const readWeights = this.#floats(k.stateReadWeights, B * R * N);
    split(after.output, hidden, H, read, R * W);
    cell.set(after.cell);
    memory.set(after.memory);
    readWeights.set(after.readWeights);
    k.stepBackward();
    this.#last = input;
    const output = new Float32Array(B * O);
    for (let b = 0; b < B; b++) {
      output.set(hidden.subarray(b * H, (b + 1) * H), b * O);
      output.set(read.subarray(b * R * W, (b + 1) * R * W), b * O + H);
    }
    return { output, cell, memory, readWeights };
  }

  /** Whether the last thing done was this step's backward; `addGradients` and `gates` ask for it. */
  isLast(input: StepInput): boolean {
    return this.#last === input;
  }

  /** Adds the weights' gradients of the step that came back last to those of `owner`. */
  addGradients(owner: object): void {
    const gradients = this.#floats(this.#kernels.gradients, this.#kernels.total.value);
    if (this.#owner !== owner) {
      if (this.#owner) this.#sums.set(this.#owner, gradients.slice());
      const sums = this.#sums.get(owner);
      if (sums) gradients.set(sums);
      else gradients.fill(0);
      this.#sums.delete(owner);
      this.#owner = owner;
    }
    this.#kernels.stepGradients();
  }

  /** What was added up for `owner`, in the order of checkpoints; forgets it. */
  takeGradients(owner: object): Float32Array {
    const total = this.#kernels.total.value;
    if (this.#owner === owner) {
      this.#owner = undefined;
      return this.#floats(this.#kernels.gradients, total).slice();
    }
    const sums = this.#sums.get(owner) ?? new Float32Array(total);
    this.#sums.delete(owner);
    return sums;
  }

  /** [B, 4H]: the gradient of z, of the step that came back last. */
  gates(): Float32Array {
    const columns = 4 * this.#shapes.H;
    const lanes = lanesFor(this.#batch);
    const size = Math.ceil(this.#batch / lanes) * lanes * columns;
    const from = new Float32Array(this.#memory.buffer, this.#kernels.stepGates() >>> 0, size);
    const gates = new Float32Array(this.#batch * columns);
    for (let b = 0; b < this.#batch; b++) {
      const at = Math.floor(b / lanes) * columns * lanes + (b % lanes);
      for (let n = 0; n < columns; n++) gates[b * columns + n] = from[at + n * lanes]!;
    }
    return gates;
  }

  /** Puts a step's inputs in place; says whether the weights are others than before. */
  #place({ batch: B, weights, x, before }: StepInput): boolean {
    const k = this.#kernels;
    const { X, H, N, W, R } = this.#shapes;
    if (B !== this.#batch) {
      this.#batch = 0; // until this layout is in place, none is
      const bytes = k.shapeBatch(B, 1, lanesFor(B), 1);
      checkRoom(bytes, B, 1);
      const missing = Math.ceil((bytes - this.#memory.buffer.byteLength) / PAGE);
      if (missing > 0) this.#memory.grow(missing);
      k.zeroBatch();
      this.#batch = B;
    }
    const changed = this.#weights !== weights;
    if (changed) this.#floats(k.weights, weights.length).set(weights);
    this.#weights = weights;

    this.#floats(k.inputsIn, B * X).set(x);
    this.#floats(k.stateCell, B * H).set(before.cell);
    const hidden = this.#floats(k.stateHidden, B * H);
    split(before.output, hidden, H, this.#floats(k.stateReadVectors, B * R * W), R * W);
    const memory = this.#floats(k.stateMemory, B * N * W);
    const readWeights = this.#floats(k.stateReadWeights, B * R * N);
    const usage = this.#floats(k.stateUsage, B * N);
    memory.set(before.memory);
    readWeights.set(before.readWeights);
    usage.set(before.usage);
    for (let b = 0; b < B; b++) {
      const start = 1 - before.begun[b]!;
      if (start === 0) continue;
      for (let n = b * N * W; n < (b + 1) * N * W; n++) memory[n]! += start * MEMORY_START;
      for (let r = 0; r < this.#startHeads; r++) readWeights[(b * R + r) * N]! += start;
      usage[b * N]! += start;
    }
    return changed;
  }

  #floats(at: WebAssembly.Global, size: number): Float32Array {
    return new Float32Array(this.#memory.buffer, address(at), size);
  }
}

/** Samples in a group. */
const lanesFor = (batch: number): 4 | 8 => (batch <= 4 ? 4 : 8);

/** [B, n + m] to [B, n] and [B, m]. */
function split(from: Float32Array, a: Float32Array, n: number, b: Float32Array, m: number): void {
  for (let at = 0, row = 0; at < from.length; at += n + m, row++) {
    a.set(from.subarray(at, at + n), row * n);
    b.set(from.subarray(at + n, at + n + m), row * m);
  }
}
