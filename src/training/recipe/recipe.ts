/** How a network is trained: the schema, presets, and what follows for each batch. */
import * as v from 'valibot';
import { defined } from '../../common/defined.js';
import { UserError } from '../../common/errors.js';
import { checkObject } from '../../common/options.js';
import { quoted } from '../../common/printable.js';
import { count, MOST } from '../count.js';
import { autoCurriculum, curriculumSchema, growingCurriculum, type Stage } from './curriculum.js';

const batchSize = count('batchSize');
const iterations = count('iterations');
const numClasses = count('numClasses', 0);
const episodeLength = count('episodeLength');

/** The fields that have the same form in a recipe and in what it is made from. */
const common = {
  /** B: episodes in a batch. */
  batchSize,
  /** C: classes in an episode of the full task; 0 where a task has none. */
  numClasses,
  /** T: steps in an episode of the full task, one drawing each. */
  episodeLength,
  /** Adam's learning rate at the start. */
  learningRate: v.pipe(
    v.number('learningRate must be a number'),
    v.gtValue(0, 'learningRate must be greater than 0'),
    v.maxValue(1, 'learningRate must be at most 1'),
  ),
  /**
   * The learning rate over time. `cosine` falls to 0 over all iterations; `late-cosine` is constant for two thirds of
   * them, then falls to 0; `constant` does not change.
   */
  schedule: v.picklist(
    ['cosine', 'late-cosine', 'constant'],
    'schedule must be cosine, late-cosine or constant',
  ),
  /** Gradients are scaled down to this norm; 0 for no clipping. */
  clip: v.pipe(
    v.number('clip must be a number'),
    v.minValue(0, 'clip must be at least 0'),
    v.maxValue(MOST, `clip must be at most ${MOST}`),
  ),
  /** Where Adam adds ε: to the bias-corrected root, or to the uncorrected root as in TensorFlow 1. */
  adam: v.picklist(['standard', 'tensorflow1'], 'adam must be standard or tensorflow1'),
  /** How training episodes vary their drawings: rotated and shifted, `wide` stretched and slanted too. */
  augment: v.union([v.boolean(), v.literal('wide')], 'augment must be true, false or wide'),
  /** Further classes in an episode of the full task, whose drawings never get a label. */
  distractors: v.optional(count('distractors', 0), 0),
  /** The memory is not wiped between episodes: each begins with what the one before it left. */
  keepMemory: v.optional(v.boolean('keepMemory must be true or false'), false),
  /** Batches between two rows of the training table (and the CSV). */
  reportEvery: count('reportEvery'),
  /** Batches between two evaluations (lines of the log); the end is always evaluated. 0 for none. */
  evaluateEvery: count('evaluateEvery', 0),
  /** Number of batches in an evaluation. */
  evaluateBatches: count('evaluateBatches'),
  /** Batches between two checkpoints; the end is always saved. */
  checkpointEvery: count('checkpointEvery'),
};

const recipeSchema = v.strictObject({
  ...common,
  /** Batches to train, including the curriculum. */
  iterations,
  /** Stages before the full task. */
  curriculum: curriculumSchema,
});

/** What `episodeLength` was called once. On the command line it means drawings of each class. */
const OLD_LENGTH = 'numSamples';

/** A complete recipe, as checkpoints keep it. */
export type Recipe = Readonly<v.InferOutput<typeof recipeSchema>>;

const optionsSchema = v.partial(
  v.strictObject({
    preset: v.picklist(
      ['default', 'flat', 'paper', 'original', 'seed'],
      'preset must be default, flat, paper or original',
    ),
    /** The LSTM baseline has a longer curriculum. Default `mann`. */
    model: v.picklist(['mann', 'lstm'], 'model must be mann or lstm'),
    ...common,
    iterations,
    /**
     * `auto` chooses a curriculum for the sizes and the number of iterations, none for a task without classes; `grow` adds
     * one class after another.
     */
    curriculum: v.union(
      [v.picklist(['auto', 'none', 'grow']), curriculumSchema],
      'curriculum must be auto, none, grow or a list of stages',
    ),
  }),
);

