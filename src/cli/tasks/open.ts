import { UserError } from '../../common/errors.js';
import type { Augment, Sampler } from '../../tasks/classification/episodes.js';
import type { RecipeOptions } from '../../training/recipe/recipe.js';
import type { DataFlags } from '../options/data-options.js';
import { flagOf, type NetworkFlags } from '../options/network-options.js';
import type { EpisodeFlags } from '../options/recipe-options.js';
import { openDrawings } from './drawings.js';
import { openCopy, openRegression } from './generated.js';
import type { OpenTask } from './open-task.js';

/** The flags that say what a task is; where commands have more, the others mean nothing here. */
export interface OpenFlags extends DataFlags, EpisodeFlags, Pick<NetworkFlags, 'familiarity'> {
  augment?: Augment;
  sampler?: Sampler;
}

/** The options that mean something in one task alone. */
const OWN = {
  drawings: [
    ...(['data', 'dataset', 'split', 'holdOut', 'labels', 'numClasses', 'numSamples'] as const),
    ...(['distractors', 'inputHeight', 'inputWidth', 'augment', 'sampler', 'familiarity'] as const),
  ],
  regression: ['dimensions', 'functions', 'fourierFeatures'],
  copy: ['bits'],
} as const satisfies Record<string, readonly (keyof OpenFlags)[]>;

/** What a user typed: `--data DIR` is read as a data set where there are class folders. */
const typed = (option: keyof OpenFlags) => (option === 'dataset' ? 'dataset or --data' : option);

/** @throws UserError where an option of another task was given */
export function checkTaskFlags(
  flags: OpenFlags & { readonly curriculum?: RecipeOptions['curriculum'] },
): void {
  const { task = 'drawings' } = flags;
  if (task !== 'drawings' && flags.curriculum === 'grow') {
    throw new UserError(
      `--curriculum grow adds one class after another, and --task ${task} has no classes: leave it out`,
    );
  }
  for (const [other, options] of Object.entries(OWN)) {
    if (other === task) continue;
    const given = options.find((option) => flags[option] !== undefined);
    if (given) {
      throw new UserError(
        `${flagOf(typed(given))} is for --task ${other}, and the task is ${task}`,
      );
    }
  }
}

/**
 * Opens the task that is asked for.
 * @throws UserError where an option of another task was given, or its data can't be read
 */
export async function openTask(flags: OpenFlags): Promise<OpenTask> {
  checkTaskFlags(flags);
  if (flags.task === 'regression') return openRegression(flags);
  if (flags.task === 'copy') return openCopy(flags);
  return openDrawings(flags);
}
