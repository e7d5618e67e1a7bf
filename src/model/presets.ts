/**
 * Named network configurations. Fields that a preset leaves out are those of `default`. No preset sets `memory`, so
 * each can be combined with the LSTM baseline.
 */
import type { ModelOptions } from './fields.js';

/** A convolutional encoder, direct binding, lookup after the write: learns fastest. */
const usual = {
  output: 'classes',
  numClasses: 5,
  labelLength: 5,
  targetSize: 1,
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
  keyStrength: 'learned',
  binding: 'direct',
  lookup: 'after-write',
  writing: 'least-used',
  start: 'every-head',
  outputHidden: 128,
  familiarity: 'none',
} as const satisfies ModelOptions;

/** Pixels go to the controller directly, and the controller alone determines keys and memory contents. */
const flat = {
  encoder: 'none',
  memorySize: 128,
  memoryDim: 40,
  nbReads: 4,
  gamma: 0.95,
  binding: 'controller',
  lookup: 'before-write',
  writing: 'gated',
  outputHidden: 0,
  familiarity: 'none',
} as const satisfies ModelOptions;

/** The original implementation in TensorFlow 1. */
const original = {
  ...flat,
  keyStrength: 'none',
  controllerInput: 'read-weights',
  start: 'first-head',
} as const satisfies ModelOptions;

/** The names of the presets, without former ones. */
export const presetNames = ['default', 'flat', 'paper', 'original'] as const;
export type PresetName = (typeof presetNames)[number];

/** Network configurations by name: `modelConfig({ ...modelPresets.paper, numClasses: 10 })`. */
export const modelPresets = {
  default: usual,
  /** The default of version 0.1. */
  flat,
  /** The configuration of Santoro et al. 2016. */
  paper: { ...flat, keyStrength: 'none' },
  original,
  /** The former name of `original`. */
  seed: original,
} as const satisfies Record<string, ModelOptions>;
