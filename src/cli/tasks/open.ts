import type { DataFlags } from '../options/data-options.js';
import { openDrawings } from './drawings.js';
import type { OpenTask } from './open-task.js';

/** Opens the task that is asked for. */
export async function openTask(flags: DataFlags): Promise<OpenTask> {
  return openDrawings(flags);
}
