/** What a network is: one schema with its defaults, used by the library, the commands and checkpoints. */
import * as v from 'valibot';
import { defined } from '../common/defined.js';
import { UserError } from '../common/errors.js';
import { checkObject } from '../common/options.js';
import { quoted } from '../common/printable.js';
import { modelPresets } from './presets.js';
import { tensorSpecs } from './tensors.js';

/** With gradients and two moments these fill the 4 GB that engines have. */
const MOST_WEIGHTS = 2 ** 28;

const size = (what: string, low = 1, high = 1 << 20) =>
  v.pipe(
    v.number(`${what} must be a number`),
    v.integer(`${what} must be a whole number`),
    v.minValue(low, `${what} must be at least ${low}`),
    v.maxValue(high, `${what} must be at most ${high}`),
  );

const oneOf = <const T extends readonly string[]>(what: string, choices: T) =>
  v.picklist(choices, `${what} must be ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`);

/** The fields of a network. Fields that are left out are those of the preset `default`. */
const entries = {
  /**
   * What the outputs say, and what they cost. `classes`: logits of C classes, cross entropy. `strings`: a label of G
   * characters, each one of C letters; the sum of their cross entropies. `gaussian`: D numbers, each by its mean and what
   * its deviation follows from; negative log density. `bits`: logits of D bits, the sum of their cross entropies.
   */
  output: oneOf('output', ['classes', 'strings', 'gaussian', 'bits']),
  /** C: classes in an episode, the width of the logits; of `strings` the letters of their alphabet. */
  numClasses: size('numClasses'),
  /** G: characters of a label, of `strings`. */
  labelLength: size('labelLength', 1, 64),
  /** D: numbers of a target, of `gaussian` and `bits`. */
  targetSize: size('targetSize', 1, 1 << 12),
  /** Pixels of a drawing as the network gets it; P = inputHeight * inputWidth. */
  inputHeight: size('inputHeight', 1, 1024),
  inputWidth: size('inputWidth', 1, 1 << 16),

  /** How a drawing is embedded before the controller gets it: not at all, by fully connected or by convolutional layers. */
  encoder: oneOf('encoder', ['none', 'mlp', 'conv']),
  /** Units of each hidden layer of an `mlp`, or channels of each layer of a `conv`. */
  encoderWidths: v.pipe(
    v.array(size('encoderWidths', 1, 1 << 14), 'encoderWidths must be a list of numbers'),
    v.maxLength(8, 'encoderWidths must name at most 8 layers'),
    v.readonly(),
  ),
  /** E: size of the embedding. Without an encoder E = P. */
  embeddingSize: size('embeddingSize', 1, 1 << 26),

  /** An LSTM, or one feed-forward layer without a state. */
  controller: oneOf('controller', ['lstm', 'feedforward']),
  /** H: units of the controller. */
  lstmSize: size('lstmSize', 1, 1 << 14),
  /** L: stacked LSTM layers, only without memory. */
  numLayers: size('numLayers', 1, 16),
  /** What the controller gets of the previous read: the vectors (paper) or the weights (original implementation). */
  controllerInput: oneOf('controllerInput', ['read-vectors', 'read-weights']),

  /** `lrua`: least recently used access (paper); `none`: no memory, the baseline. */
  memory: oneOf('memory', ['lrua', 'none']),
  /** N: memory slots. */
  memorySize: size('memorySize', 1, 1 << 16),
  /** W: slot width. */
  memoryDim: size('memoryDim', 1, 1 << 14),
  /** K: how many numbers of a slot, from its beginning, are compared with a key. */
  keySize: size('keySize', 1, 1 << 14),
  /** R: read heads (each with a write head). */
  nbReads: size('nbReads', 1, 64),
  /** Decay of usage at each step, equation 20. */
  gamma: v.pipe(
    v.number('gamma must be a number'),
    v.minValue(0, 'gamma must lie between 0 and 1'),
    v.maxValue(1, 'gamma must lie between 0 and 1'),
  ),
  /** β of each head in the softmax of equation 18: 1 (`none`, the paper) or `learned`. */
  keyStrength: oneOf('keyStrength', ['none', 'learned']),
  /**
   * Where keys and memory contents come from: the `controller` alone (paper), or also `direct`ly from embeddings. Then
   * the key includes this drawing's embedding, and what is written includes the previous drawing's embedding and label.
   */
  binding: oneOf('binding', ['controller', 'direct']),
  /** Whether the memory is read before this step's write (paper) or after it. */
  lookup: oneOf('lookup', ['before-write', 'after-write']),
  /** Equation 22: write `gated` between the slots read last and the least used ones (paper), or to the `least-used` only. */
  writing: oneOf('writing', ['gated', 'least-used']),
  /**
   * Read weights before the first step: one-hot at slot 0 for every head, or for the first head only and zeros for
   * the others (original implementation).
   */
  start: oneOf('start', ['every-head', 'first-head']),

  /** Units of a hidden layer in parallel to the linear layer from [h_t, r_t] to the logits; 0 for none. */
  outputHidden: size('outputHidden', 0, 1 << 14),
  /** Whether a further output says if the class of the drawing has come before: `learned`, or `none` (the paper). */
  familiarity: oneOf('familiarity', ['none', 'learned']),
};

const optionsSchema = v.partial(
  v.strictObject({
    ...entries,
    /** `lstm` is short for `memory: 'none'`, the baseline; `mann` for `memory: 'lrua'`. */
    model: v.picklist(['mann', 'lstm'], 'model must be mann or lstm'),
  }),
);

