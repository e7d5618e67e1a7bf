import type { layers, serialization, Tensor, Tensor2D } from '@tensorflow/tfjs';
import { tf } from '#tensorflow';
import { UserError } from '../common/errors.js';
import type { ModelConfig } from '../model/config.js';
import { shapesOf } from '../model/shapes.js';
import {
  type CellNetwork,
  cellConfig,
  cellNetwork,
  cellSpecs,
  divideArgs,
  firstWeights,
  type MANNCellArgs,
} from './cell-options.js';
import { FusedSteps, hasFused } from './step/fused.js';
import { plainStep } from './step/plain.js';
import { stateSizes, statesOf, tensorsOf, zeroStates } from './step/state.js';

type RNNArgs = Parameters<typeof layers.rnn>[0];
type HostCell = Exclude<NonNullable<RNNArgs['cell']>, readonly unknown[]>;
type Variable = ReturnType<HostCell['addWeight']>;

// TensorFlow.js exports the class RNNCell as a type only; its own cells extend it.
const RNNCell = Object.getPrototypeOf(
  tf.layers.simpleRNNCell({ units: 1 }).constructor,
) as (abstract new (
  args?: serialization.ConfigDict,
) => HostCell) & { fromConfig: serialization.FromConfigMethod<serialization.Serializable> };

/**
 * The memory-augmented network of Santoro et al. 2016 as a cell of TensorFlow.js.
 *
 * ```js
 * const cell = new MANNCell({ lstmSize: 200, memorySize: 128, memoryDim: 40, nbReads: 4, gamma: 0.95 });
 * model.add(tf.layers.rnn({ cell, returnSequences: true, inputShape: [null, 405] }));
 * ```
 */
export class MANNCell extends RNNCell {
  static readonly className = 'MANNCell';
  /** [H + R·W, H, N·W, R·N, N, 1]: output, c, memory, read weights, usage, begun; with direct binding E: the embedding. The first is the output. */
  readonly stateSize: number[];
  readonly #network: CellNetwork;
  readonly #seed: number;
  readonly #fused: boolean;
  /** For an input of any width, then for that of this cell. */
  #config: ModelConfig;
  #variables: ReadonlyMap<string, Variable> | undefined;
  #steps: FusedSteps | undefined;

  /** @throws UserError that names the option and its allowed values */
  constructor(args: MANNCellArgs = {}) {
    const { network, seed, fused, layer } = divideArgs(args);
    super(layer as serialization.ConfigDict);
    this.#network = network;
    this.#config = cellConfig(network);
    this.#seed = seed;
    this.#fused = fused;
    this.stateSize = stateSizes(shapesOf(this.#config));
  }

  /** The options that make the network, with their defaults. */
  get options(): ReturnType<typeof cellNetwork> {
    return cellNetwork(this.#config);
  }

  /** The states before the first step of B sequences, for loops of one's own. */
  zeroState(batch: number): Tensor2D[] {
    if (!Number.isInteger(batch) || batch < 1) {
      throw new UserError(`zeroState needs a batch of at least 1, not ${batch}`);
    }
    return zeroStates(shapesOf(this.#config), batch);
  }

  /** Makes the weights; the host calls it, and the first `call` where it has not. */
  override build(inputShape: unknown): void {
    if (this.#variables) return;
    const shape = (
      Array.isArray(inputShape) && Array.isArray(inputShape[0]) ? inputShape[0] : inputShape
    ) as (number | null)[];
    const inputWidth = shape.at(-1);
    if (shape.length !== 2 || typeof inputWidth !== 'number') {
      throw new UserError(
        `MANNCell takes inputs [batch, numbers] at each step, not [${shape.join(', ')}]: ` +
          'give the layer an inputShape of [null, numbers], and flatten pictures before it',
      );
    }
    const config = cellConfig(this.#network, inputWidth);
    const first = firstWeights(config, this.#seed);
    const variables = cellSpecs(config).map(({ name, shape }) => {
      const apply = () => tf.tensor(first.get(name)!.data, [...shape]);
      // The host saves weights by name and order; dots are not for all its formats.
      const variable = this.addWeight(name.replace('.', '_'), [...shape], 'float32', {
        apply,
      } as unknown as Parameters<HostCell['addWeight']>[3]);
      return [name, variable] as const;
    });
    this.#config = config;
    this.#variables = new Map(variables);
    this.built = true;
  }

  /**
   * One step of B sequences.
   * @param inputs x [B, X], then the states as `zeroState` or the step before gave them
   * @returns output [B, H + R·W] = [h_t, r_t], then the states after; the first of these is the output
   */
  override call(inputs: Tensor | Tensor[], _kwargs?: unknown): [Tensor2D, ...Tensor2D[]] {
    if (!Array.isArray(inputs) || inputs.length !== 1 + this.stateSize.length) {
      throw new UserError(
        `MANNCell.call takes [x, ...states] with ${this.stateSize.length} states, as zeroState gives them`,
      );
    }
    return tf.tidy((): [Tensor2D, ...Tensor2D[]] => {
      const [input, ...states] = inputs as [Tensor2D, ...Tensor2D[]];
      const x = input.dtype === 'float32' ? input : tf.cast(input, 'float32');
      if (!this.#variables) this.build(x.shape);
      const config = this.#config;
      const { X } = shapesOf(config);
      if (x.shape[1] !== X) {
        throw new UserError(`x is ${x.shape[1]} wide, but this cell was built for ${X}`);
      }
      for (const [i, { shape }] of states.entries()) {
        const right = [x.shape[0], this.stateSize[i]];
        if (shape.join() === right.join()) continue;
        throw new UserError(`state ${i} is [${shape}], but with this x it must be [${right}]`);
      }
      const weights = new Map(
        [...this.#variables!].map(([name, variable]) => [name, variable.read()]),
      );
      const before = statesOf(states);
      const [output, ...others] = tensorsOf(
        this.#fused && hasFused(config)
          ? this.#fusedSteps(config).step(weights, x, before)
          : plainStep(config, weights, x, before),
      );
      return [output, output, ...others];
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), ...this.options, seed: this.#seed };
  }

  #fusedSteps(config: ModelConfig): FusedSteps {
    this.#steps ??= new FusedSteps(config);
    return this.#steps;
  }
}

tf.serialization.registerClass(MANNCell as never);
