/** The options that say what the task is. */
import type { Command } from 'commander';
import { UserError } from '../../common/errors.js';
import { quoted } from '../../common/printable.js';
import type { LabelKind } from '../../tasks/classification/drawings.js';
import { MOST_FREQUENCIES } from '../../tasks/regression/fourier-features.js';
import type { FunctionKind } from '../../tasks/regression/regression.js';
import type { DatasetRecord } from '../../tasks/task.js';
import { choice, whole } from './values.js';

export interface TaskFlags {
  task?: 'drawings' | 'regression' | 'copy';
  labels?: LabelKind;
  dimensions?: number;
  functions?: FunctionKind;
  fourierFeatures?: number;
  bits?: number;
}

/** @param trained whether the defaults are those of a training, which its checkpoint records */
export function taskOptions(command: Command, { trained = false } = {}): Command {
  const byDefault = (value: unknown) => (trained ? '(default: as trained)' : `(default: ${value})`);
  command.optionsGroup('Task:');
  if (!trained) {
    command.addOption(
      choice(
        '--task <name>',
        'drawings and their labels, regression of functions from a Gaussian process, or copy of bits ' +
          byDefault('drawings'),
        ['drawings', 'regression', 'copy'],
      ),
    );
  }
  return command
    .addOption(
      choice(
        '--labels <kind>',
        `drawings: labels as one-hot vectors, or as strings of five letters from a to e ${byDefault('one-hot')}`,
        ['one-hot', 'strings'],
      ),
    )
    .option(
      '--dimensions <n>',
      `regression: dimensions of a point, 1 to 3 ${byDefault(1)}`,
      whole(1, 3),
    )
    .addOption(
      choice(
        '--functions <kind>',
        `regression: functions of one length scale and scale, or each of its own ${byDefault('fixed')}`,
        ['fixed', 'varied'],
      ),
    )
    .option(
      '--fourier-features <n>',
      `regression: the sines and cosines of so many random frequencies for each point, instead of an encoder ${byDefault(0)}`,
      whole(0, MOST_FREQUENCIES),
    )
    .option('--bits <n>', `copy: bits of a vector ${byDefault(8)}`, whole(1, 64));
}

/**
 * The flags that open the task of a checkpoint again.
 * @param where names the checkpoint in messages
 * @throws UserError where they are none: a checkpoint is a file, and anybody may have written it
 */
export function taskFlagsOf({ name, split, options }: DatasetRecord, where: string): TaskFlags {
  const fail = (what: string, value: unknown): never => {
    throw new UserError(`${where}: trained with impossible ${what}: ${quoted(String(value))}`);
  };
  const number = (what: string, most: number) => {
    const value = options?.[what];
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) {
      return value;
    }
    return fail(what, value);
  };
  const word = <W extends string>(what: string, words: readonly W[]) => {
    const value = options?.[what];
    return value === undefined
      ? undefined
      : (words.find((word) => word === value) ?? fail(what, value));
  };
  if (split !== 'generated') {
    const labels = word('labels', ['one-hot', 'strings']);
    return labels === undefined ? {} : { labels };
  }
  if (name === 'regression') {
    const [dimensions, functions, fourierFeatures] = [
      number('dimensions', 3),
      word('functions', ['fixed', 'varied']),
      number('fourierFeatures', MOST_FREQUENCIES),
    ];
    return {
      task: 'regression',
      ...(dimensions !== undefined && { dimensions }),
      ...(functions !== undefined && { functions }),
      ...(fourierFeatures !== undefined && { fourierFeatures }),
    };
  }
  if (name === 'copy') {
    const bits = number('bits', 64);
    return { task: 'copy', ...(bits !== undefined && { bits }) };
  }
  throw new UserError(
    `${where}: was trained on the task ${quoted(name)}, which mann does not have: ` +
      'test it with the program that it was trained with',
  );
}
