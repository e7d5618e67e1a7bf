import type { Tensor2D } from '@tensorflow/tfjs';
import { tf } from '#tensorflow';
import type { ModelConfig } from '../../model/config.js';
import type { Shapes } from '../../model/shapes.js';

/**
 * What the cell carries from step to step, in the order of `stateSize`, each [B, ..]. The host lets states
 * start at nothing but zeros, while the memory starts at 1e-6 and w^r and u at slot 0. So the last one says
 * whether a sample has begun, and the step adds the start to those that have not. (Storing each state less
 * its start would do too, but rounds.)
 */
export interface CellStates<T = Tensor2D> {
  /** [B, O] = [h_t, r_t]. */
  readonly output: T;
  /** [B, H]: c_t. */
  readonly cell: T;
  /** [B, N·W]: M_t. */
  readonly memory: T;
  /** [B, R·N]: w^r_t. */
  readonly readWeights: T;
  /** [B, N]: u_t. */
  readonly usage: T;
  /** [B, 1]: 0 before the first step, then 1. */
  readonly begun: T;
  /** [B, E]: e_t, with direct binding only. */
  readonly embedding?: T | undefined;
}

/** The memory's numbers before the first step. */
export const MEMORY_START = 1e-6;

/** Heads whose read weights begin at slot 0; those of the others begin as zeros. */
export const startHeads = (config: ModelConfig): number =>
  config.start === 'first-head' ? 1 : config.nbReads;

export const stateSizes = ({ O, H, N, W, R, kept }: Shapes): number[] => [
  ...[O, H, N * W, R * N, N, 1],
  ...(kept > 0 ? [kept] : []),
];

/** The states by name. @param tensors in the order of `stateSizes` */
export function statesOf(tensors: readonly Tensor2D[]): CellStates {
  type Six<T> = readonly [T, T, T, T, T, T];
  const [output, cell, memory, readWeights, usage, begun] = tensors as unknown as Six<Tensor2D>;
  return { output, cell, memory, readWeights, usage, begun, embedding: tensors[6] };
}

export const tensorsOf = (s: CellStates): [output: Tensor2D, ...others: Tensor2D[]] => [
  ...([s.output, s.cell, s.memory, s.readWeights, s.usage, s.begun] as const),
  ...(s.embedding ? [s.embedding] : []),
];

/** Zeros for B sequences. */
export const zeroStates = (shapes: Shapes, batch: number): Tensor2D[] =>
  stateSizes(shapes).map((size) => tf.zeros([batch, size]));
