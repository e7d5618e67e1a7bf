/**
 * `mann/tfjs`: the memory-augmented network as a cell of TensorFlow.js.
 * Needs the optional peer dependency `@tensorflow/tfjs`.
 */
export { MANNCell, type MANNCellArgs } from './cell.js';
export { type CheckpointOptions, fromCheckpoint, toCheckpoint } from './checkpoint.js';