/** Options of {@link makeRecipe}; all are optional. */
export type RecipeOptions = Readonly<v.InferInput<typeof optionsSchema>>;
/** `seed` is the former name of `original`. */
export type RecipePreset = 'default' | 'flat' | 'paper' | 'original' | 'seed';

/** Default number of drawings of each class in an episode, on average. */
export const DRAWINGS_PER_CLASS = 10;

const base = {
  batchSize: 16,
  numClasses: 5,
  learningRate: 1e-3,
  adam: 'standard',
  clip: 0,
  augment: true,
  reportEvery: 100,
  evaluateEvery: 500,
  evaluateBatches: 20,
  checkpointEvery: 500,
} as const;

/**
 * The recipe of the original implementation: the paper's with the Adam of TensorFlow 1. The sampler of training episodes
 * and the split are ours.
 */
const original = {
  ...base,
  schedule: 'constant',
  curriculum: 'none',
  adam: 'tensorflow1',
  iterations: 100_000,
} as const;

/** Recipes by name: `makeRecipe({ preset: 'paper' })`. */
export const recipePresets = {
  /** A short curriculum, gradient clipping, and a cosine over all iterations. */
  default: { ...base, clip: 10, schedule: 'cosine', curriculum: 'auto' },
  /** The default of version 0.1. */
  flat: { ...base, schedule: 'late-cosine', curriculum: 'auto' },
  /** The full task from the first batch at a constant learning rate, as in Santoro et al. 2016. */
  paper: { ...base, schedule: 'constant', curriculum: 'none', iterations: 100_000 },
  original,
  /** @deprecated The former name of `original`. */
  seed: original,
} as const satisfies Record<RecipePreset, RecipeOptions>;

/** Episodes of a training where nothing else is said, and of the preset `flat`: batches of 16. */
const DEFAULT_EPISODES = 15_000 * 16;
const FLAT_EPISODES = 30_000 * 16;
/**
 * A recipe from options; all fields are checked.
 *
 * ```ts
 * const recipe = makeRecipe({ preset: 'flat', iterations: 4000 });
 * ```
 * @throws UserError that names the field and its allowed values
 */
export function makeRecipe(options: RecipeOptions = {}): Recipe {
  checkObject('recipe', options);
  const given = check(optionsSchema, options);
  const { preset: name = 'default', model, ...own } = given;
  const { curriculum, ...sized } = { ...recipePresets[name], ...defined(own) } as Omit<
    Recipe,
    'iterations' | 'curriculum' | 'episodeLength'
  > & {
    iterations?: number;
    episodeLength?: number;
    curriculum: 'auto' | 'none' | 'grow' | Stage[];
  };
  const rest = { ...sized, episodeLength: sized.episodeLength ?? defaultLength(sized.numClasses) };
  if (curriculum === 'grow' && rest.numClasses === 0) {
    throw new UserError(
      'recipe: curriculum grow adds one class after another, and the task has no classes: choose auto or none',
    );
  }
  const kind = model === 'lstm' ? 'lstm' : name === 'default' ? 'default' : 'flat';
  const episodes = kind === 'default' ? DEFAULT_EPISODES : FLAT_EPISODES;
  const iterations = rest.iterations ?? Math.ceil(episodes / rest.batchSize);
  const stages =
    curriculum === 'auto'
      ? autoCurriculum({ ...rest, iterations }, kind)
      : curriculum === 'grow'
        ? growingCurriculum({ ...rest, iterations }, kind)
        : curriculum === 'none'
          ? []
          : curriculum;
  return checkRecipe({ ...rest, iterations, curriculum: stages });
}

/** The default of T: 50 for 5 classes. */
function defaultLength(numClasses: number): number {
  return Math.min(DRAWINGS_PER_CLASS * Math.max(numClasses, 1), MOST);
}

