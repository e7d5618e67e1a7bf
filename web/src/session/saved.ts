import { UserError } from 'mann';
import { tidyName } from '../share/name.js';
import { isLook, type KeptLook } from './kept-look.js';
import { type Answers, CLASSES, type ClassName, type Guess, NONE } from './step.js';

/**
 * A saved session: the drawings and their labels, from which the networks are rebuilt, and the visitor's verdicts. Formats 1
 * and 2, of earlier versions, have no names and no verdicts, but rehearsals.
 */
export interface SavedSession {
  readonly format: 3;
  /** By class; without one, a class is called by its letter. */
  readonly names: Readonly<Record<string, string>>;
  /** What lay on the pad. */
  readonly pad?: KeptLook;
  readonly steps: readonly KeptExample[];
  readonly checks: readonly KeptCheck[];
}

export interface KeptExample {
  readonly look: KeptLook;
  readonly truth: ClassName;
  readonly action: number;
}

export interface KeptCheck {
  readonly look: KeptLook;
  readonly truth: string;
  readonly answers: { readonly [K in keyof Answers]?: Guess };
  readonly seen: number;
  readonly action: number;
}

/** More than anybody draws; the network was trained on episodes of 80. */
const MOST_STEPS = 500;

/**
 * Checks all of a saved session, and brings earlier formats into the present one.
 * @throws UserError
 */
export function checkSession(value: unknown): SavedSession {
  const saved = isObject(value) ? value : {};
  const { format, steps, checks = [], pad, names = {} } = saved;
  if (!(format === 1 || format === 2 || format === 3) || !Array.isArray(steps)) {
    throw foreign('it has no drawings');
  }
  if (!Array.isArray(checks)) throw foreign('its answers are damaged');
  for (const list of [steps, checks]) {
    if (list.length > MOST_STEPS) throw foreign(`it has ${list.length} drawings`);
  }
  if (pad !== undefined && !isLook(pad)) throw foreign('the drawing on the pad is damaged');
  if (!areNames(names)) throw foreign('a name is damaged');
  return {
    format: 3,
    names,
    ...(pad !== undefined && { pad }),
    steps: checkSteps(steps, format),
    checks: checks.map(checkOf),
  };
}

function checkSteps(steps: readonly unknown[], format: number): KeptExample[] {
  let action = 0;
  return steps.flatMap((step) => {
    if (!isObject(step)) throw foreign('a drawing is missing');
    const { look, truth, again } = step;
    if (!isClass(truth)) throw foreign('a drawing has no class');
    if (!isLook(look)) throw foreign('a drawing is damaged');
    const next = format === 1 ? action + 1 : step.action;
    if (!isWhole(next) || next < action) throw foreign('its drawings are not in order');
    action = next;
    // Earlier versions could rehearse: a drawing that is there already.
    return again === true ? [] : [{ look, truth, action }];
  });
}

function checkOf(check: unknown): KeptCheck {
  const { look, truth, answers, seen, action } = isObject(check) ? check : {};
  if (!isLook(look)) throw foreign('a drawing is damaged');
  if (!isClass(truth) && truth !== NONE) throw foreign('a drawing has no class');
  if (!isObject(answers) || !isGuess(answers.mann)) throw foreign('an answer is damaged');
  const { mann, lstm, pixels } = answers;
  for (const one of [lstm, pixels]) {
    if (one !== undefined && !isGuess(one)) throw foreign('an answer is damaged');
  }
  if (!isWhole(seen) || !isWhole(action)) throw foreign('its drawings are not in order');
  return {
    look,
    truth: truth as string,
    answers: {
      mann,
      ...(lstm ? { lstm: lstm as Guess } : {}),
      ...(pixels ? { pixels: pixels as Guess } : {}),
    },
    seen,
    action,
  };
}

const areNames = (value: unknown): value is Record<string, string> =>
  isObject(value) &&
  Object.entries(value).every(
    ([key, name]) =>
      isClass(key) && typeof name === 'string' && name !== '' && tidyName(name) === name,
  );
const isGuess = (value: unknown): value is Guess =>
  isObject(value) && (isClass(value.label) || value.label === NONE) && isShare(value.confidence);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isClass = (value: unknown): value is ClassName => CLASSES.some((name) => name === value);
const isWhole = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;
const isShare = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;

function foreign(why: string): UserError {
  return new UserError(`this is not a file that this page saved: ${why}`);
}
