import type { layers, serialization, Tensor, Tensor2D } from '@tensorflow/tfjs';
import { tf } from '#tensorflow';
import { UserError } from '../common/errors.js';
import { checkOptions } from '../common/options.js';
import { Random } from '../common/random.js';
import { type ModelConfig, modelConfig } from '../model/config.js';
import { modelPresets } from '../model/presets.js';
import { type Shapes, shapesOf } from '../model/shapes.js';
import { initialTensors } from '../model/tensors.js';
import { FusedSteps, hasFused } from './fused.js';
import { type CellWeights, plainStep } from './plain.js';
import { stateSizes, statesOf, tensorsOf, zeroStates } from './state.js';

type RNNArgs = Parameters<typeof layers.rnn>[0];
type HostCell = Exclude<NonNullable<RNNArgs['cell']>, readonly unknown[]>;
type Variable = ReturnType<HostCell['addWeight']>;

// TensorFlow.js exports the class RNNCell as a type only; its own cells extend it.
const RNNCell = Object.getPrototypeOf(
  tf.layers.simpleRNNCell({ units: 1 }).constructor,
) as (abstract new (
  args?: serialization.ConfigDict,
) => HostCell) & { fromConfig: serialization.FromConfigMethod<serialization.Serializable> };

export interface MANNCellArgs {
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
  /** Random seed of the initial weights. Default 0. */
  readonly seed?: number;
  /** Use the fused kernel on the backends cpu and wasm. Default true; not saved with a model. */
  readonly fused?: boolean;
  /** The layer's name. */
  readonly name?: string;
  readonly trainable?: boolean;
}

/** What TensorFlow.js passes to every layer, for example when it loads a model. */
interface HostArgs {
  readonly dtype?: string;
  readonly inputDType?: string;
  readonly inputShape?: unknown;
  readonly batchInputShape?: unknown;
  readonly batchSize?: number;
  readonly updatable?: boolean;
  readonly weights?: unknown;
  readonly customObjects?: unknown;
}

const ARGS = {
  lstmSize: 'number',
  memorySize: 'number',
  memoryDim: 'number',
  nbReads: 'number',
  gamma: 'number',
  controllerInput: 'string',
  keyStrength: 'string',
  start: 'string',
  seed: 'number',
  fused: 'boolean',
  name: 'string',
  trainable: 'boolean',
  dtype: 'string',
  inputDType: 'string',
  inputShape: 'object',
  batchInputShape: 'object',
  batchSize: 'number',
  updatable: 'boolean',
  weights: 'object',
  customObjects: 'object',
} as const;

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
  /** [H + R·W, H, N·W, R·N, N, 1]: output, c, memory, read weights, usage, begun. The first is the output. */
  readonly stateSize: number[];
  /** The network, without inputs and classes. */
  readonly #base: ModelConfig;
  readonly #seed: number;
  readonly #fused: boolean;
  #config: ModelConfig | undefined;
  #variables: CellWeights<Variable> | undefined;
  #steps: FusedSteps | undefined;

  /** @throws UserError that names the option and its allowed values */
  constructor(args: MANNCellArgs = {}) {
    checkOptions<MANNCellArgs & HostArgs>('MANNCell', args, ARGS);
    const { lstmSize, memorySize, memoryDim, nbReads, gamma, controllerInput, ...others } = args;
    const { keyStrength = 'none', start, seed = 0, fused = true, ...layer } = others;
    super(layer as serialization.ConfigDict);
    const network = {
      lstmSize,
      memorySize,
      memoryDim,
      nbReads,
      gamma,
      controllerInput,
      keyStrength,
      start,
    };
    const given = Object.entries(network).filter(([, value]) => value !== undefined);
    this.#base = {
      ...modelConfig({ ...modelPresets.paper, ...Object.fromEntries(given) }),
      numClasses: 0,
    };
    this.#seed = seed;
    this.#fused = fused;
    this.stateSize = stateSizes(this.#shapes);
  }

  /** The options that make the network, with their defaults. */
  get options(): Required<Omit<MANNCellArgs, 'seed' | 'fused' | 'name' | 'trainable'>> {
    const { lstmSize, memorySize, memoryDim, nbReads, gamma } = this.#base;
    const { controllerInput, keyStrength, start } = this.#base;
    return { lstmSize, memorySize, memoryDim, nbReads, gamma, controllerInput, keyStrength, start };
  }

  /** The states before the first step of B sequences, for loops of one's own. */
  zeroState(batch: number): Tensor2D[] {
    if (!Number.isInteger(batch) || batch < 1) {
      throw new UserError(`zeroState needs a batch of at least 1, not ${batch}`);
    }
    return zeroStates(this.#shapes, batch);
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
    const sized = modelConfig({
      ...modelPresets.paper,
      ...this.options,
      inputHeight: 1,
      inputWidth,
    });
    const config = { ...sized, numClasses: 0 };
    const initial = initialTensors(config, new Random(this.#seed, 'weights'));
    const add = (name: string) => {
      const { shape, data } = initial.get(name)!;
      // The host saves weights by name and order; dots are not for all its formats.
      return this.addWeight(name.replace('.', '_'), [...shape], 'float32', {
        apply: () => tf.tensor(data, [...shape]),
      } as unknown as Parameters<HostCell['addWeight']>[3]);
    };
    this.#config = config;
    this.#variables = {
      lstmKernel: add('lstm.kernel'),
      lstmBias: add('lstm.bias'),
      headsKernel: add('heads.kernel'),
      headsBias: add('heads.bias'),
    };
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
      const config = this.#config!;
      if (x.shape[1] !== config.inputWidth) {
        throw new UserError(
          `x is ${x.shape[1]} wide, but this cell was built for ${config.inputWidth}`,
        );
      }
      const { lstmKernel, lstmBias, headsKernel, headsBias } = this.#variables!;
      const weights = {
        lstmKernel: lstmKernel.read(),
        lstmBias: lstmBias.read(),
        headsKernel: headsKernel.read(),
        headsBias: headsBias.read(),
      };
      const before = statesOf(states);
      if (this.#fused && hasFused()) {
        this.#steps ??= new FusedSteps(config);
        const after = tensorsOf(this.#steps.step(weights, x, before));
        return [after[0]!, ...after];
      }
      const after = tensorsOf(plainStep(config, weights, x, before));
      return [after[0]!, ...after];
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), ...this.options, seed: this.#seed };
  }

  get #shapes(): Shapes {
    return shapesOf(this.#base);
  }
}

tf.serialization.registerClass(MANNCell as never);
