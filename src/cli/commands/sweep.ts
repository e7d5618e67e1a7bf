import { Argument, Command } from 'commander';
import { coreOptions } from '../sweeps/core-options.js';
import { runSweep, type SweepFlags } from '../sweeps/run-sweep.js';

/** `mann sweep` */
export function sweepCommand(): Command {
  const command = new Command('sweep')
    .summary('train and test many networks from one file')
    .description(
      'Trains and tests all networks that a file describes, some at a time, and compares them.\n' +
        'Ctrl-C stops all with their checkpoints; --resume goes on, and runs failed ones again.',
    )
    .addArgument(
      new Argument(
        '<file>',
        'YAML or JSON: options of mann train, axes, seeds, runs (see docs/sweeps.md)',
      ),
    )
    .optionsGroup('Sweep:')
    .option(
      '--save-dir <dir>',
      'folder for all runs and results (default: runs/<name of the file>)',
    )
    .option('--data <dir>', 'the folder of Omniglot, for runs that do not say where it is')
    .option('--resume', 'resume the sweep in --save-dir, or start it if there is none')
    .option('--dry-run', 'check the file and list its runs, and do nothing')
    .option('--json', 'print the results as JSON to stdout, and nothing else')
    .optionsGroup('Other machines:')
    .option(
      '--queue <url>',
      'have mann worker train the runs, on other machines too: a queue in Redis or Valkey (redis://, rediss:// with TLS) ' +
        'or PostgreSQL (postgres://); a password may be in MANN_QUEUE_PASSWORD instead',
    )
    .option(
      '--shared <dir>',
      'folder that all machines share: files go through it, and not through the queue',
    )
    .optionsGroup('Machine:');
  return coreOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  mann sweep sweeps/ablations.yaml --dry-run
  mann sweep sweeps/ablations.yaml
  mann sweep sweeps/ablations.yaml --resume
  mann sweep my-sweep.json --jobs 4 --save-dir runs/mine
  mann sweep my-sweep.json --queue redis://queue.example:6379`,
    )
    .action(async (file: string, flags: SweepFlags) => {
      process.exitCode = await runSweep(file, flags);
    });
}
