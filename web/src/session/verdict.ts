import type { Prediction } from 'mann';
import { CLASSES, type Guess, NONE } from './step.js';

/**
 * Familiarity at which a drawing is as likely to be none of the classes as one of them. While classes are
 * free: a little more than the classes in use would have if all five were alike, as in the library. When none is
 * free familiarity is the confidence: where one drawing in six is new, 0.85 to 0.97 give about equally many correct
 * answers, and 0.85 the most on known symbols (`npx tsx web/scripts/measure-none.ts OMNIGLOT`).
 */
const evenAt = (used: number) => (used < CLASSES.length ? (used + 0.25) / CLASSES.length : 0.85);

/** How likely a drawing is none of the classes in use, 0 to 1: the odds of familiarity, even at `evenAt`. */
export function shareOfNone(familiarity: number, used: number): number {
  const even = evenAt(used);
  const against = (1 - familiarity) * even;
  return against / (against + familiarity * (1 - even));
}

/** A prediction as one answer: shares of the classes and of "none of these", and the largest of them. */
export function verdictOf({
  confidences,
  familiarity,
}: Pick<Prediction, 'confidences' | 'familiarity'>): {
  answer: Guess;
  shares: Map<string, number>;
} {
  const none = shareOfNone(familiarity, confidences.length);
  const shares = new Map(
    confidences.map(({ label, confidence }) => [label, confidence * (1 - none)]),
  );
  shares.set(NONE, none);
  const [label, confidence] = [...shares].reduce((best, one) => (one[1] > best[1] ? one : best));
  return { answer: { label, confidence }, shares };
}
