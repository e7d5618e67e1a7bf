/**
 * The networks that have a name. What a preset does not say is as in `default`. None says whether there is a memory,
 * so that each has its LSTM baseline too.
 */
import type { ModelOptions } from './config.js';

/** An encoder, keys and writes bound to what it sees, and the memory read after the write: the quickest to learn. */
const usual = {
  numClasses: 5,
  inputHeight: 20,
  inputWidth: 20,
  encoder: 'conv',
  controller: 'lstm',
  lstmSize: 200,
  numLayers: 1,
  controllerInput: 'read-vectors',
  memorySize: 64,
  memoryDim: 64,
  nbReads: 1,
  gamma: 0.95,
  keyStrength: 'learned',
  binding: 'direct',
  lookup: 'after-write',
  writing: 'least-used',
  start: 'every-head',
  outputHidden: 128,
} as const satisfies ModelOptions;

/** The pixels go to the controller as they are, and the controller alone says what is written and looked up. */
const flat = {
  encoder: 'none',
  memorySize: 128,
  memoryDim: 40,
  nbReads: 4,
  binding: 'controller',
  lookup: 'before-write',
  writing: 'gated',
  outputHidden: 0,
} as const satisfies ModelOptions;

/** As the original implementation in TensorFlow 1 has it. */
const original = {
  ...flat,
  keyStrength: 'none',
  controllerInput: 'read-weights',
  start: 'first-head',
} as const satisfies ModelOptions;

export const modelPresets = {
  default: usual,
  /** The default of version 0.1. */
  flat,
  /** As Santoro et al. 2016 describe it. */
  paper: { ...flat, keyStrength: 'none' },
  original,
  /** The old spelling of `original`. */
  seed: original,
} as const satisfies Record<string, ModelOptions>;
