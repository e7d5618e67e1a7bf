import { UserError } from 'mann';
import { lengthOf, SIDE, type Stroke } from '../pad/strokes.js';
import { CLASSES, type Guess, type Look, NONE } from './step.js';

/**
 * A saved session: the drawings and their labels, from which the networks are rebuilt. Format 1, of earlier
 * versions, has the learner's state besides and no actions.
 */
export interface SavedSession {
  readonly format: 2;
  /** How many drawings were observed when the memory was wiped, if it was. */
  readonly wipedAt?: number;
  /** What lay on the pad. */
  readonly pad?: KeptLook;
  readonly steps: readonly Kept[];
}

type KeptLook =
  | { readonly strokes: readonly (readonly number[])[] }
  | { readonly ink: readonly number[] };

export interface Kept {
  readonly look: KeptLook;
  readonly truth: string;
  readonly guess?: Guess;
  readonly again: boolean;
  readonly action: number;
}

/** More than anybody draws; the network was trained on episodes of 50. */
const MOST_STEPS = 500;
const MOST_POINTS = 20_000;
/** Of all strokes of a drawing, in the pad's units: drawing them takes time by their length. */
const LONGEST = 300 * SIDE;

/**
 * Checks all of a saved session, and brings earlier formats into the present one.
 * @throws UserError
 */
export function checkSession(value: unknown): SavedSession {
  const { format, steps, wipedAt, pad } = (isObject(value) ? value : {}) as Record<string, unknown>;
  if ((format !== 1 && format !== 2) || !Array.isArray(steps)) throw foreign('it has no drawings');
  if (steps.length > MOST_STEPS) throw foreign(`it has ${steps.length} drawings`);
  let action = 0;
  const checked = steps.map((step: unknown) => {
    if (!isObject(step)) throw foreign('a drawing is missing');
    const { look, truth, guess, again } = step;
    if (!isClass(truth) || typeof again !== 'boolean') throw foreign('a drawing has no class');
    if (guess !== undefined && !isGuess(guess)) throw foreign('an answer is damaged');
    if (!isLook(look)) throw foreign('a drawing is damaged');
    const next = format === 1 ? action + (again ? 0 : 1) : step.action;
    if (!isWhole(next) || next < action) throw foreign('its drawings are not in order');
    action = next;
    return { ...step, action } as Kept;
  });
  if (wipedAt !== undefined && !(isWhole(wipedAt) && wipedAt <= steps.length)) {
    throw foreign('the step at which its memory was wiped is out of range');
  }
  if (pad !== undefined && !isLook(pad)) throw foreign('the drawing on the pad is damaged');
  return {
    format: 2,
    steps: checked,
    ...(wipedAt !== undefined && { wipedAt }),
    ...(pad !== undefined && { pad: pad as KeptLook }),
  };
}

export function lookOf(kept: KeptLook): Look {
  if ('strokes' in kept) return { strokes: kept.strokes };
  return { ink: Float32Array.from(kept.ink), side: Math.sqrt(kept.ink.length) };
}

/** Pixels have three digits (see `readFile`), so nothing is lost by writing no more. */
export function keptOf(look: Look): KeptLook {
  if ('strokes' in look) return { strokes: look.strokes };
  return { ink: Array.from(look.ink, (x) => Number(x.toFixed(3))) };
}

const isGuess = (value: unknown) =>
  isObject(value) && (isClass(value.label) || value.label === NONE) && isShare(value.confidence);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isClass = (value: unknown) => CLASSES.some((name) => name === value);
const isWhole = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;
const isShare = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;

const isLook = (value: unknown) =>
  isObject(value) && (isStrokes(value.strokes) || isInk(value.ink));

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
