/** What a network is: one schema with its defaults, used by the library, the commands and checkpoints. */
import * as v from 'valibot';
import { UserError } from '../common/errors.js';
import { quoted } from '../common/printable.js';
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

const schema = v.pipe(
  v.strictObject({
    /** `mann`: LSTM controller with external memory; `lstm`: the baseline without memory. */
    model: v.optional(v.picklist(['mann', 'lstm'], 'model must be mann or lstm'), 'mann'),
    /** C: classes in an episode, the width of the logits. */
    numClasses: v.optional(size('numClasses'), 5),
    /** Pixels of a drawing as the network sees it; P = inputHeight * inputWidth. */
    inputHeight: v.optional(size('inputHeight', 1, 1024), 20),
    inputWidth: v.optional(size('inputWidth', 1, 1 << 16), 20),
    /** H: units of the LSTM controller. */
    lstmSize: v.optional(size('lstmSize', 1, 1 << 14), 200),
    /** L: stacked LSTM layers, baseline only. */
    numLayers: v.optional(size('numLayers', 1, 16), 1),
    /** N: slots of the memory. */
    memorySize: v.optional(size('memorySize', 1, 1 << 16), 128),
    /** W: numbers in a slot. */
    memoryDim: v.optional(size('memoryDim', 1, 1 << 14), 40),
    /** R: read heads (each with a write head). */
    nbReads: v.optional(size('nbReads', 1, 64), 4),
    /** The decay of usage, equation 20. */
    gamma: v.optional(
      v.pipe(
        v.number('gamma must be a number'),
        v.minValue(0, 'gamma must lie between 0 and 1'),
        v.maxValue(1, 'gamma must lie between 0 and 1'),
      ),
      0.95,
    ),
    /** What the controller sees of the previous read: the paper's vectors or the original implementation's weights. */
    controllerInput: v.optional(
      v.picklist(
        ['read-vectors', 'read-weights'],
        'controllerInput must be read-vectors or read-weights',
      ),
      'read-vectors',
    ),
    /** β of each head in the softmax of equation 18: 1 (`none`, the paper) or `learned`. */
    keyStrength: v.optional(
      v.picklist(['none', 'learned'], 'keyStrength must be none or learned'),
      'learned',
    ),
    /**
     * Read weights before the first step: one-hot at slot 0 for every head, or for head 0 alone and zeros
     * for the others, as the original implementation has them.
     */
    start: v.optional(
      v.picklist(['every-head', 'first-head'], 'start must be every-head or first-head'),
      'every-head',
    ),
  }),
  v.check(
    (c) => c.nbReads <= c.memorySize,
    'nbReads must not be greater than memorySize: each write head needs a least-used slot',
  ),
  v.check(
    (c) => c.model === 'lstm' || c.numLayers === 1,
    'numLayers is for the LSTM baseline (--model lstm): the MANN has one controller layer',
  ),
  v.check(
    (c) => weightsOf(c) <= MOST_WEIGHTS,
    `a network of more than ${MOST_WEIGHTS.toLocaleString('en')} weights: no engine has room for it`,
  ),
);

export type ModelConfig = Readonly<v.InferOutput<typeof schema>>;
export type ModelOptions = v.InferInput<typeof schema>;

function weightsOf(config: object): number {
  return tensorSpecs(config as ModelConfig).reduce((sum, { size }) => sum + size, 0);
}

const original = {
  keyStrength: 'none',
  controllerInput: 'read-weights',
  start: 'first-head',
} as const;

/** The network's part of a preset; what is not named is as in the schema's defaults. */
export const modelPresets = {
  default: {},
  paper: { keyStrength: 'none', controllerInput: 'read-vectors' },
  original,
  /** @deprecated The name that `original` had once. */
  seed: original,
} as const satisfies Record<string, ModelOptions>;

/**
 * Fills in defaults and checks every value.
 * @throws UserError that names the field and what it may be
 */
export function modelConfig(options: ModelOptions = {}): ModelConfig {
  if (Array.isArray(options)) throw new UserError('network configuration: a list, not an object');
  const result = v.safeParse(schema, options, { abortEarly: true });
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
