import type { Floats } from '../../../model/tensors.js';
import { checkWhole } from '../../check.js';
import type { LabelledEpisodes } from '../by-instance.js';

export interface NeighbourOptions {
  /** How many neighbours vote; fewer where fewer have been shown. Default 1. */
  readonly k?: number;
  /** C: labels from C on stand for none, and their drawings don't vote. Default: all vote. */
  readonly numClasses?: number;
}

/** Episodes of drawings with labels. */
export interface DrawnEpisodes extends LabelledEpisodes {
  readonly inputs: Floats;
}

/** Turns the steps of a batch into vectors, [B, T, V], whose Euclidean distances count. */
export type VectorsOf = (batch: DrawnEpisodes) => Floats;

/**
 * The baseline of k nearest neighbours: guesses each label from those of the episode's earlier drawings.
 *
 * ```ts
 * const predicted = nearestNeighbours(batch, drawings(20 * 20)); // [16, 50]
 * countEpisodes(batch, logitsOf(predicted, 5));
 * ```
 * The label with the most votes wins, and among equals the one with the nearest neighbour; of two drawings equally near,
 * the earlier. Without a neighbour the guess is 0. A class is never recognised as new.
 * @returns [B, T]
 */
export function nearestNeighbours(
  batch: DrawnEpisodes,
  vectorsOf: VectorsOf,
  { k = 1, numClasses = Number.POSITIVE_INFINITY }: NeighbourOptions = {},
): Uint16Array {
  checkWhole('k', k, 1);
  const { batch: B, length: T, labels } = batch;
  const vectors = vectorsOf(batch);
  const V = vectors.length / (B * T);
  const predicted = new Uint16Array(B * T);
  for (let b = 0; b < B; b++) {
    for (let step = b * T; step < (b + 1) * T; step++) {
      const neighbours: Neighbour[] = [];
      for (let earlier = b * T; earlier < step; earlier++) {
        const label = labels[earlier]!;
        if (label >= numClasses) continue;
        neighbours.push({ label, distance: distance(vectors, step * V, earlier * V, V) });
      }
      predicted[step] = vote(neighbours, k);
    }
  }
  return predicted;
}

/** The drawings of a batch as vectors: `drawings(20 * 20)(batch)` are the first 400 numbers of each step. */
export function drawings(P: number): VectorsOf {
  return ({ batch: B, length: T, inputs }) => {
    const X = inputs.length / (B * T);
    const vectors = new Float32Array(B * T * P);
    for (let step = 0; step < B * T; step++) {
      vectors.set(inputs.subarray(step * X, step * X + P), step * P);
    }
    return vectors;
  };
}

interface Neighbour {
  readonly label: number;
  readonly distance: number;
}

function vote(neighbours: Neighbour[], k: number): number {
  // A stable sort: of two equally near the earlier comes first.
  const nearest = neighbours.sort((a, b) => a.distance - b.distance).slice(0, k);
  const votes = new Map<number, number>();
  for (const { label } of nearest) votes.set(label, (votes.get(label) ?? 0) + 1);
  let [winner, most] = [0, 0];
  // A map keeps the order of insertion: the label with the nearest neighbour first.
  for (const [label, count] of votes) if (count > most) [winner, most] = [label, count];
  return winner;
}

/** The squared distance of `count` numbers from `i` and from `j`. */
function distance(vectors: Floats, i: number, j: number, count: number): number {
  let sum = 0;
  for (let n = 0; n < count; n++) sum += (vectors[i + n]! - vectors[j + n]!) ** 2;
  return sum;
}
