import { UserError } from '../common/errors.js';
import { bytesOf } from '../common/numbers/base64.js';
import { checkObject } from '../common/options.js';
import { Random } from '../common/random.js';
import { type ModelConfig, modelConfig } from '../model/config.js';
import { modelPresets } from '../model/presets.js';
import { type Floats, initialTensors, type Tensors } from '../model/tensors.js';
import relaxed from './binaries/relaxed-unshared.js';
import simd from './binaries/simd-unshared.js';
import { hasRelaxed } from './create.js';
import type { CellState } from './engine.js';
import { WasmEngine, zeroState } from './wasm/engine.js';
import { reserveMemory } from './wasm/memory.js';

export interface MANNCellOptions {
  /** H: units of the LSTM controller. Default 200. */
  readonly lstmSize?: number;
  /** N: memory slots. Default 128. */
  readonly memorySize?: number;
  /** W: slot width. Default 40. */
  readonly memoryDim?: number;
  /** R: read heads, each with a write head. Default 4. */
  readonly nbReads?: number;
  /** Decay of the usage of a slot at each step. Default 0.95. */
  readonly gamma?: number;
  /** What the controller gets of the previous read. Default `read-vectors`. */
  readonly controllerInput?: 'read-vectors' | 'read-weights';
  /** Sharpness of reading: `learned`, or `none` (fixed at 1) as in the paper. Default `none`. */
  readonly keyStrength?: 'none' | 'learned';
  /** Read weights before the first step: slot 0 for `every-head` (default) or for the `first-head` only. */
  readonly start?: 'every-head' | 'first-head';
  /** Width X of the input. Default: that of the first input. */
  readonly inputSize?: number;
  /** Random seed of the initial weights. Default 0. */
  readonly seed?: number;
}

/**
 * The memory-augmented network of Santoro et al. 2016 as a recurrent cell, from (input, state) to (output, next state):
 *
 * ```js
 * const cell = new MANNCell({ lstmSize: 200, memorySize: 128, memoryDim: 40, nbReads: 4, gamma: 0.95 });
 * const [B, T, X] = [16, 50, 405];
 * const inputs = new Float32Array(B * T * X); // [B, T, X]: T steps of each of B sequences
 * const x = new Float32Array(B * X); // [B, X]: one step of all of them
 * let state = cell.zeroState(B);
 * for (let t = 0; t < T; t++) {
 *   for (let b = 0; b < B; b++) {
 *     const at = (b * T + t) * X;
 *     x.set(inputs.subarray(at, at + X), b * X);
 *   }
 *   const { output, state: next } = cell.call(x, state); // output [B, H + R·W] = [16, 360]
 *   state = next;
 * }
 * ```
 *
 * It is an LSTM controller with an external memory, which is read by content and written at the least used slots. It
 * runs synchronously on the WebAssembly kernels, for B sequences at once.
 *
 * All arrays are flat, row after row. With H = lstmSize, N = memorySize, W = memoryDim and R = nbReads, a state holds:
 *
 * | array | shape | |
 * |---|---|---|
 * | `cell`, `hidden` | [1, B, H] | c_t and h_t of the LSTM's one layer |
 * | `memory` | [B, N, W] | M_t |
 * | `readVectors` | [B, R, W] | r_t: what each head read |
 * | `readWeights`, `writeWeights` | [B, R, N] | w^r_t and w^w_t: where each head read and wrote |
 * | `usage` | [B, N] | u_t |
 * | `embedding` | empty | for networks with `binding: 'direct'` only |
 */
export class MANNCell {
  /** H + R·W: the width of the output. */
  readonly outputSize: number;
  readonly #seed: number;
  readonly #base: ModelConfig;
  #engine: WasmEngine | undefined;

  /** @throws UserError that names the option and its allowed values */
  constructor(options: MANNCellOptions = {}) {
    checkObject('MANNCell', options);
    const { inputSize, seed = 0, ...network } = options;
    if (!Number.isSafeInteger(seed))
      throw new UserError(`MANNCell: seed must be a whole number, not ${seed}`);
    if (inputSize !== undefined && !(Number.isInteger(inputSize) && inputSize >= 1)) {
      throw new UserError(`MANNCell: inputSize must be a whole number from 1, not ${inputSize}`);
    }
    this.#seed = seed;
    this.#base = modelConfig({ ...modelPresets.paper, ...network });
    this.outputSize = this.#base.lstmSize + this.#base.nbReads * this.#base.memoryDim;
    if (inputSize !== undefined) this.#build(inputSize);
  }

  /** The state before the first step, `cell.zeroState(16)`: M = 1e-6, w^r and u one-hot at slot 0, the rest zero. */
  zeroState(batch: number): CellState {
    return zeroState(this.#base, batch);
  }

  /**
   * One step of B sequences: `cell.call(x, state)`.
   * @param x [B, X], row-major
   * @param state the state after the previous step; it is not changed
   * @returns output [B, H + R·W] = [h_t, r_t], and the next state
   * @throws UserError if x does not fit the state, or has another width than before
   */
  call(x: Floats, state: CellState): { output: Floats; state: CellState } {
    const B = state.hidden.length / this.#base.lstmSize;
    const X = x.length / B;
    if (!Number.isInteger(X) || X < 1) {
      throw new UserError(
        `x has ${x.length} numbers, which is not a multiple of the state's batch of ${B}`,
      );
    }
    const engine = this.#engine ?? this.#build(X);
    if (engine.config.inputWidth !== X) {
      throw new UserError(
        `x is ${X} wide, but this cell was built for ${engine.config.inputWidth}`,
      );
    }
    const { output, state: next } = engine.step(x, state);
    return { output, state: next };
  }

  /** Copies of the weights: `lstm.kernel`, `lstm.bias`, `heads.kernel`, `heads.bias`. */
  parameters(): Tensors {
    return new Map([...this.#built().parameters()].filter(([name]) => !name.startsWith('out.')));
  }

  /**
   * Sets the weights. Those of an output layer, which checkpoints contain, are ignored.
   * @throws UserError if names or shapes are not those of this cell
   */
  setParameters(tensors: Tensors): void {
    const own = [...tensors].filter(([name]) => !name.startsWith('out.'));
    const engine = this.#built();
    const none = [...engine.parameters()].filter(([name]) => name.startsWith('out.'));
    engine.setParameters(new Map([...own, ...none]));
  }

  #built(): WasmEngine {
    if (this.#engine) return this.#engine;
    throw new UserError(
      'the width of the input is not known yet: give inputSize, or call the cell first',
    );
  }

  #build(inputSize: number): WasmEngine {
    // a network without classes: the kernels give [h_t, r_t] and no logits
    const { embeddingSize: _, ...base } = this.#base;
    const checked = modelConfig({ ...base, inputHeight: 1, inputWidth: inputSize });
    const config = { ...checked, numClasses: 0 };
    this.#engine = makeEngine(config);
    this.#engine.setParameters(initialTensors(config, new Random(this.#seed, 'weights')));
    return this.#engine;
  }
}

function makeEngine(config: ModelConfig): WasmEngine {
  const kind = hasRelaxed() ? 'relaxed' : 'simd';
  const module = new WebAssembly.Module(bytesOf(kind === 'relaxed' ? relaxed : simd));
  return new WasmEngine(config, kind, module, reserveMemory(), []);
}
