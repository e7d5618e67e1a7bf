/** The options of `mann train` that a sweep's file may set: checked by the very parser that reads them on a command line. */
import { Command, CommanderError } from 'commander';
import { UserError } from '../../common/errors.js';
import { textOf } from '../../sweeps/file/combinations.js';
import type { Options } from '../../sweeps/file/definition.js';
import { dataOptions } from '../options/data-options.js';
import { machineOptions } from '../options/machine-options.js';
import { networkOptions } from '../options/network-options.js';
import { episodeOptions, trainingOptions } from '../options/recipe-options.js';
import { taskOptions } from '../options/task-options.js';
import { oneSentence } from '../process/one-sentence.js';
import type { TrainFlags } from '../training/plan.js';

const ITS_OWN =
  'each run has a folder and logs of its own in that of the sweep (mann sweep --save-dir)';
const NO_USE = 'it is of no use in a sweep';

/** What `mann train` has, and a sweep's file may not set. */
const REFUSED: Readonly<Record<string, string>> = {
  'save-dir': ITS_OWN,
  'log-dir': ITS_OWN,
  'log-format': NO_USE,
  resume: 'every run is resumed by mann sweep --resume',
  json: NO_USE,
  demo: NO_USE,
  debug: NO_USE,
  threads: 'it does not change the result: give it to the command, mann sweep --threads',
  'test-batches': 'write test: { split: test, batches: 400 }',
  'no-augment': 'write augment: false',
};

/** Checked options. */
export interface CheckedOptions {
  readonly flags: TrainFlags;
  /** As arguments of `mann train`, each in one piece: no value can be taken for another option. */
  readonly args: readonly string[];
}

/** What checks options: `optionChecker()({ 'batch-size': 8 }).args` is ['--batch-size=8']. It throws a UserError. */
export function optionChecker(): (options: Options) => CheckedOptions {
  const command = new Command('train').exitOverride().helpOption(false);
  command.configureOutput({ writeErr: () => undefined }).showSuggestionAfterError();
  taskOptions(command);
  dataOptions(command);
  networkOptions(command);
  episodeOptions(command);
  trainingOptions(command);
  machineOptions(command, { trains: true });
  command.action(() => undefined);
  return (options) => {
    const args = Object.entries(options).flatMap(([name, value]) => argument(command, name, value));
    try {
      command.parse(args, { from: 'user' });
    } catch (error) {
      if (error instanceof CommanderError) throw new UserError(oneSentence(error.message));
      throw error;
    }
    return { flags: { ...command.opts<TrainFlags>() }, args };
  };
}

function argument(command: Command, name: string, value: Options[string]): string[] {
  if (Object.hasOwn(REFUSED, name)) {
    throw new UserError(`a sweep's file may not set ${name}: ${REFUSED[name]}`);
  }
  const option = command.options.find(({ long }) => long === `--${name}`);
  if (!option) return [`--${name}`]; // the parser says what is like it
  if (option.required || option.optional) return [`--${name}=${textOf(value)}`];
  if (typeof value !== 'boolean') throw new UserError(`${name} must be true or false`);
  return value ? [`--${name}`] : [];
}
