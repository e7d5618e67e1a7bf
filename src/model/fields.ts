/** What a network is: the schema of its fields, one by one. `modelConfig()` checks that they fit together. */
import * as v from 'valibot';

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

  /**
   * `lrua`: least recently used access (paper); `ntm`: the Neural Turing Machine that the paper compares with (Graves et
   * al. 2014), which addresses by content and location; `none`: no memory, the baseline.
   */
  memory: oneOf('memory', ['lrua', 'ntm', 'none']),
  /** N: memory slots. */
  memorySize: size('memorySize', 1, 1 << 16),
  /** W: slot width. */
  memoryDim: size('memoryDim', 1, 1 << 14),
  /** K: how many numbers of a slot, from its beginning, are compared with a key. */
  keySize: size('keySize', 1, 1 << 14),
  /** R: read heads, and as many write heads. */
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

/** What `modelConfig` takes. */
export const optionsSchema = v.partial(
  v.strictObject({
    ...entries,
    /** `lstm` is short for `memory: 'none'`, the baseline; `mann` for `memory: 'lrua'`. */
    model: v.picklist(['mann', 'lstm'], 'model must be mann or lstm'),
  }),
);

/** What it gives. */
export const fields = v.strictObject(entries);

/** A complete network configuration. `modelConfig()` makes one. */
export type ModelConfig = Readonly<v.InferOutput<typeof fields>>;
type Input = v.InferInput<typeof optionsSchema>;
/** Options of `modelConfig`; all are optional. */
export type ModelOptions = Readonly<
  Omit<Input, 'encoderWidths'> & { encoderWidths?: readonly number[] | undefined }
>;
