/** How a network is trained: one schema, its presets, and what follows from it for each batch. */
import * as v from 'valibot';
import { UserError } from '../common/errors.js';

const count = (what: string, low = 1) =>
  v.pipe(
    v.number(`${what} must be a number`),
    v.integer(`${what} must be a whole number`),
    v.minValue(low, `${what} must be at least ${low}`),
    v.maxValue(1e9, `${what} must be at most 1000000000`),
  );

const stageSchema = v.strictObject({
  /** Batches that this stage lasts. */
  batches: count('batches of a curriculum stage'),
  /** Different classes in an episode; their labels are drawn from all C positions. */
  classes: count('classes of a curriculum stage'),
  /** Drawings in an episode. */
  length: count('length of a curriculum stage'),
});

/** One stage of a curriculum: easier episodes for a while. */
export type Stage = Readonly<v.InferOutput<typeof stageSchema>>;

const batchSize = count('batchSize');
const iterations = count('iterations');
const numClasses = count('numClasses');
const numSamples = count('numSamples');
const curriculumSchema = v.array(stageSchema, 'curriculum must be a list of stages');

/** The fields that have the same form in a recipe and in what it is made from. */
const common = {
  /** B: episodes in a batch. */
  batchSize,
  /** C: classes in an episode of the full task. */
  numClasses,
  /** T: drawings in an episode of the full task. */
  numSamples,
  /** Adam's learning rate at the start. */
  learningRate: v.pipe(
    v.number('learningRate must be a number'),
    v.gtValue(0, 'learningRate must be greater than 0'),
    v.maxValue(1, 'learningRate must be at most 1'),
  ),
  /** `cosine`: stays for two thirds of the iterations, then falls to 0; `constant`: stays. */
  schedule: v.picklist(['cosine', 'constant'], 'schedule must be cosine or constant'),
  /** Whether training episodes rotate and shift their drawings. */
  augment: v.boolean('augment must be true or false'),
  /** Batches between two rows of the training table (and the CSV). */
  reportEvery: count('reportEvery'),
  /** Batches between two evaluations (lines of the log); the end is always evaluated. 0: never. */
  evaluateEvery: count('evaluateEvery', 0),
  /** Batches of an evaluation. */
  evaluateBatches: count('evaluateBatches'),
  /** Batches between two checkpoints; the end is always saved. */
  checkpointEvery: count('checkpointEvery'),
};

const recipeSchema = v.strictObject({
  ...common,
  /** Batches to train in all, those of the curriculum counted. */
  iterations,
  /** Stages that come before the full task. */
  curriculum: curriculumSchema,
});

/** A complete recipe, as checkpoints keep it. */
export type Recipe = Readonly<v.InferOutput<typeof recipeSchema>>;

const optionsSchema = v.partial(
  v.strictObject({
    preset: v.picklist(['default', 'paper', 'seed'], 'preset must be default, paper or seed'),
    ...common,
    iterations,
    /** `auto` makes the curriculum from the sizes and the iterations. */
    curriculum: v.union(
      [v.picklist(['auto', 'none']), curriculumSchema],
      'curriculum must be auto, none or a list of stages',
    ),
  }),
);

/** What {@link makeRecipe} takes; all of it may be left out. */
export type RecipeOptions = Readonly<v.InferInput<typeof optionsSchema>>;
export type RecipePreset = 'default' | 'paper' | 'seed';

const base = {
  batchSize: 16,
  numClasses: 5,
  numSamples: 50,
  learningRate: 1e-3,
  augment: true,
  reportEvery: 100,
  evaluateEvery: 500,
  evaluateBatches: 20,
  checkpointEvery: 500,
} as const;

/** What each preset says; what is not named is common to all. */
export const recipePresets = {
  /** Ours: a curriculum and a decaying rate. */
  default: { ...base, schedule: 'cosine', curriculum: 'auto' },
  /** The task from the first batch on at a constant rate, as Santoro et al. trained. */
  paper: { ...base, schedule: 'constant', curriculum: 'none', iterations: 100_000 },
  seed: { ...base, schedule: 'constant', curriculum: 'none', iterations: 100_000 },
} as const satisfies Record<RecipePreset, RecipeOptions>;

/** Episodes of a default training: 30,000 batches of 16. */
const DEFAULT_EPISODES = 480_000;
/**
 * The curriculum for batches of 16, with five drawings or so of each class. Two classes, and three, only
 * until guessing gets better: what is found out there by staying longer serves five classes badly.
 */
const curriculumSteps = [
  { episodes: 300 * 16, classes: 2, length: 10 },
  { episodes: 300 * 16, classes: 3, length: 16 },
  { episodes: 900 * 16, classes: 5, length: 25 },
] as const;
/** A short training still spends this part at least on the full task. */
const FULL_TASK_SHARE = 1 / 2;

/**
 * Completes and checks a recipe.
 * @throws UserError that names the field and what it may be
 */
