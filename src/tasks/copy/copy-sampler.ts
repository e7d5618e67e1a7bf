import type { Random, RandomState } from '../../common/random.js';
import { checkWhole } from '../check.js';

export interface CopyOptions {
  /** B episodes in a batch. */
  readonly batchSize: number;
  /** D: bits of a vector. Default 8. */
  readonly bits?: number;
}

/** Sequences to copy. */
export interface CopyTask {
  /** The most vectors of a sequence; 20 in the paper. */
  readonly length: number;
  /** Exactly so many. Default false: uniform from 1, one number for all sequences of a batch. */
  readonly exact?: boolean;
}

/** A batch of sequences of random bits to copy. */
export interface CopyBatch {
  /** B episodes. */
  readonly batch: number;
  /** T = 2 L + 1 steps. */
  readonly length: number;
  /** L: vectors of a sequence. */
  readonly vectors: number;
  /** [B, T, D + 1 + D]: the vector's bits, the delimiter, and the feedback, which is 0. */
  readonly inputs: Float32Array;
  /** [B, T, D]: the bits that are asked for, 0 where nothing is. */
  readonly targets: Float32Array;
  /** [B, T]: 1 where bits are asked for, in the last L steps. */
  readonly mask: Uint8Array;
}

/**
 * Samples sequences of random bits to copy (Graves et al. 2014, section 4.1).
 *
 * ```ts
 * const sampler = new CopySampler({ batchSize: 16 }, new Random(1));
 * const { inputs, targets, mask } = sampler.next({ length: 20 }); // [16, T, 17], [16, T, 8], [16, T]
 * ```
 * L vectors go in, one a step, then the delimiter on a channel of its own; in the L steps that follow nothing goes in
 * and the vectors are asked for in the same order. There is no feedback: bits are random, so those before tell nothing
 * about those to come, and a network that had them could look up its place in the sequence by what it was just told,
 * where it is to keep it in mind. The state of `random` determines all batches to come.
 */
export class CopySampler {
  /** @throws RangeError if an option is out of its range */
  constructor(
    readonly options: CopyOptions,
    readonly random: Random,
  ) {
    checkWhole('batchSize', options.batchSize, 1);
    checkWhole('bits of a vector', this.bits, 1);
  }

  get bits(): number {
    return this.options.bits ?? 8;
  }

  /** The state that determines all batches to come. */
  get state(): RandomState {
    return this.random.state;
  }

  restore(state: RandomState): void {
    this.random.restore(state);
  }

  /**
   * The next batch: `sampler.next({ length: 20 })`.
   * @param spent an earlier batch that is not needed any more; its arrays are reused if they have the right size
   * @throws RangeError if the longest sequence has no vectors
   */
  next({ length, exact = false }: CopyTask, spent?: object): CopyBatch {
    checkWhole('length of a sequence', length, 1);
    const L = exact ? length : 1 + this.random.below(length);
    const B = this.options.batchSize;
    const D = this.bits;
    const T = 2 * L + 1;
    const X = D + 1 + D;
    const batch = fits(spent, B, T, D) ? spent : blank(B, L, D);
    // Bits are written over those of before; what else there is is the same in all batches of this size.
    for (let b = 0; b < B; b++) {
      for (let l = 0; l < L; l++) {
        for (let d = 0; d < D; d++) {
          const bit = this.random.below(2);
          batch.inputs[(b * T + l) * X + d] = bit;
          batch.targets[(b * T + L + 1 + l) * D + d] = bit;
        }
      }
    }
    return batch;
  }
}

/** A batch in which all bits are 0. */
function blank(B: number, L: number, D: number): CopyBatch {
  const T = 2 * L + 1;
  const X = D + 1 + D;
  const inputs = new Float32Array(B * T * X);
  const mask = new Uint8Array(B * T);
  for (let b = 0; b < B; b++) {
    inputs[(b * T + L) * X + D] = 1;
    mask.fill(1, b * T + L + 1, (b + 1) * T);
  }
  const targets = new Float32Array(B * T * D);
  return { batch: B, length: T, vectors: L, inputs, targets, mask };
}

/** Whether a batch is one of sequences with these sizes. */
function fits(batch: object | undefined, B: number, T: number, D: number): batch is CopyBatch {
  if (batch === undefined || !('vectors' in batch)) return false;
  const own = batch as CopyBatch;
  return own.batch === B && own.length === T && own.targets.length === B * T * D;
}
