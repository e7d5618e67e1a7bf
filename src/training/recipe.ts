/** How a network is trained: the schema, presets, and what follows for each batch. */
import * as v from 'valibot';
import { UserError } from '../common/errors.js';
import { checkObject } from '../common/options.js';
import { quoted } from '../common/printable.js';

/** Upper limit of all counts. */
const MOST = 1e9;

const count = (what: string, low = 1) =>
  v.pipe(
    v.number(`${what} must be a number`),
    v.integer(`${what} must be a whole number`),
    v.minValue(low, `${what} must be at least ${low}`),
    v.maxValue(MOST, `${what} must be at most ${MOST}`),
  );

const taskSchema = v.strictObject({
  /** Classes in an episode; their labels are sampled from all C. */
  classes: count('classes of a curriculum task'),
  /** Drawings in an episode. */
  length: count('length of a curriculum task'),
  /** A class is always shown by the same drawing with the same rotation and shift. */
  repeat: v.optional(v.literal(true)),
});

/** The episodes of one batch. */
export type Task = Readonly<v.InferOutput<typeof taskSchema>>;

const stageSchema = v.strictObject({
  /** Number of batches in this stage. */
  batches: count('batches of a curriculum stage'),
  /** The tasks of its batches, taken in turn. */
  tasks: v.pipe(
    v.array(taskSchema, 'tasks of a curriculum stage must be a list'),
    v.minLength(1, 'a curriculum stage needs a task'),
  ),
});

/** One stage of a curriculum: easier episodes for a while. */
export type Stage = Readonly<v.InferOutput<typeof stageSchema>>;

const batchSize = count('batchSize');
const iterations = count('iterations');
const numClasses = count('numClasses');
const episodeLength = count('episodeLength');
const curriculumSchema = v.array(stageSchema, 'curriculum must be a list of stages');

