import { type Argument, Command, CommanderError, type Option } from 'commander';
import { LONGEST_MESSAGE, UserError } from '../common/errors.js';
import { printable } from '../common/printable.js';
import { classifyCommand } from './commands/classify.js';
import { dataCommand } from './commands/data/data.js';
import { exportCommand } from './commands/export.js';
import { modelsCommand } from './commands/models.js';
import { reportCommand } from './commands/report.js';
import { reproduceCommand } from './commands/reproduce.js';
import { sweepCommand } from './commands/sweep.js';
import { testCommand } from './commands/test.js';
import { trainCommand } from './commands/train.js';
import { workerCommand } from './commands/worker.js';
import { inFlags } from './options/in-flags.js';
import { EXIT, failWith } from './process/exit.js';
import { oneSentence } from './process/one-sentence.js';
import { version } from './process/version.js';
import { withCommand } from './run-mann/command.js';
import { spelledOut } from './run-mann/spelling.js';

/** The whole command line. */
export function makeProgram(): Command {
  const program = new Command('mann')
    .description(
      'Memory-augmented neural networks, which learn a new symbol from a single example ' +
        '(Santoro et al. 2016).',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .option('--debug', 'show stack traces of errors (also: environment variable MANN_DEBUG)')
    .addHelpText(
      'after',
      `
Examples:
  mann train --demo                        a minute on generated drawings, and a report
  mann train --dataset omniglot            the real thing, on Omniglot
  mann train --model lstm                  the baseline without memory
  mann test runs/omniglot-mann-seed1       test what was trained, on classes it never saw
  mann data show                           a picture of the drawings

Each command has its own help: mann train --help
Command lines of the original run_mann.py work too: mann --mode test --model LSTM --dataset omniglot`,
    );
  for (const command of [
    trainCommand(),
    testCommand(),
    classifyCommand(),
    reportCommand(),
    reproduceCommand(),
    sweepCommand(),
    workerCommand(),
    exportCommand(),
    modelsCommand(),
    dataCommand(),
  ]) {
    program.addCommand(command);
  }
  prepare(program);
  return program;
}

/** What all commands have in common. */
function prepare(command: Command): void {
  command
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({
      optionDescription: ({ description, argChoices }) =>
        argChoices ? `${description} [${argChoices.join(', ')}]` : description,
      subcommandTerm: (child) =>
        [child.name(), ...child.registeredArguments.map(argumentTerm)].join(' '),
    })
    .configureOutput({
      outputError: (text, write) =>
        write(`mann: ${printable(oneSentence(text), LONGEST_MESSAGE)}\n`),
    })
    .helpCommand(false)
    .helpOption('-h, --help', 'print this help');
  if (!command.parent) {
    command.hook('preAction', (_, action) => checkValues(action.options, action.opts()));
  }
  if (command.parent) {
    if (command.commands.length === 0) command.option('--debug', 'show stack traces of errors');
  }
  for (const child of command.commands) prepare(child);
}

/** @throws UserError where an option was given nothing: `--save-dir=` */
function checkValues(options: readonly Option[], values: Readonly<Record<string, unknown>>): void {
  const empty = options.find((option) => values[option.attributeName()] === '');
  if (empty) throw new UserError(`${empty.long ?? empty.short} needs a value: ${empty.flags}`);
}

/** `<file>` or `[file]`. */
function argumentTerm(argument: Argument): string {
  return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
}

/**
 * Runs the command line.
 * @param argv the arguments after the program's name
 * @param make gives the program; tests have one that does nothing
 * @returns the exit code
 */
export async function runProgram(argv: readonly string[], make = makeProgram): Promise<number> {
  const debug = argv.includes('--debug') || !!process.env.MANN_DEBUG;
  try {
    const program = make();
    if (argv.length === 0) {
      program.outputHelp();
      return EXIT.ok;
    }
    const names = program.commands.map((command) => command.name());
    const spelled = spelledOut(program, withCommand(argv, names));
    await program.parseAsync(spelled, { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : EXIT.ok;
  } catch (error) {
    // Commander has written its message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return failWith(error, debug, inFlags);
  }
}
