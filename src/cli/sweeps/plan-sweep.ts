/** All runs of a sweep, checked before anything starts. */
import { messageOf, UserError } from '../../common/errors.js';
import { quoted } from '../../common/printable.js';
import { type Combination, combinations } from '../../sweeps/file/combinations.js';
import type { Definition } from '../../sweeps/file/definition.js';
import { digestOf, type PlannedRun } from '../../sweeps/run.js';
import { checkTaskFlags, openTask } from '../tasks/open.js';
import type { OpenTask } from '../tasks/open-task.js';
import { configured, type TrainFlags } from '../training/plan.js';
import { testsOf } from './tests-of.js';
import { optionChecker } from './train-options.js';

/**
 * The runs of a sweep, with their data opened once and everything about them checked.
 * @param where names the file in messages
 * @param data the folder of Omniglot, for runs that do not say where it is
 * @throws UserError that names the run, and what is wrong with it
 */
export async function planSweep(
  definition: Definition,
  where: string,
  data?: string,
): Promise<PlannedRun[]> {
  const check = optionChecker();
  const tasks = new OpenTasks();
  const runs: PlannedRun[] = [];
  const names = new Map<string, string>();
  for (const combination of combinations(definition, where)) {
    const { name } = combination;
    try {
      const { flags, args } = check(combination.options);
      const run = {
        ...(await planned(combination, withOmniglotAt(data, flags), definition, tasks)),
        args,
      };
      const same = names.get(run.digest);
      if (same !== undefined) throw new UserError(`it is the same training as ${quoted(same)}`);
      names.set(run.digest, name);
      runs.push(run);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw new UserError(`${where}: run ${quoted(name)}: ${messageOf(error)}`, { cause: error });
    }
  }
  return runs;
}

async function planned(
  { name, group, own }: Combination,
  flags: TrainFlags,
  definition: Definition,
  tasks: OpenTasks,
): Promise<Omit<PlannedRun, 'args'>> {
  checkTaskFlags(flags);
  const task = await tasks.of(flags);
  const { config, recipe, seed } = configured(flags, task);
  const isDrawings = (flags.task ?? 'drawings') === 'drawings';
  const { holdOut = 0 } = flags;
  const { batchSize, iterations: steps } = recipe;
  const tests = testsOf(definition.test, { isDrawings, holdOut, batchSize });
  if (holdOut > 0 && tests.some(({ name }) => name.startsWith('test'))) {
    const { holdOut: _, ...unheld } = flags;
    (await tasks.of(unheld)).check(config, recipe);
  }
  const digest = configurationDigest(flags, task);
  return { name, group, own, digest, seed, steps, tests };
}

/** The flags of a run with the folder of Omniglot on this machine, where the run uses it and does not say where it is. */
export function withOmniglotAt(data: string | undefined, flags: TrainFlags): TrainFlags {
  const isPlaceless = flags.dataset === 'omniglot' && flags.data === undefined;
  return isPlaceless && data !== undefined ? { ...flags, data } : flags;
}

/** The digest of what flags train, with all defaults. */
export function configurationDigest(flags: TrainFlags, task: OpenTask): string {
  // where a data set lies, and what it is called there, is no part of a run
  const { digest: data, split, options } = task.record;
  const engine = flags.engine === 'auto' ? undefined : flags.engine;
  return digestOf({ ...configured(flags, task), data, split, options, engine });
}

/** Tasks, each opened once. */
export class OpenTasks {
  readonly #open = new Map<string, OpenTask>();

  async of(flags: TrainFlags): Promise<OpenTask> {
    const { task, labels, dimensions, functions, bits, dataset, data, split, holdOut } = flags;
    const own = { task, labels, dimensions, functions, bits, dataset, data, split, holdOut };
    const key = JSON.stringify(own);
    const open = this.#open.get(key) ?? (await openTask(flags));
    this.#open.set(key, open);
    return open;
  }
}
