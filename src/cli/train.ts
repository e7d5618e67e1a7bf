import { Command } from 'commander';
import { dataOptions } from './data-flags.js';
import { DEMO } from './demo.js';
import {
  episodeOptions,
  machineOptions,
  networkOptions,
  TEST_BATCHES,
  trainingOptions,
} from './options.js';
import type { TrainFlags } from './training-plan.js';
import { runTraining } from './training-run.js';
import { whole } from './values.js';

/** `mann train` */
export function trainCommand(): Command {
  const command = new Command('train')
    .summary('train a network, test it on classes it never saw, write a report')
    .description(
      'Trains a network, tests it on classes it never saw, prints the table and writes a report.\n' +
        'Ctrl-C saves and says how to go on.',
    );
  dataOptions(command);
  networkOptions(command);
  episodeOptions(command);
  trainingOptions(command);
  command
    .optionsGroup('Files:')
    .option(
      '--save-dir <dir>',
      'folder for checkpoints, logs and report (default: runs/<dataset>-<model>-seed<seed>, with split and preset where they are not the defaults)',
    )
    .option('--log-dir <dir>', 'folder for log.csv and log.jsonl (default: that of --save-dir)')
    .option('--resume', 'go on with the run in that folder; begins one where there is none');
  machineOptions(command);
  return command
    .optionsGroup('Other:')
    .option(
      '--test-batches <n>',
      `batches of the test at the end (default: ${TEST_BATCHES})`,
      whole(1),
    )
    .option('--json', 'print the result as JSON, and nothing else, to stdout')
    .option(
      '--demo',
      'a short training on generated drawings, about two minutes, in a folder of its own',
    )
    .addHelpText(
      'after',
      `
Examples:
  mann train --demo
  mann train --dataset omniglot --iterations 4000
  mann train --dataset omniglot --model lstm --num-layers 2
  mann train --dataset omniglot --preset seed --save-dir runs/as-the-seed
  mann train --resume --save-dir runs/omniglot-mann-seed1
  mann train --data path/to/folders            class folders of your own pictures`,
    )
    .action(async (flags: TrainFlags) => {
      process.exitCode = await runTraining(flags.demo ? { ...DEMO, ...flags } : flags);
    });
}
