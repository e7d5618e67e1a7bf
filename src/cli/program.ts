import { Command, CommanderError } from 'commander';
import { dataCommand } from './data.js';
import { EXIT, failWith } from './exit.js';
import { reportCommand } from './report.js';
import { seedStyle } from './seed-style.js';
import { testCommand } from './test.js';
import { trainCommand } from './train.js';
import { version } from './version.js';

/** The whole command line. */
function makeProgram(): Command {
  const program = new Command('mann')
    .description(
      'Memory-augmented neural networks: they learn to learn a symbol from a single example\n' +
        '(Santoro et al. 2016, few-shot learning on drawings).',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .option('--debug', 'show stack traces of errors (also: environment variable MANN_DEBUG)')
    .addHelpText(
      'after',
      `
Examples:
  mann train --demo                        two minutes on generated drawings, and a report
  mann train --dataset omniglot            the real thing, on Omniglot
  mann train --dataset omniglot --model lstm   the baseline without memory
  mann test runs/omniglot-mann-seed1       test what was trained, on classes it never saw
  mann data show --dataset glyphs          a picture of the drawings

Each command has its own help: mann train --help
The seed's way of calling works too: mann --mode test --model LSTM`,
    );
  for (const command of [trainCommand(), testCommand(), reportCommand(), dataCommand()]) {
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
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'mann: ')) });
  if (command.parent) {
    command.helpOption('-h, --help', 'print this help').addHelpCommand(false);
    if (command.commands.length === 0) {
      command.option('--debug', 'show stack traces of errors').allowExcessArguments(false);
    }
  }
  for (const child of command.commands) prepare(child);
}

/**
 * Runs the command line.
 * @param argv the arguments after the program's name
 * @returns the exit code
 */
export async function runProgram(argv: readonly string[]): Promise<number> {
  const debug = argv.includes('--debug') || !!process.env.MANN_DEBUG;
  // `mann data info | head` closes our output early: nobody is left to tell anything to.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.bug);
    });
  }
  try {
    const program = makeProgram();
    if (argv.length === 0) {
      program.outputHelp();
      return EXIT.ok;
    }
    const names = program.commands.map((command) => command.name());
    await program.parseAsync(seedStyle(argv, names), { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : EXIT.ok;
  } catch (error) {
    // Commander has written its message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return failWith(error, debug);
  }
}
