/**
 * What a worker lets a job do: train a network with options that a sweep's file may have too, on data that this machine
 * has, and test it. Whoever can write to the queue's server decides what is in a job.
 */
import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { UserError } from '../../common/errors.js';
import { quoted } from '../../common/printable.js';
import type { SweepRun, SweepTest } from '../../sweeps/run.js';
import { checkTaskFlags } from '../tasks/open.js';
import { configurationDigest, OpenTasks, withOmniglotAt } from './plan-sweep.js';
import { type CheckedOptions, optionChecker } from './train-options.js';

/** Data sets that are no folder of somebody's. */
const NAMED = ['glyphs', 'omniglot'];
/** Options of tests: those that tests-of.ts makes. */
const TEST =
  /^--(test-batches=\d{1,9}|hold-out=0|augment=(true|false)|sampler=(default|original))$/;

export interface Machine {
  /** Folders with data that jobs may name. */
  readonly allowed?: readonly string[] | undefined;
  /** The folder of Omniglot. */
  readonly data?: string | undefined;
}

/**
 * Makes the check of a worker: `await jobChecker({ allowed: ['/data/symbols'] })(run)`.
 */
export function jobChecker({ allowed = [], data }: Machine) {
  const tasks = new OpenTasks();
  /** @throws UserError where the job may not be done, or would not train what the sweep thinks */
  return async (run: SweepRun): Promise<void> => {
    const { flags } = checkedArguments(run);
    await checkData(flags, allowed);
    checkTaskFlags(flags);
    const task = await tasks.of(withOmniglotAt(data, flags));
    if (configurationDigest(flags, task) === run.digest) return;
    throw new UserError(
      'with the data and the version of mann on this machine it would be another training than on the machine of the sweep',
    );
  };
}

/**
 * The options of a job, which mean on every machine what they meant to the sweep.
 * @throws UserError where an option is none of a training, or none that a sweep may set
 */
export function checkedArguments({
  args,
  tests,
}: Pick<SweepRun, 'args' | 'tests'>): CheckedOptions {
  const options: Record<string, string | true> = Object.create(null);
  for (const argument of args) {
    const [, name, value] = /^--([a-z][a-z-]*)(?:=(.*))?$/s.exec(argument) ?? [];
    if (name === undefined) throw new UserError(`this is no option: ${quoted(argument)}`);
    if (name in options) throw new UserError(`the option ${name} is there twice`);
    options[name] = value ?? true;
  }
  const checked = optionChecker()(options);
  if (JSON.stringify(checked.args) !== JSON.stringify(args)) {
    throw new UserError('its options are not written as mann sweep writes them');
  }
  for (const test of tests) checkTest(test);
  return checked;
}

function checkTest({ name, args }: SweepTest): void {
  if (!/^[a-z-]{1,40}$/.test(name))
    throw new UserError(`this is no name of a test: ${quoted(name)}`);
  const other = args.find((argument) => !TEST.test(argument));
  if (other !== undefined) throw new UserError(`this is no option of a test: ${quoted(other)}`);
}

/** A job could have every picture of this machine read, and its names told in error messages. */
async function checkData(
  { dataset, data }: CheckedOptions['flags'],
  allowed: readonly string[],
): Promise<void> {
  const folders = [data, NAMED.includes(dataset ?? 'glyphs') ? undefined : dataset];
  for (const folder of folders) {
    if (folder === undefined || (await isWithin(folder, allowed))) continue;
    throw new UserError(
      `it names data on this machine that no --allow-data of this worker allows: ${quoted(folder)}`,
    );
  }
}

async function isWithin(folder: string, allowed: readonly string[]): Promise<boolean> {
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined) return false;
  for (const one of allowed) {
    const parent = await realpath(one).catch(() => undefined);
    if (parent === undefined) continue;
    const way = relative(parent, real);
    if (way === '' || !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))) return true;
  }
  return false;
}