export function makeRecipe(options: RecipeOptions = {}): Recipe {
  const given = check(optionsSchema, options);
  const { preset: name = 'default', ...own } = given;
  const { curriculum, ...rest } = { ...recipePresets[name], ...withoutUndefined(own) } as Omit<
    Recipe,
    'iterations' | 'curriculum'
  > & { iterations?: number; curriculum: 'auto' | 'none' | Stage[] };
  const iterations = rest.iterations ?? Math.ceil(DEFAULT_EPISODES / rest.batchSize);
  const stages =
    curriculum === 'auto'
      ? autoCurriculum({ ...rest, iterations })
      : curriculum === 'none'
        ? []
        : curriculum;
  return checkRecipe({ ...rest, iterations, curriculum: stages });
}

/**
 * Checks a complete recipe, from a checkpoint for example.
 * @throws UserError
 */
export function checkRecipe(value: unknown, where = 'recipe'): Recipe {
  const recipe = check(recipeSchema, value, where);
  for (const { classes, length } of recipe.curriculum) {
    if (classes > recipe.numClasses) {
      throw new UserError(
        `${where}: a curriculum stage of ${classes} classes, but numClasses is ${recipe.numClasses}`,
      );
    }
    if (length > recipe.numSamples) {
      throw new UserError(
        `${where}: a curriculum stage of ${length} steps, but numSamples is ${recipe.numSamples}`,
      );
    }
  }
  return recipe;
}

/**
 * The default curriculum: the same number of episodes whatever the batch; never more classes, steps
 * or drawings of a class than the full task has; at most half of the iterations. Above five
 * classes it goes on by doubling them.
 */
export function autoCurriculum(
  recipe: Pick<Recipe, 'batchSize' | 'iterations' | 'numClasses' | 'numSamples'>,
): Stage[] {
  const { numClasses: C, numSamples: T } = recipe;
  if (C < 2) return [];
  const drawings = Math.ceil(T / C); // of one class in an episode of the full task
  const steps: { episodes: number; classes: number; length: number }[] = [...curriculumSteps];
  for (let classes = 10; classes < C; classes *= 2) {
    steps.push({ episodes: 1500 * 16, classes, length: 5 * classes });
  }
  const easier = steps
    .map(({ episodes, ...stage }) => {
      const classes = Math.min(stage.classes, C);
      return { episodes, classes, length: Math.min(stage.length, T, classes * drawings) };
    })
    .filter((s) => s.classes < C || s.length < T);

  const episodes = easier.reduce((sum, stage) => sum + stage.episodes, 0);
  const room = Math.floor(recipe.iterations * (1 - FULL_TASK_SHARE));
  const scale = Math.min(1 / recipe.batchSize, room / Math.max(1, episodes));
  const stages: Stage[] = [];
  let done = 0;
  let end = 0; // cumulative, so that rounding never adds up to more than the room
  for (const stage of easier) {
    end += stage.episodes;
    const batches = Math.floor(end * scale + 1e-9) - done;
    done += batches;
    const last = stages.at(-1);
    if (batches === 0) continue;
    if (last && last.classes === stage.classes && last.length === stage.length) {
      stages[stages.length - 1] = { ...last, batches: last.batches + batches };
    } else {
      stages.push({ batches, classes: stage.classes, length: stage.length });
    }
  }
  return stages;
}

/** The episodes of one batch. */
export interface Task {
  /** Different classes in an episode. */
  readonly classes: number;
  /** Drawings in an episode. */
  readonly length: number;
}

/** Where in the curriculum a batch stands. */
export interface Position extends Task {
  /** The number of the stage, from 0; the number of stages for the full task. */
  readonly stage: number;
  /** Batches of this stage that come before it. */
  readonly batch: number;
}

/** The stage of a batch. `batch` counts from 0: it is the number of batches done before. */
export function stageAt(recipe: Recipe, batch: number): Position {
  let start = 0;
  for (const [stage, { batches, classes, length }] of recipe.curriculum.entries()) {
    if (batch < start + batches) return { stage, batch: batch - start, classes, length };
    start += batches;
  }
  return {
    stage: recipe.curriculum.length,
    batch: batch - start,
    classes: recipe.numClasses,
    length: recipe.numSamples,
  };
}

/** The part of a training before the cosine falls: a rate that falls earlier leaves some seeds at chance. */
const FULL_RATE_SHARE = 2 / 3;

/** The learning rate of a batch, counted from 0: the number of batches done before. */
export function learningRateAt(recipe: Recipe, batch: number): number {
  if (recipe.schedule === 'constant') return recipe.learningRate;
  const share = Math.max(0, Math.min(1, batch / recipe.iterations) - FULL_RATE_SHARE);
  return recipe.learningRate * 0.5 * (1 + Math.cos((Math.PI * share) / (1 - FULL_RATE_SHARE)));
}

/** What a resumed training may not change: the batches would not be those of the run. */
const fixed = [
  'batchSize',
  'numClasses',
  'numSamples',
  'learningRate',
  'schedule',
  'augment',
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
          `leave it out to go on, or begin a new run in another folder`,
      );
    }
  }
  const { preset: _, curriculum: __, ...rest } = asked;
  return checkRecipe({ ...saved, ...withoutUndefined(rest) });
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
  throw new UserError(
    issue.expected === 'never' && path
      ? `${where}: there is no option called ${path}`
      : `${where}: ${issue.received === 'undefined' && path ? `${path} is missing` : issue.message}`,
  );
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, item]) => item !== undefined),
  ) as Partial<T>;
}
