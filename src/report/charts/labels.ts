import type { Range } from './range.js';

/** Moves labels apart that would overprint each other, keeping their order. */
export function spread<T extends { at: number }>(
  labels: readonly T[],
  gap: number,
  [low, high]: Range,
): T[] {
  const sorted = labels.map((label) => ({ ...label })).sort((a, b) => a.at - b.at);
  for (let i = 1; i < sorted.length; i++) {
    sorted[i]!.at = Math.max(sorted[i]!.at, sorted[i - 1]!.at + gap);
  }
  // the topmost may stand a little above the top, the others give way downwards
  let limit = high + 0.02 * (high - low);
  for (let i = sorted.length - 1; i >= 0; i--) {
    sorted[i]!.at = Math.min(sorted[i]!.at, limit);
    limit = sorted[i]!.at - gap;
  }
  return sorted;
}
