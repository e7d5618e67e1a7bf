import type { Prediction } from 'mann';
import { type Guess, NONE } from './step.js';

/**
 * Familiarity from which a drawing counts as known here. The library's line, 0.4, is for drawings by other people; visitors draw
 * their own symbols again, which are more familiar. Chosen on training characters: see web/scripts/measure/threshold.ts.
 */
export const KNOWN_FROM = 0.7;

/**
 * How likely a drawing is none of the classes, 0 to 1: the odds of familiarity, even at `evenAt`.
 * @param evenAt familiarity at which both are equally likely
 */
export function shareOfNone(familiarity: number, evenAt: number): number {
  const against = (1 - familiarity) * evenAt;
  return against / (against + familiarity * (1 - evenAt));
}

/** A prediction as one answer: shares of the classes and of "none of these", and the largest of them. */
export function verdictOf({
  confidences,
  familiarity,
}: Pick<Prediction, 'confidences' | 'familiarity'>): {
  answer: Guess;
  shares: Map<string, number>;
} {
  const none = shareOfNone(familiarity, KNOWN_FROM);
  const shares = new Map(
    confidences.map(({ label, confidence }) => [label, confidence * (1 - none)]),
  );
  shares.set(NONE, none);
  const [label, confidence] = [...shares].reduce((best, one) => (one[1] > best[1] ? one : best));
  return { answer: { label, confidence }, shares };
}
