/** A network's configuration: its defaults and checks, the same for the library, the commands and checkpoints. */
import * as v from 'valibot';
import { defined } from '../common/defined.js';
import { UserError } from '../common/errors.js';
import { checkObject } from '../common/options.js';
import { quoted } from '../common/printable.js';
import { fields, type ModelConfig, type ModelOptions, optionsSchema } from './fields.js';
import { modelPresets } from './presets.js';
import { tensorSpecs } from './tensors.js';

export type { ModelConfig, ModelOptions } from './fields.js';

/** With gradients and two moments these fill the 4 GB that engines have. */
const MOST_WEIGHTS = 2 ** 28;

const schema = v.pipe(
  fields,
  v.check(
    (c) => c.memory !== 'lrua' || c.nbReads <= c.memorySize,
    'nbReads must not be greater than memorySize: each write head needs a least-used slot',
  ),
  v.check(
    (c) => c.memory !== 'lrua' || c.keySize <= c.memoryDim,
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
    (c) => c.familiarity === 'none' || c.output === 'classes' || c.output === 'strings',
    'familiarity learned needs output classes or strings: it says whether a class has come before',
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

/** What usage falls to over the steps that fill a memory: γ^N = exp(-3.2), which is 0.95 at 64 slots. */
const DECAY = 3.2;

/**
 * γ of a memory of N slots. Empty slots are read a little at each step, and with a small γ this soon counts for more than
 * a write long ago. A large memory must decay slowly, or it writes over what it stored while it has empty slots.
 */
function usualGamma(N: number): number {
  return Math.max(0.95, 1 - DECAY / N);
}

/** The defaults that depend on the rest of a network. */
export function usualSizes({
  encoder,
  inputHeight,
  inputWidth,
  memory,
  binding,
  memorySize,
  memoryDim,
}: Omit<ModelConfig, 'encoderWidths' | 'embeddingSize' | 'keySize' | 'gamma'>) {
  return {
    encoderWidths: usualWidths(encoder, Math.min(inputHeight, inputWidth)),
    embeddingSize: encoder === 'none' ? inputHeight * inputWidth : 64,
    // with direct binding three quarters of a slot are for the key and one quarter for the label
    keySize: memory !== 'ntm' && binding === 'direct' ? Math.ceil(0.75 * memoryDim) : memoryDim,
    gamma: memory === 'lrua' ? usualGamma(memorySize) : 0.95,
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
  if (model && given.memory && given.memory !== memoryOf[model]) {
    throw new UserError(
      `network configuration: model ${model} and memory ${given.memory} contradict each other: leave one out`,
    );
  }
  const memory = given.memory ?? memoryOf[model ?? 'mann'];
  const config = {
    ...modelPresets.default,
    memory,
    ...(memory === 'none' && { encoder: BASELINE_ENCODER }),
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

/** Without a memory a network learns hardly anything through the convolutional encoder. */
const BASELINE_ENCODER = 'mlp' as const;

/** The memory that each `model` is short for. */
const memoryOf = { mann: 'lrua', lstm: 'none' } as const;

/** The fields that mean something to `lrua` alone. */
const lruaFields = ['keySize', 'gamma', 'keyStrength', 'binding', 'lookup', 'writing', 'start'];

/** The fields that mean nothing in a network with each memory. */
export const unusedFields: Readonly<Record<ModelConfig['memory'], readonly string[]>> = {
  lrua: [],
  ntm: lruaFields,
  none: [...lruaFields, 'memorySize', 'memoryDim', 'nbReads', 'controllerInput'],
};

/** What people call a network of this form. */
export function kindOf(config: ModelConfig): 'mann' | 'ntm' | 'lstm' | 'feedforward' {
  if (config.memory === 'none') return config.controller;
  return config.memory === 'ntm' ? 'ntm' : 'mann';
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