const fields = v.strictObject(entries);

/** A complete network configuration. `modelConfig()` makes one. */
export type ModelConfig = Readonly<v.InferOutput<typeof fields>>;
type Input = v.InferInput<typeof optionsSchema>;
/** Options of `modelConfig`; all are optional. */
export type ModelOptions = Readonly<
  Omit<Input, 'encoderWidths'> & { encoderWidths?: readonly number[] | undefined }
>;

const schema = v.pipe(
  fields,
  v.check(
    (c) => c.memory === 'none' || c.nbReads <= c.memorySize,
    'nbReads must not be greater than memorySize: each write head needs a least-used slot',
  ),
  v.check(
    (c) => c.memory === 'none' || c.keySize <= c.memoryDim,
    'keySize must not be greater than memoryDim: the key is the first part of a slot',
  ),
  v.check(
    (c) => c.memory === 'none' || c.numLayers === 1,
    'numLayers is for the LSTM baseline (--model lstm): the MANN has one controller layer',
  ),
  v.check(
    (c) => c.controller === 'lstm' || c.numLayers === 1,
    'numLayers is for LSTM layers: the feed-forward controller has one',
  ),
  v.check(
    (c) => (c.encoder === 'none') === (c.encoderWidths.length === 0),
    'encoderWidths must name the layers of an mlp or conv encoder, and none without an encoder',
  ),
  v.check(
    (c) => c.encoder !== 'none' || c.embeddingSize === c.inputHeight * c.inputWidth,
    'embeddingSize needs an encoder: without one the embedding is the drawing itself',
  ),
  v.check(
    (c) => c.encoder !== 'conv' || poolings(c) <= Math.log2(Math.min(c.inputHeight, c.inputWidth)),
    'encoderWidths: the drawing is too small for so many layers, each but the last halves its sides',
  ),
  v.check(
    (c) => c.familiarity === 'none' || c.output === 'classes',
    'familiarity learned needs output classes: it says whether a class has come before',
  ),
  v.check(
    (c) => weightsOf(c) <= MOST_WEIGHTS,
    `a network of more than ${MOST_WEIGHTS.toLocaleString('en')} weights: no engine has room for it`,
  ),
);

const poolings = (config: ModelConfig): number => config.encoderWidths.length - 1;

function weightsOf(config: ModelConfig): number {
  return tensorSpecs(config).reduce((sum, { size }) => sum + size, 0);
}

/** Layers where only the kind of encoder was named: of a conv three, or as many as a small drawing has room for. */
function usualWidths(encoder: ModelConfig['encoder'], smallestSide: number): number[] {
  if (encoder === 'none') return [];
  if (encoder === 'mlp') return [256];
  return [16, 16, 16].slice(0, 1 + Math.floor(Math.log2(smallestSide)));
}

/** The defaults of sizes that depend on the rest of a network. */
export function usualSizes({
  encoder,
  inputHeight,
  inputWidth,
  binding,
  memoryDim,
}: Omit<ModelConfig, 'encoderWidths' | 'embeddingSize' | 'keySize'>) {
  return {
    encoderWidths: usualWidths(encoder, Math.min(inputHeight, inputWidth)),
    embeddingSize: encoder === 'none' ? inputHeight * inputWidth : 64,
    // with direct binding three quarters of a slot are for the key and one quarter for the label
    keySize: binding === 'direct' ? Math.ceil(0.75 * memoryDim) : memoryDim,
  };
}

/**
 * A network configuration from options; all fields are checked.
 *
 * ```ts
 * const config = modelConfig({ numClasses: 10, encoder: 'mlp', encoderWidths: [400, 256] });
 * const original = modelConfig(modelPresets.original);
 * ```
 * @throws UserError that names the field and its allowed values
 */
export function modelConfig(options: ModelOptions = {}): ModelConfig {
  checkObject('network configuration', options);
  const { model, ...given } = check(optionsSchema, options);
  if (model && given.memory && (model === 'lstm') !== (given.memory === 'none')) {
    throw new UserError(
      `network configuration: model ${model} and memory ${given.memory} contradict each other: leave one out`,
    );
  }
  const config = {
    ...modelPresets.default,
    memory: model === 'lstm' ? ('none' as const) : ('lrua' as const),
    ...defined(given),
  };
  return check(schema, { ...usualSizes(config), ...config });
}

/**
 * The network of a file that earlier versions wrote, too: what they did not say is as it was then (preset `flat`).
 * @throws UserError as `modelConfig`
 */
export function savedConfig(saved: ModelOptions): ModelConfig {
  checkObject('network configuration', saved);
  return modelConfig('encoder' in saved ? saved : { ...modelPresets.flat, ...saved });
}

/** The fields that mean nothing in a network without memory. */
export const memoryFields: readonly string[] = [
  ...(['memorySize', 'memoryDim', 'keySize', 'nbReads', 'gamma', 'keyStrength'] as const),
  ...(['binding', 'lookup', 'writing', 'start', 'controllerInput'] as const),
] satisfies (keyof ModelConfig)[];

/** What people call a network of this form. */
export function kindOf(config: ModelConfig): 'mann' | 'lstm' | 'feedforward' {
  return config.memory === 'none' ? config.controller : 'mann';
}

function check<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = v.getDotPath(issue);
  const unknown = issue.expected === 'never' && path;
  throw new UserError(
    unknown
      ? `network configuration: there is no option called ${quoted(path)}`
      : `network configuration: ${issue.message}`,
  );
}