/** The fields that have the same form in a recipe and in what it is made from. */
const common = {
  /** B: episodes in a batch. */
  batchSize,
  /** C: classes in an episode of the full task. */
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
  /** Whether training episodes rotate and shift their drawings. */
  augment: v.boolean('augment must be true or false'),
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
    /** `auto` chooses a curriculum for the sizes and the number of iterations. */
    curriculum: v.union(
      [v.picklist(['auto', 'none']), curriculumSchema],
      'curriculum must be auto, none or a list of stages',
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
 * Easier episodes, with five drawings or so of each class, in turn: two classes are where remembering
 * pays soonest, five keep it from being learnt in a way that serves only two.
 */
const mixedTasks: readonly Task[] = [
  { classes: 5, length: 25 },
  { classes: 2, length: 10 },
  { classes: 5, length: 25 },
  { classes: 3, length: 16 },
];
/**
 * First the same drawing again and again: when what is looked up is what was stored, the network finds
 * out within some hundred batches how to store, look up and name; then it learns what drawings of one class
 * have in common. Bound directly, a hundred batches of each are enough. Without this stage some seeds of the preset
 * `flat` stay at chance for thousands of batches. The LSTM, which has only its state to store in, finds out after
 * some 4,500 batches.
 */
const curriculumSteps: Record<'default' | 'flat' | 'lstm', readonly Step[]> = {
  default: [
    { episodes: 100 * 16, tasks: mixedTasks.map(repeated) },
    { episodes: 100 * 16, tasks: mixedTasks },
  ],
  flat: [
    { episodes: 500 * 16, tasks: mixedTasks.map(repeated) },
    { episodes: 500 * 16, tasks: mixedTasks },
  ],
  lstm: [
    { episodes: 5500 * 16, tasks: mixedTasks.map(repeated) },
    { episodes: 2000 * 16, tasks: mixedTasks },
  ],
};
interface Step {
  readonly episodes: number;
  readonly tasks: readonly Task[];
}
function repeated(task: Task): Task {
  return { ...task, repeat: true };
}
/** Above five classes the curriculum goes on by doubling them, for so many episodes each. */
const DOUBLING_EPISODES = 1500 * 16;
/** A short training still spends this part at least on the full task. */
const FULL_TASK_SHARE = 0.6;

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
  const { curriculum, ...sized } = { ...recipePresets[name], ...withoutUndefined(own) } as Omit<
    Recipe,
    'iterations' | 'curriculum' | 'episodeLength'
  > & { iterations?: number; episodeLength?: number; curriculum: 'auto' | 'none' | Stage[] };
  const rest = { ...sized, episodeLength: sized.episodeLength ?? defaultLength(sized.numClasses) };
  const kind = model === 'lstm' ? 'lstm' : name === 'default' ? 'default' : 'flat';
  const episodes = kind === 'default' ? DEFAULT_EPISODES : FLAT_EPISODES;
  const iterations = rest.iterations ?? Math.ceil(episodes / rest.batchSize);
  const stages =
    curriculum === 'auto'
      ? autoCurriculum({ ...rest, iterations }, kind)
      : curriculum === 'none'
        ? []
        : curriculum;
  return checkRecipe({ ...rest, iterations, curriculum: stages });
}

/** The default of T: 50 for 5 classes. */
function defaultLength(numClasses: number): number {
  return Math.min(DRAWINGS_PER_CLASS * numClasses, MOST);
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

/**
 * The default curriculum: the same number of episodes whatever the batch; never more classes, steps
 * or drawings of a class than the full task has; at most 40% of the iterations. Above five
 * classes it goes on by doubling them.
 */
export function autoCurriculum(
  recipe: Pick<Recipe, 'batchSize' | 'iterations' | 'numClasses' | 'episodeLength'>,
  kind: keyof typeof curriculumSteps = 'default',
): Stage[] {
  const { numClasses: C, episodeLength: T } = recipe;
  if (C < 2) return [];
  const plan = [...curriculumSteps[kind]];
  for (let classes = 10; classes < C; classes *= 2) {
    plan.push({ episodes: DOUBLING_EPISODES, tasks: [{ classes, length: 5 * classes }] });
  }
  const drawings = Math.ceil(T / C); // of one class in an episode of the full task
  const easier = plan
    .map(({ episodes, tasks }) => ({
      episodes,
      tasks: tasks.map((task) => {
        const classes = Math.min(task.classes, C);
        return { ...task, classes, length: Math.min(task.length, T, classes * drawings) };
      }),
    }))
    .filter(({ tasks }) => tasks.some((t) => t.repeat || t.classes < C || t.length < T));

  const episodes = easier.reduce((sum, stage) => sum + stage.episodes, 0);
  const room = Math.floor(recipe.iterations * (1 - FULL_TASK_SHARE));
  const scale = Math.min(1 / recipe.batchSize, room / Math.max(1, episodes));
  const stages: Stage[] = [];
  let done = 0;
  let end = 0; // cumulative, so that rounding never adds up to more than the room
  for (const { episodes, tasks } of easier) {
    end += episodes;
    const batches = Math.floor(end * scale + 1e-9) - done;
    done += batches;
    if (batches > 0) stages.push({ batches, tasks });
  }
  return stages;
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
  for (const [stage, { batches, tasks }] of recipe.curriculum.entries()) {
    const own = batch - start;
    if (own < batches) return { stage, batch: own, ...tasks[own % tasks.length]! };
    start += batches;
  }
  return {
    stage: recipe.curriculum.length,
    batch: batch - start,
    classes: recipe.numClasses,
    length: recipe.episodeLength,
  };
}

/** The different tasks of a stage, easiest first, in words such as 2×10, 3×16 and 5×25. */
export function tasksInWords(tasks: readonly Task[]): string {
  const sorted = [...tasks].sort((a, b) => a.classes - b.classes || a.length - b.length);
  const words = [...new Set(sorted.map(({ classes, length }) => `${classes}×${length}`))];
  const last = words.pop()!;
  const sizes = words.length > 0 ? `${words.join(', ')} and ${last}` : last;
  return tasks.some((task) => task.repeat) ? `${sizes} of one drawing per class` : sizes;
}

/** Drawings in an episode, mean over the batches from one to before another. */
export function meanLength(recipe: Recipe, from: number, to: number): number {
  let drawings = 0;
  for (let batch = from; batch < to; batch++) drawings += stageAt(recipe, batch).length;
  return drawings / (to - from);
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

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, item]) => item !== undefined),
  ) as Partial<T>;
}