/**
 * Checks a complete recipe, from a checkpoint for example. In older checkpoints `episodeLength` is called
 * `numSamples`.
 * @throws UserError
 */
export function checkRecipe(value: unknown, where = 'recipe'): Recipe {
  const recipe = check(recipeSchema, asOfToday(withEpisodeLength(value)), where);
  for (const { classes, length } of recipe.curriculum.flatMap((stage) => stage.tasks)) {
    if (classes > recipe.numClasses) {
      throw new UserError(
        `${where}: a curriculum task of ${classes} classes, but numClasses is ${recipe.numClasses}`,
      );
    }
    if (length > recipe.episodeLength) {
      throw new UserError(
        `${where}: a curriculum task of ${length} steps, but episodeLength is ${recipe.episodeLength}`,
      );
    }
  }
  return recipe;
}

/** A recipe in which the length of an episode has the name that it has now. */
function withEpisodeLength(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, OLD_LENGTH))
    return value;
  if (Object.hasOwn(value, 'episodeLength')) return value; // refused: there is no such option
  const { [OLD_LENGTH]: episodeLength, ...rest } = value as Record<string, unknown>;
  return { ...rest, episodeLength };
}

/** A recipe of before there was a choice of Adam's form and of clipping; `cosine` was what is `late-cosine` now. */
function asOfToday(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.hasOwn(value, 'clip')) return value;
  const { schedule, ...rest } = value as Record<string, unknown>;
  return {
    ...{ adam: 'standard', clip: 0, schedule: schedule === 'cosine' ? 'late-cosine' : schedule },
    ...rest,
  };
}

/** The part of a training before a late cosine falls: in the preset `flat` an earlier fall leaves some seeds at chance. */
const FULL_RATE_SHARE = 2 / 3;

/** The learning rate of a batch, counted from 0: the number of batches done before. */
export function learningRateAt(recipe: Recipe, batch: number): number {
  if (recipe.schedule === 'constant') return recipe.learningRate;
  const begin = recipe.schedule === 'late-cosine' ? FULL_RATE_SHARE : 0;
  const share = Math.max(0, Math.min(1, batch / recipe.iterations) - begin) / (1 - begin);
  return recipe.learningRate * 0.5 * (1 + Math.cos(Math.PI * share));
}

/** What a resumed training may not change: the batches would not be those of the run. */
const fixed = [
  'batchSize',
  'numClasses',
  'episodeLength',
  'learningRate',
  'schedule',
  'adam',
  'clip',
  'augment',
  'distractors',
  'keepMemory',
] as const satisfies (keyof Recipe)[];

/**
 * The recipe with which a saved training goes on: the saved one, with what may change changed
 * (iterations, how often to report, evaluate and save). The curriculum stays as it was begun.
 * @param given only what was asked for expressly
 * @param where names the checkpoint in messages
 * @throws UserError when something else was asked for than the run began with
 */
export function resumedRecipe(saved: Recipe, given: RecipeOptions, where: string): Recipe {
  const asked = check(optionsSchema, given);
  for (const field of fixed) {
    const ours = asked[field];
    if (ours !== undefined && ours !== saved[field]) {
      throw new UserError(
        `${where}: this run was begun with ${field} ${saved[field]}, not ${ours}: ` +
          `leave it out to resume, or begin a new run in another folder`,
      );
    }
  }
  const { preset: _, model: __, curriculum: ___, ...rest } = asked;
  return checkRecipe({ ...saved, ...defined(rest) });
}

function check<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  where = 'recipe',
): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = v.getDotPath(issue);
  if (issue.expected === 'never' && path === OLD_LENGTH) {
    throw new UserError(
      `${where}: numSamples is called episodeLength now: the drawings in an episode, of all classes together`,
    );
  }
  throw new UserError(
    issue.expected === 'never' && path
      ? `${where}: there is no option called ${quoted(path)}`
      : `${where}: ${issue.received === 'undefined' && path ? `${path} is missing` : issue.message}`,
  );
}
