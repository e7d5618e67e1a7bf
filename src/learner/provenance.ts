import type { Floats } from '../model/tensors.js';

/** Smaller write weights leave nothing that could be read. */
const FAINTEST = 1e-3;

/** The share of one observation in the last read. */
export interface Recalled {
  /** Number of the observation, from 0, in the order of the calls of `observe`. */
  readonly observation: number;
  /** Share of what was read, over all heads, that was written for it, 0 to 1. */
  readonly share: number;
}

/**
 * Which observations the contents of the memory belong to: for each slot, the write weights of each observation
 * since the slot was erased. Writing is linear, so these are the shares of what the slot holds. (The lengths of add
 * vectors are ignored.)
 *
 * What a step writes counts for the observation before it, whose label the step brings. Networks learn to write that
 * way: counted for the step's own drawing, reads hardly ever lead to the correct class.
 */
export class Provenance {
  /** [N]: the write weights in each slot, by number of observation. */
  readonly slots: ReadonlyMap<number, number>[];

  constructor(slots: readonly (readonly (readonly [number, number])[])[]) {
    this.slots = slots.map((parts) => new Map(parts));
  }

  static empty(N: number): Provenance {
    return new Provenance(Array.from({ length: N }, () => []));
  }

  /**
   * After one more step.
   * @param observation the one whose label the step brought; -1 if none
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
   * The observations that a read came from, the largest share first: the part of the read vector Σ_i w^r(i) M(i) that
   * was written for each. The shares sum to 1. (Counting slots instead would be misleading: a head that looks for
   * nothing rests on a slot that holds next to nothing, and the last observation to leave a trace there would get it all.)
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

  /** [N]: the observation with the largest share in each slot. */
  writers(): (number | undefined)[] {
    return this.slots.map((parts) => [...parts].sort((a, b) => b[1] - a[1])[0]?.[0]);
  }

  /** For JSON: for each slot, pairs of an observation's number and its write weights. */
  toJSON(): [number, number][][] {
    return this.slots.map((parts) => [...parts]);
  }
}
