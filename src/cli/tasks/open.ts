import { UserError } from '../../common/errors.js';
import type { DataFlags } from '../options/data-options.js';
import { flagOf } from '../options/network-options.js';
import { openDrawings } from './drawings.js';
import { openCopy, openRegression } from './generated.js';
import type { OpenTask } from './open-task.js';

/** The options that mean something in one task alone. */
const OWN = {
  drawings: ['dataset', 'data', 'split', 'holdOut', 'labels'],
  regression: ['dimensions', 'functions'],
  copy: ['bits'],
} as const satisfies Record<string, readonly (keyof DataFlags)[]>;

/**
 * Opens the task that is asked for.
 * @throws UserError where an option of another task was given, or its data can't be read
 */
export async function openTask(flags: DataFlags): Promise<OpenTask> {
  const { task = 'drawings' } = flags;
  for (const [other, options] of Object.entries(OWN)) {
    if (other === task) continue;
    const given = options.find((option) => flags[option] !== undefined);
    if (given) {
      throw new UserError(`${flagOf(given)} is for --task ${other}, and the task is ${task}`);
    }
  }
  if (task === 'regression') return openRegression(flags);
  if (task === 'copy') return openCopy(flags);
  return openDrawings(flags);
}
