import type { Prepared } from 'mann';
import type { Guess } from './step.js';

/**
 * The class of the example whose pixels are most like the drawing's, by the squared distance. It has no way to say that a
 * drawing is like none. How sure it is: how much farther away the nearest example of another class is.
 */
export function nearest(
  drawing: Prepared,
  examples: readonly Prepared[],
  labels: readonly string[],
): Guess | undefined {
  let best: { label: string; distance: number } | undefined;
  let other = Number.POSITIVE_INFINITY;
  const byClass = new Map<string, number>();
  for (const [i, { ink }] of examples.entries()) {
    const distance = ink.reduce((sum, x, at) => sum + (x - drawing.ink[at]!) ** 2, 0);
    const label = labels[i]!;
    byClass.set(label, Math.min(distance, byClass.get(label) ?? distance));
  }
  for (const [label, distance] of byClass) {
    if (!best || distance < best.distance) {
      other = best?.distance ?? other;
      best = { label, distance };
    } else other = Math.min(other, distance);
  }
  if (!best) return undefined;
  const confidence = Number.isFinite(other) ? other / (other + best.distance || 1) : 1;
  return { label: best.label, confidence };
}
