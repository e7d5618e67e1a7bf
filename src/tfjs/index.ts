/**
 * `mann/tfjs`: the memory-augmented network in TensorFlow.js, as a cell for layers of one's own and as whole models.
 * Needs the optional peer dependency `@tensorflow/tfjs`.
 */
import './conv-gradient.js';

export type { Checkpoint } from '../training/state.js';
export { MANNCell } from './cell.js';
export type { CellNetwork, MANNCellArgs } from './cell-options.js';
export { type CheckpointOptions, fromCheckpoint, toCheckpoint } from './checkpoint.js';
export { Columns, type ColumnsArgs } from './columns.js';
