import type { Command } from 'commander';
import { whole } from '../options/values.js';

/** How many runs train at a time, and on how many threads each: on this machine, for `mann sweep` and `mann worker`. */
export function coreOptions(command: Command): Command {
  return command
    .option(
      '--jobs <n>',
      'runs at a time (default: one per core, or as many as have --threads threads each)',
      whole(1, 1024),
    )
    .option(
      '--threads <n>',
      'threads of each run; they do not change its result (default: the cores divided by the runs at a time)',
      whole(1, 256),
    );
}
