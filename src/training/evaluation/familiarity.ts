/** How well a network tells drawings of classes that came before from those of new ones. */
import type { Batch, Forward } from '../../engine/engine.js';
import { isFamiliar } from '../../reference/loss.js';

/** Percentages; drawings that never get a label are new each time. */
export interface Familiarity {
  /** Area under the ROC curve: how often a known drawing's familiarity is greater than a new one's. */
  readonly auroc: number;
  /** Known drawings that are called known, and new ones that are called new, at a familiarity of one half. */
  readonly known: number;
  readonly new: number;
}

/** The familiarities of test episodes: `scores.add(batch, forward)` for each batch, then `scores.result()`. */
export class FamiliarityScores {
  readonly #known: number[] = [];
  readonly #new: number[] = [];

  /** @param forward of a network that learned familiarity; of others nothing is added */
  add(
    episodes: Pick<Batch, 'batch' | 'length' | 'targets'>,
    { familiarity, logits }: Omit<Forward, 'loss'>,
  ): void {
    const { batch: B, length: T, targets } = episodes;
    if (familiarity.length === 0) return;
    const target = targets.length / (B * T);
    const C = logits.length / (B * T * target);
    for (let b = 0; b < B; b++) {
      const own = targets.subarray(b * T * target, (b + 1) * T * target);
      for (let t = 0; t < T; t++) {
        const scores = isFamiliar(own, t, { C, target }) ? this.#known : this.#new;
        scores.push(familiarity[b * T + t]!);
      }
    }
  }

  /** Undefined where there are no drawings of both kinds. */
  result(): Familiarity | undefined {
    if (this.#known.length === 0 || this.#new.length === 0) return undefined;
    const share = (part: number, of: number) => (100 * part) / of;
    return {
      auroc: 100 * auroc(this.#known, this.#new),
      known: share(this.#known.filter((logit) => logit >= 0).length, this.#known.length),
      new: share(this.#new.filter((logit) => logit < 0).length, this.#new.length),
    };
  }
}

/** The share of pairs of which the first is greater; pairs of equals count half. */
export function auroc(positive: readonly number[], negative: readonly number[]): number {
  const below = Float64Array.from(negative).sort();
  let pairs = 0;
  for (const score of positive) pairs += firstNotBelow(below, score) + firstAbove(below, score);
  return pairs / (2 * positive.length * negative.length);
}

/** In ascending numbers, how many are less than x; and how many are at most x. */
const firstNotBelow = (sorted: Float64Array, x: number) => bisect(sorted, (y) => y < x);
const firstAbove = (sorted: Float64Array, x: number) => bisect(sorted, (y) => y <= x);

function bisect(sorted: Float64Array, isBefore: (y: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(sorted[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
