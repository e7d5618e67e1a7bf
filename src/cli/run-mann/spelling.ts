/**
 * Options as Python's argparse reads them, and so run_mann.py: underscores, and the beginning of a name where it
 * can only mean one option.
 */
import type { Command, Option } from 'commander';
import { UserError } from '../../common/errors.js';
import { AS_CHILD } from '../process/as-child.js';
import { AS_RUN_MANN } from './command.js';

/** The flags of run_mann.py. */
const RUN_MANN: readonly string[] = [
  ...['--mode', '--restore-training', '--batch-size', '--num-classes', '--num-samples'],
  ...['--input-height', '--input-width', '--num-reads', '--controller-size'],
  ...['--memory-locations', '--memory-word-size', '--num-layers', '--learning-rate'],
  ...['--start-iterations', '--iterations', '--augment', '--save-dir', '--log-dir', '--model'],
];

/** Those of them that have no counterpart, and what to use instead. */
const REPLACED: Readonly<Record<string, string>> = {
  '--restore-training':
    '--restore_training is called --resume here and takes no value: ' +
    'mann train --resume --save-dir <dir> continues from the newest checkpoint in <dir>',
  '--start-iterations':
    '--start_iterations has no counterpart here: --resume continues from the newest checkpoint, ' +
    'which holds the number of batches done, and --iterations counts all batches from the first one on',
};
const REPLACED_IN = ['train', 'test'];

/**
 * The arguments with the names of their options written out.
 * @param program all commands; the first arguments say which one is meant
 * @throws UserError where a beginning may mean several options, or an option is replaced by another one
 */
export function spelledOut(program: Command, argv: readonly string[]): string[] {
  const asRunMann = argv.includes(AS_RUN_MANN);
  let command = program;
  const result: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i]!;
    if (argument === '--') return [...result, ...argv.slice(i)];
    if (!argument.startsWith('--')) {
      command = command.commands.find((child) => child.name() === argument) ?? command;
      result.push(argument);
      continue;
    }
    const [given] = argument.split('=', 1) as [string];
    const name = nameOf(given, command, asRunMann);
    result.push(name + argument.slice(given.length));
    const takesNext = !argument.includes('=') && optionOf(command, name)?.required;
    if (takesNext && i + 1 < argv.length) result.push(argv[++i]!);
  }
  return result;
}

function optionOf(command: Command, name: string): Option | undefined {
  return command.options.find(({ long }) => long === name);
}

/**
 * The name of the option that is meant; what was given, where there is none.
 * @param asRunMann what is short for one option of run_mann.py alone means that one, whatever others there are
 */
function nameOf(given: string, command: Command, asRunMann: boolean): string {
  const hyphenated = given.replaceAll('_', '-');
  const names = command.options
    .flatMap(({ long }) => long ?? [])
    .concat('--help')
    .filter((name) => name !== AS_RUN_MANN && name !== AS_CHILD);
  if (REPLACED_IN.includes(command.name())) names.push(...Object.keys(REPLACED));
  if (asRunMann) names.push('--mode');
  let meant = names.filter((name) => name === hyphenated);
  if (meant.length === 0 && hyphenated.length > 2) {
    meant = names.filter((name) => name.startsWith(hyphenated));
  }
  if (meant.length > 1 && asRunMann) {
    const theirs = meant.filter((name) => RUN_MANN.includes(name));
    if (theirs.length > 0) meant = theirs;
  }
  if (meant.length > 1) {
    throw new UserError(`${given} is ambiguous: it may be ${meant.sort().join(', ')}`);
  }
  const name = meant[0] ?? given;
  if (Object.hasOwn(REPLACED, name)) throw new UserError(REPLACED[name]!);
  return name;
}
