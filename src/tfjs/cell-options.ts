/** What a cell is made of: its options, the network that they make, and the network's first weights. */
import { defined } from '../common/defined.js';
import { UserError } from '../common/errors.js';
import { checkOptions } from '../common/options.js';
import { Random } from '../common/random.js';
import type { MANNCellOptions } from '../engine/cell.js';
import { type ModelConfig, modelConfig } from '../model/config.js';
import { modelPresets } from '../model/presets.js';
import { initialTensors, type TensorSpec, type Tensors, tensorSpecs } from '../model/tensors.js';

/** The options that make the network: those of the library's own cell, and more. */
export interface CellNetwork extends Omit<MANNCellOptions, 'inputSize' | 'seed'> {
  /** An `lstm` (default), or one `feedforward` layer without a state. */
  readonly controller?: 'lstm' | 'feedforward';
  /** K: how many numbers of a slot, from its beginning, are compared with a key. Default: all, or three quarters with direct binding. */
  readonly keySize?: number;
  /**
   * Where keys and memory contents come from: the `controller` alone (default), or also `direct`ly from the input. Then
   * the key includes this step's embedding, and what is written includes the previous embedding and its label.
   */
  readonly binding?: 'controller' | 'direct';
  /** E, needed with direct binding: the first E numbers of the input are the embedding, the others the label. */
  readonly embeddingSize?: number;
  /** Whether the memory is read before this step's write (default) or after it. */
  readonly lookup?: 'before-write' | 'after-write';
  /** Write `gated` between the slots read last and the least used ones (default), or to the `least-used` only. */
  readonly writing?: 'gated' | 'least-used';
}

export interface MANNCellArgs extends CellNetwork {
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

const NETWORK = {
  controller: 'string',
  lstmSize: 'number',
  memorySize: 'number',
  memoryDim: 'number',
  keySize: 'number',
  nbReads: 'number',
  gamma: 'number',
  controllerInput: 'string',
  keyStrength: 'string',
  binding: 'string',
  embeddingSize: 'number',
  lookup: 'string',
  writing: 'string',
  start: 'string',
} as const;

const ARGS = {
  ...NETWORK,
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

/** Checks the options and divides them: those of the network, those of the cell, and what is for the host. */
export function divideArgs(args: MANNCellArgs) {
  checkOptions<MANNCellArgs & HostArgs>('MANNCell', args, ARGS);
  const { seed = 0, fused = true, ...others } = args;
  const isOfNetwork = ([name]: [string, unknown]) => Object.hasOwn(NETWORK, name);
  const all = Object.entries(others);
  const network = Object.fromEntries(all.filter(isOfNetwork)) as CellNetwork;
  const layer = Object.fromEntries(all.filter((entry) => !isOfNetwork(entry)));
  return { network, seed, fused, layer };
}

/** The options of the cell of a network. */
export function cellNetwork(
  config: ModelConfig,
): Required<Omit<CellNetwork, 'embeddingSize'>> & Pick<CellNetwork, 'embeddingSize'> {
  const { controller, lstmSize, memorySize, memoryDim, keySize, nbReads, gamma } = config;
  const { controllerInput, keyStrength, binding, lookup, writing, start } = config;
  return {
    ...{ controller, lstmSize, memorySize, memoryDim, keySize, nbReads, gamma },
    ...{ controllerInput, keyStrength, binding, lookup, writing, start },
    ...(binding === 'direct' && { embeddingSize: config.embeddingSize }),
  };
}

/**
 * The network that a cell is, for inputs of `width` numbers. To the cell, embeddings are drawings of one row; where it
 * need not tell them from labels, all of its input is the drawing, and there are no classes.
 * @throws UserError
 */
export function cellConfig(network: CellNetwork, width?: number): ModelConfig {
  const { embeddingSize, ...options } = network;
  const direct = network.binding === 'direct';
  if (direct && embeddingSize === undefined) {
    throw new UserError(
      "MANNCell: binding 'direct' needs embeddingSize: how many numbers of the input, from the first, are the embedding",
    );
  }
  if (!direct && embeddingSize !== undefined) {
    throw new UserError("MANNCell: embeddingSize is only for binding 'direct'");
  }
  const labels = width !== undefined && direct ? width - embeddingSize! : undefined;
  if (labels !== undefined && labels < 1) {
    throw new UserError(
      `MANNCell: with binding 'direct' an input is an embedding of ${embeddingSize} numbers and a label, ` +
        `but the inputs are ${width} wide`,
    );
  }
  const config = modelConfig({
    ...modelPresets.paper,
    ...defined(options),
    ...{ inputHeight: 1, inputWidth: embeddingSize ?? width ?? 1 },
    ...(labels !== undefined && { numClasses: labels }),
  });
  return direct ? config : { ...config, numClasses: 0 };
}

/** The tensors of a network's cell, in the order of checkpoints: without those of encoder and output. */
export const cellSpecs = (config: ModelConfig): TensorSpec[] =>
  tensorSpecs(config).filter(({ name }) => !/^(encoder|hidden|out)\./.test(name));

/** First weights of a cell, and of an output that nobody asks for. */
export function firstWeights(config: ModelConfig, seed: number): Tensors {
  // Embeddings come from layers, as a rule: then direct binding starts smaller than from pixels.
  const encoder = config.binding === 'direct' ? 'mlp' : 'none';
  return initialTensors({ ...config, encoder }, new Random(seed, 'weights'));
}
