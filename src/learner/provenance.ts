import type { Floats } from '../model/tensors.js';

/** Write weights below this leave nothing that could be read. */
const FAINTEST = 1e-3;

/** What one observation has to do with the last read. */
export interface Recalled {
  /** The observation's number, from 0 in the order of `observe`. */
  readonly observation: number;
  /** The part of all that was read that was written for it, over all heads, 0 to 1. */
  readonly share: number;
}

/**
 * Which observation what in the memory belongs to: of each slot, the write weights put on it for each
 * observation since it was erased. Writing is linear, so these are the parts of what the slot holds. (Parts by
 * weight: that one step's add vectors may be longer than another's is left aside.)
 *
 * A step's writing counts for the observation before it, whose label the step brings. Networks learn to write
 * that way: counted for the step's own drawing, reads hardly ever lead to the right class.
 */
export class Provenance {
  /** [N]: of each slot, write weights by the observation's number. */
  readonly slots: ReadonlyMap<number, number>[];

  constructor(slots: readonly (readonly (readonly [number, number])[])[]) {
    this.slots = slots.map((parts) => new Map(parts));
  }

  static empty(N: number): Provenance {
    return new Provenance(Array.from({ length: N }, () => []));
  }

  /**
   * After one more step.
   * @param observation whose label the step brought; -1 when it brought none
   * @param erased the slot that the step erased
   * @param writeWeights [R, N]
   */
  after(observation: number, erased: number, writeWeights: Floats): Provenance {
    const N = this.slots.length;
    const next = Provenance.empty(N);
    for (let i = 0; i < N; i++) {
      let written = 0;
      for (let at = i; at < writeWeights.length; at += N) written += writeWeights[at]!;
      const parts = new Map(i === erased ? [] : this.slots[i]);
      if (written >= FAINTEST && observation >= 0)
        parts.set(observation, (parts.get(observation) ?? 0) + written);
      next.slots[i] = parts;
    }
    return next;
  }

  /**
   * The observations that were read, the strongest first: of what a read vector sums up, Σ_i w^r(i) M(i), the part
   * that was written for each. The shares sum to 1. (By what was written, not by slots: heads that want nothing
   * rest on a slot that holds next to nothing, and whoever left a trace there would get all of it.)
   * @param readWeights [R, N]
   */
  of(readWeights: Floats): Recalled[] {
    const N = this.slots.length;
    const shares = new Map<number, number>();
    let sum = 0;
    for (let i = 0; i < N; i++) {
      let read = 0;
      for (let at = i; at < readWeights.length; at += N) read += readWeights[at]!;
      for (const [observation, written] of this.slots[i]!) {
        shares.set(observation, (shares.get(observation) ?? 0) + read * written);
        sum += read * written;
      }
    }
    return [...shares]
      .map(([observation, share]) => ({ observation, share: sum > 0 ? share / sum : 0 }))
      .sort((a, b) => b.share - a.share || a.observation - b.observation);
  }

  /** [N]: of each slot, the observation with the largest part. */
  writers(): (number | undefined)[] {
    return this.slots.map((parts) => [...parts].sort((a, b) => b[1] - a[1])[0]?.[0]);
  }

  /** For JSON: of each slot, pairs of an observation's number and its write weights. */
  toJSON(): [number, number][][] {
    return this.slots.map((parts) => [...parts]);
  }
}
