import type { Measure } from '../../tasks/scores.js';

export type Range = readonly [low: number, high: number];

/** Whether scores are percentages. */
export const isPercent = ({ scale }: Measure): boolean => scale === 100;

/** What an axis of scores goes over: all of 0 to 100 for percentages, or these numbers and a little more. */
export function rangeOfScores(measure: Measure, numbers: readonly number[]): Range {
  return isPercent(measure) ? [0, 100] : rangeOf(numbers);
}

/** From the least to the greatest of some numbers, and a little more. */
export function rangeOf(numbers: readonly number[], margin = 0.08): Range {
  const finite = numbers.filter(Number.isFinite);
  const [least, most] = [Math.min(...finite), Math.max(...finite)];
  if (!(least < most)) return finite.length > 0 ? [least - 1, least + 1] : [0, 1];
  const more = margin * (most - least);
  return [least - more, most + more];
}

/** A number within a range; charts have no clipping, which would need references within the page. */
export function within([low, high]: Range, number: number): number {
  return Math.min(high, Math.max(low, number));
}
