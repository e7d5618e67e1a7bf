import type { Inspection } from 'mann';

/** The memory after one step, as the maps show it. */
export interface Frame {
  /** [N, W]. */
  readonly memory: Float32Array;
  /** K: the first numbers of each slot are its key. */
  readonly keySize: number;
  /** [N]: read weights, mean over the heads. */
  readonly read: Float32Array;
  /** [N]: write weights, mean over the heads. */
  readonly write: Float32Array;
  /** [N]. */
  readonly usage: Float32Array;
  /** The slot that was erased and written. */
  readonly written: number;
  /** The slot that comes next. */
  readonly leastUsed: number;
}

export function frameOf(
  { memory, readWeights, writeWeights, usage, written, leastUsed }: Inspection,
  keySize: number,
): Frame {
  const N = usage.length;
  return {
    memory: Float32Array.from(memory),
    keySize,
    read: meanOfHeads(readWeights, N),
    write: meanOfHeads(writeWeights, N),
    usage: Float32Array.from(usage),
    written: written ?? -1,
    leastUsed,
  };
}

/** [R, N] to [N]. */
function meanOfHeads(weights: ArrayLike<number>, N: number): Float32Array {
  const mean = new Float32Array(N);
  const R = weights.length / N;
  for (let i = 0; i < weights.length; i++) mean[i % N]! += weights[i]! / R;
  return mean;
}
