import { Command, Option } from 'commander';
import { dataOptions } from '../options/data-options.js';
import { machineOptions } from '../options/machine-options.js';
import { networkOptions } from '../options/network-options.js';
import { episodeOptions, TEST_BATCHES, trainingOptions } from '../options/recipe-options.js';
import { taskOptions } from '../options/task-options.js';
import { choice, whole } from '../options/values.js';
import { asChildOption } from '../process/as-child.js';
import { AS_RUN_MANN } from '../run-mann/command.js';
import { DEMO } from '../training/demo.js';
import type { TrainFlags } from '../training/plan.js';
import { runTraining } from '../training/run.js';

/** `mann train` */
export function trainCommand(): Command {
  const command = new Command('train')
    .summary('train a network, test it on unseen classes and write a report')
    .description(
      'Trains a network, tests it on unseen classes, prints the results and writes a report.\n' +
        'Ctrl-C saves a checkpoint and prints the command that resumes the training.',
    );
  taskOptions(command);
  dataOptions(command);
  networkOptions(command);
  episodeOptions(command);
  trainingOptions(command);
  command
    .optionsGroup('Files:')
    .option(
      '--save-dir <dir>',
      'folder for checkpoints, logs and report (default: runs/<dataset>-<model>-seed<seed>; ' +
        'the name also has a split and a preset other than the default); ' +
        'with --preset original the run is in its subfolder MANN or LSTM',
    )
    .option(
      '--log-dir <dir>',
      'folder for log.csv and log.jsonl, with --preset original its subfolder MANN or LSTM (default: the folder of the run)',
    )
    .addOption(
      choice(
        '--log-format <form>',
        'original: also write a log file as run_mann.py does, with the accuracy on one test batch every 100 batches ' +
          '(default: default)',
        ['default', 'original'],
      ),
    )
    .option(
      '--resume',
      'resume the run in --save-dir from its newest checkpoint, or start one if it has none',
    )
    .addOption(new Option(AS_RUN_MANN).hideHelp())
    .addOption(asChildOption());
  machineOptions(command, { trains: true });
  return command
    .optionsGroup('Other:')
    .option('--test-batches <n>', `batches of the final test (default: ${TEST_BATCHES})`, whole(1))
    .option('--json', 'print the results as JSON to stdout, and nothing else')
    .option('--demo', 'train for about a minute on generated drawings, each time in a new folder')
    .addHelpText(
      'after',
      `
Examples:
  mann train --demo
  mann train --dataset omniglot --iterations 4000
  mann train --dataset omniglot --model lstm --num-layers 2
  mann train --dataset omniglot --preset original --save-dir runs/original
  mann train --resume --save-dir runs/omniglot-mann-seed1
  mann train --data path/to/folders            one folder per class of your own images
  mann train --task regression                 functions instead of drawings`,
    )
    .action(async (flags: TrainFlags) => {
      process.exitCode = await runTraining(flags.demo ? { ...DEMO, ...flags } : flags);
    });
}
