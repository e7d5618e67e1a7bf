import { Command, Option } from 'commander';
import type { Sampler } from '../../tasks/classification/episodes.js';
import { makeDisplay } from '../display/make-display.js';
import { resultJson, resultText, testNetwork } from '../networks/testing.js';
import { openTrained, type TrainedFlags } from '../networks/trained.js';
import { dataOptions } from '../options/data-options.js';
import { machineOptions } from '../options/machine-options.js';
import { networkOptions } from '../options/network-options.js';
import {
  augmentOption,
  episodeOptions,
  TEST_BATCHES,
  trainingOptions,
} from '../options/recipe-options.js';
import { taskOptions } from '../options/task-options.js';
import { choice, whole } from '../options/values.js';
import { asChildOption, type ChildFlags } from '../process/as-child.js';
import { EXIT } from '../process/exit.js';
import { onInterrupt } from '../process/interrupt.js';
import { AS_RUN_MANN } from '../run-mann/command.js';

interface TestFlags extends TrainedFlags, ChildFlags {
  sampler?: Sampler;
  testBatches?: number;
  json?: true;
}

/** `mann test` */
export function testCommand(): Command {
  const command = new Command('test')
    .summary('test a trained network on unseen classes')
    .description(
      'Tests a trained network on unseen classes and prints the results.\n' +
        'Network, data and random seed are those of the training by default.',
    )
    .argument(
      '[checkpoint]',
      'a checkpoint file or a run folder (default: the folder that train would use, or else a pretrained network)',
    )
    .optionsGroup('Test:')
    .option('--test-batches <n>', `batches of the test (default: ${TEST_BATCHES})`, whole(1))
    .option('--batch-size <n>', 'episodes in a batch (default: as trained)', whole(1))
    .addOption(
      choice(
        '--sampler <name>',
        'how test episodes are sampled: default, or as in the original implementation, ' +
          'which draws classes and drawings with replacement (default: default)',
        ['default', 'original'],
      ),
    )
    .option(
      '--keep-memory',
      'do not wipe the memory between episodes: each begins with what the one before it left (default: as trained)',
    )
    .option('--save-dir <dir>', 'the run folder, or the folder of its subfolder MANN or LSTM')
    .option('--json', 'print the results as JSON to stdout, and nothing else');
  augmentOption(command, 'test on drawings as they are, without rotations and shifts');
  taskOptions(command, { trained: true });
  dataOptions(command, { trained: true });
  networkOptions(command, { heading: 'Network (must match the trained one):', trained: true });
  episodeOptions(command, { trained: true });
  machineOptions(command);
  acceptTrainingOptions(command);
  return command
    .addOption(asChildOption())
    .addHelpText(
      'after',
      `
Examples:
  mann test --dataset omniglot                     a pretrained network, see mann models
  mann test --dataset omniglot --preset original   another one
  mann test runs/omniglot-mann-seed1
  mann test runs/omniglot-mann-seed1/checkpoint-0004000.safetensors --test-batches 100
  mann test runs/demo --dataset omniglot        trained on one data set, tested on another
  mann test runs/demo --json > result.json`,
    )
    .action(async (checkpoint: string | undefined, flags: TestFlags) => {
      process.exitCode = await runTest(checkpoint, flags);
    });
}

/** run_mann.py has one set of flags for both modes: those of training are accepted here and left out of the help. */
function acceptTrainingOptions(command: Command): void {
  const known = new Set(command.options.map(({ long }) => long));
  for (const option of trainingOptions(new Command()).options) {
    if (!known.has(option.long)) command.addOption(option.hideHelp());
  }
  for (const flags of ['--log-dir <dir>', '--log-format <form>', AS_RUN_MANN]) {
    command.addOption(new Option(flags).hideHelp());
  }
}

async function runTest(checkpoint: string | undefined, flags: TestFlags): Promise<number> {
  const { engine, recipe, task, seed } = await openTrained(checkpoint, flags);
  const { sampler, asChild } = flags;
  const episodes = task.testEpisodes(engine.config, { ...recipe, sampler }, seed, 'test');
  const { measure } = episodes;
  const display = makeDisplay({ recipe, measure, unseen: task.unseen, asChild });
  const interrupt = onInterrupt(() => display.note('Stopping.'), { asChild });
  try {
    const batches = flags.testBatches ?? TEST_BATCHES;
    const test = await testNetwork(engine, episodes, {
      batches,
      display,
      keepMemory: recipe.keepMemory,
      signal: interrupt.signal,
    });
    display.done();
    const text = flags.json
      ? JSON.stringify(resultJson(engine.config, task, episodes.measure, test, sampler))
      : resultText(engine.config, task, episodes.measure, test, sampler);
    process.stdout.write(`${text}\n`);
    return EXIT.ok;
  } catch (error) {
    if (interrupt.signal.aborted && error === interrupt.signal.reason) return EXIT.interrupted;
    throw error;
  } finally {
    display.done();
    interrupt.release();
    await engine.dispose();
  }
}
