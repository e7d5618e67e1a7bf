/** Small networks that have, together, every value of every choice: what is true of networks is asked of each of them. */
import type { ModelOptions } from '../../dist/model/config.js';
import { modelPresets } from '../../dist/model/presets.js';

const small = {
  numClasses: 3,
  inputHeight: 4,
  inputWidth: 5,
  lstmSize: 5,
  memorySize: 7,
  memoryDim: 4,
  nbReads: 2,
} as const satisfies ModelOptions;

const conv = { encoder: 'conv', encoderWidths: [3, 2], embeddingSize: 6 } as const;
const mlp = { encoder: 'mlp', encoderWidths: [7, 5], embeddingSize: 6 } as const;

export const forms = {
  default: { ...small, ...conv, nbReads: 1, outputHidden: 6 },
  flat: { ...modelPresets.flat, ...small },
  'default with familiarity': {
    ...{ ...small, ...conv, nbReads: 1, outputHidden: 6, familiarity: 'learned' },
  },
  'LSTM with familiarity': {
    ...modelPresets.flat,
    ...{ ...small, model: 'lstm', familiarity: 'learned' },
  },
  paper: { ...modelPresets.paper, ...small },
  original: { ...modelPresets.original, ...small },
  lstm: { ...modelPresets.flat, ...small, model: 'lstm' },
  'mlp instead of conv': { ...small, ...mlp, nbReads: 1, outputHidden: 6 },
  'default with two heads': { ...small, ...conv, outputHidden: 6 },
  'default, gated': { ...small, ...conv, writing: 'gated', outputHidden: 0 },
  'default, reading before the write': { ...small, ...conv, lookup: 'before-write' },
  'direct binding of pixels, keys of whole slots': {
    ...small,
    ...{ encoder: 'none', keySize: 4, keyStrength: 'none', start: 'first-head' },
  },
  'flat, reading after the write': { ...modelPresets.flat, ...small, lookup: 'after-write' },
  'flat, writing to the least used slots': {
    ...modelPresets.flat,
    ...{ ...small, writing: 'least-used', keySize: 3, outputHidden: 6 },
  },
  'one layer of convolution, read weights to the controller': {
    ...small,
    ...{ encoderWidths: [4], embeddingSize: 5, controllerInput: 'read-weights' },
  },
  'three layers of convolution on odd sides': {
    ...small,
    ...{ inputHeight: 7, inputWidth: 5, encoderWidths: [3, 5, 2], embeddingSize: 3 },
  },
  'feed-forward controller': { ...small, ...mlp, controller: 'feedforward' },
  'feed-forward controller, as in the paper': {
    ...modelPresets.paper,
    ...{ ...small, controller: 'feedforward' },
  },
  'feed-forward controller that gets read weights': {
    ...modelPresets.original,
    ...{ ...small, controller: 'feedforward', binding: 'direct' },
  },
  'feed-forward, without memory': {
    ...small,
    ...{ ...mlp, controller: 'feedforward', memory: 'none', outputHidden: 6 },
  },
  'labels of four characters': { ...small, ...conv, output: 'strings', labelLength: 4 },
  'labels of three characters with familiarity': {
    ...{ ...small, ...conv, output: 'strings', labelLength: 3, familiarity: 'learned' },
  },
  'numbers with deviations': { ...small, ...mlp, output: 'gaussian', targetSize: 2 },
  'bits from an LSTM': {
    ...modelPresets.flat,
    ...{ ...small, model: 'lstm', output: 'bits', targetSize: 3 },
  },
  NTM: { ...small, ...conv, memory: 'ntm', outputHidden: 6 },
  'NTM of one head, on pixels, that gets read weights': {
    ...modelPresets.original,
    ...{ ...small, memory: 'ntm', nbReads: 1, memorySize: 8 },
  },
  'NTM of six heads, with a feed-forward controller': {
    ...small,
    ...{ ...mlp, memory: 'ntm', controller: 'feedforward', nbReads: 6, memorySize: 5 },
    outputHidden: 6,
  },
  'NTM of two slots': { ...modelPresets.flat, ...small, memory: 'ntm', memorySize: 2 },
  'stacked LSTM on a conv': { ...small, ...conv, model: 'lstm', numLayers: 3, outputHidden: 0 },
} as const satisfies Record<string, ModelOptions>;
