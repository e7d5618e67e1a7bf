import { type SavedLearner, UserError } from 'mann';
import { lengthOf, SIDE, type Stroke } from '../pad/strokes.js';
import { CLASSES, type Guess, type Look } from './step.js';

/** A saved session: the learner, and the drawings that it has seen. */
export interface SavedSession {
  readonly format: 1;
  readonly learner: SavedLearner;
  readonly steps: readonly Kept[];
}

export interface Kept {
  readonly look:
    | { readonly strokes: readonly (readonly number[])[] }
    | { readonly ink: readonly number[] };
  readonly truth: string;
  readonly guess?: Guess;
  readonly again: boolean;
}

/** More than anybody draws; the learner is out of its depth long before. */
const MOST_STEPS = 500;
const MOST_POINTS = 20_000;
/** Of all strokes of a drawing, in the pad's units: drawing them takes time by their length. */
const LONGEST = 300 * SIDE;

/**
 * Checks what the page itself reads of a saved session; the learner checks its own part.
 * @throws UserError
 */
export function checkSession(value: unknown): SavedSession {
  const { format, steps } = (isObject(value) ? value : {}) as { format: unknown; steps: unknown };
  if (format !== 1 || !Array.isArray(steps)) throw foreign('it has no drawings');
  if (steps.length > MOST_STEPS) throw foreign(`it has ${steps.length} drawings`);
  for (const step of steps) {
    if (!isObject(step) || !isObject(step.look)) throw foreign('a drawing is missing');
    const { look, truth, guess, again } = step;
    if (!isClass(truth) || typeof again !== 'boolean') throw foreign('a drawing has no class');
    if (
      guess !== undefined &&
      !(isObject(guess) && isClass(guess.label) && isShare(guess.confidence))
    ) {
      throw foreign('a guess is damaged');
    }
    if (!isStrokes(look.strokes) && !isInk(look.ink)) throw foreign('a drawing is damaged');
  }
  return value as SavedSession;
}

export function lookOf(kept: Kept['look']): Look {
  if ('strokes' in kept) return { strokes: kept.strokes };
  return { ink: Float32Array.from(kept.ink), side: Math.sqrt(kept.ink.length) };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isClass = (value: unknown) => CLASSES.some((name) => name === value);
const isShare = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;

function isStrokes(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.flat().length <= MOST_POINTS &&
    value.every(
      (stroke) =>
        Array.isArray(stroke) &&
        stroke.length >= 2 &&
        stroke.length % 2 === 0 &&
        stroke.every((x) => Number.isInteger(x) && x >= 0 && x <= SIDE),
    ) &&
    value.reduce((sum: number, stroke: Stroke) => sum + lengthOf(stroke), 0) <= LONGEST
  );
}

function isInk(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= 256 * 256 &&
    Number.isInteger(Math.sqrt(value.length)) &&
    value.every(isShare)
  );
}

function foreign(why: string): UserError {
  return new UserError(`this is not a file that this page saved: ${why}`);
}
