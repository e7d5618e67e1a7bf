/** The curriculum: easier episodes at the start of a training, and where in it a batch stands. */
import * as v from 'valibot';
import { type EpisodeTask, fullTask } from '../../tasks/task.js';
import { count } from '../count.js';

const taskSchema = v.strictObject({
  /** Classes in an episode; their labels are sampled from all C. */
  classes: count('classes of a curriculum task', 0),
  /** Drawings in an episode. */
  length: count('length of a curriculum task'),
  /** Further classes, which never get a label. */
  distractors: v.optional(count('distractors of a curriculum task')),
  /** A class is always shown by the same drawing with the same rotation and shift. */
  repeat: v.optional(v.literal(true)),
});

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

export const curriculumSchema = v.array(stageSchema, 'curriculum must be a list of stages');

/**
 * Easier episodes, with five drawings or so of each class, in turn: two classes are where remembering
 * pays soonest, five keep it from being learnt in a way that serves only two.
 */
const mixedTasks: readonly EpisodeTask[] = [
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
 * some 4,500 batches without an encoder; with a fully connected one only on the full task.
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
  readonly tasks: readonly EpisodeTask[];
}
function repeated(task: EpisodeTask): EpisodeTask {
  return { ...task, repeat: true };
}
/** Above five classes the curriculum goes on by doubling them, for so many episodes each. */
const DOUBLING_EPISODES = 1500 * 16;
/** A short training still spends this part at least on the full task. */
const FULL_TASK_SHARE = 0.6;

/** What of a recipe its curriculum follows from. */
interface Sizes {
  readonly batchSize: number;
  readonly iterations: number;
  readonly numClasses: number;
  readonly episodeLength: number;
  readonly distractors?: number;
}

/**
 * The default curriculum: the same number of episodes whatever the batch; never more classes, steps
 * or drawings of a class than the full task has; at most 40% of the iterations. Above five
 * classes it goes on by doubling them.
 */
export function autoCurriculum(
  recipe: Sizes,
  kind: keyof typeof curriculumSteps = 'default',
): Stage[] {
  const { numClasses: C, episodeLength: T, distractors = 0 } = recipe;
  if (C < 2) return [];
  const most = Math.ceil(T / (C + distractors)); // drawings of one class in an episode of the full task
  const plan = [...curriculumSteps[kind]];
  for (let classes = 10; classes < C; classes *= 2) {
    plan.push({ episodes: DOUBLING_EPISODES, tasks: [{ classes, length: 5 * classes }] });
  }
  const easier = plan
    .map(({ episodes, tasks }) => ({
      episodes,
      tasks: tasks.map((task) => {
        const classes = Math.min(task.classes, C);
        return { ...task, classes, length: Math.min(task.length, T, classes * most) };
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

/** A growing curriculum begins with this many classes, as in the paper. */
const FIRST_CLASSES = 15;
/** It grows over this part of a training; the rest is the full task. */
const GROWING_SHARE = 0.8;

/**
 * The curriculum of Santoro et al. 2016 for many classes: after the first stages of the default one, episodes of 15
 * classes, and then of one class more at a time, ten drawings of each (or as many as the full task has).
 */
export function growingCurriculum(
  recipe: Sizes,
  kind: keyof typeof curriculumSteps = 'default',
): Stage[] {
  const { numClasses: C, episodeLength: T, iterations } = recipe;
  const most = Math.ceil(T / C); // drawings of one class
  const begin = autoCurriculum({ ...recipe, numClasses: Math.min(C, 5) }, kind).map(
    ({ batches, tasks }) => ({
      batches,
      tasks: tasks.map((task) => {
        return { ...task, length: Math.min(task.length, T, task.classes * most) };
      }),
    }),
  );
  const grown = Math.max(0, C - FIRST_CLASSES);
  const spent = begin.reduce((sum, { batches }) => sum + batches, 0);
  const every = Math.floor((GROWING_SHARE * iterations - spent) / Math.max(1, grown));
  if (grown === 0 || every < 1) return autoCurriculum(recipe, kind);
  const drawings = Math.min(10, most);
  return [
    ...begin,
    ...Array.from({ length: grown }, (_, i) => {
      const classes = FIRST_CLASSES + i;
      return { batches: every, tasks: [{ classes, length: Math.min(T, drawings * classes) }] };
    }),
  ];
}

/** A recipe, as far as it says what each batch is. */
export interface Course extends Omit<Sizes, 'batchSize' | 'iterations'> {
  readonly curriculum: readonly Stage[];
}

/** Where in the curriculum a batch stands. */
export interface Position extends EpisodeTask {
  /** The number of the stage, from 0; the number of stages for the full task. */
  readonly stage: number;
  /** Batches of this stage that come before it. */
  readonly batch: number;
}

/** The stage of a batch. `batch` counts from 0: it is the number of batches done before. */
export function stageAt(recipe: Course, batch: number): Position {
  let start = 0;
  for (const [stage, { batches, tasks }] of recipe.curriculum.entries()) {
    const own = batch - start;
    if (own < batches) return { stage, batch: own, ...tasks[own % tasks.length]! };
    start += batches;
  }
  return {
    stage: recipe.curriculum.length,
    batch: batch - start,
    ...fullTask(recipe),
  };
}

/** The different tasks of a stage, easiest first, in words such as 2×10, 3×16 and 5×25. */
export function tasksInWords(tasks: readonly EpisodeTask[]): string {
  const sorted = [...tasks].sort((a, b) => a.classes - b.classes || a.length - b.length);
  const words = [...new Set(sorted.map(({ classes, length }) => `${classes}×${length}`))];
  const last = words.pop()!;
  const sizes = words.length > 0 ? `${words.join(', ')} and ${last}` : last;
  return tasks.some((task) => task.repeat) ? `${sizes} of one drawing per class` : sizes;
}

/** The stages of a curriculum in words, those of one length that follow each other together: 20 batches each of 15×150 to 49×490. */
export function stagesInWords(curriculum: readonly Stage[]): string[] {
  const words: string[] = [];
  for (let i = 0; i < curriculum.length; ) {
    const { batches, tasks } = curriculum[i]!;
    let end = i + 1;
    if (tasks.length === 1) {
      while (curriculum[end]?.batches === batches && curriculum[end]!.tasks.length === 1) end++;
    }
    const number = `${batches.toLocaleString('en')} ${batches === 1 ? 'batch' : 'batches'}`;
    const last = curriculum[end - 1]!.tasks;
    words.push(
      end - i > 1
        ? `${number} each of ${tasksInWords(tasks)} to ${tasksInWords(last)}`
        : `${number} of ${tasksInWords(tasks)}`,
    );
    i = end;
  }
  return words;
}

/** Drawings in an episode, mean over the batches from one to before another. */
export function meanLength(recipe: Course, from: number, to: number): number {
  let drawings = 0;
  for (let batch = from; batch < to; batch++) drawings += stageAt(recipe, batch).length;
  return drawings / (to - from);
}
