import { Command, Option } from 'commander';
import { dataOptions } from './data-flags.js';
import { makeDisplay } from './display/make-display.js';
import { EXIT } from './exit.js';
import { onInterrupt } from './interrupt.js';
import {
  episodeOptions,
  machineOptions,
  networkOptions,
  TEST_BATCHES,
  trainingOptions,
} from './options.js';
import { resultJson, resultText, testNetwork } from './testing.js';
import { openTrained, type TrainedFlags } from './trained.js';
import { whole } from './values.js';

interface TestFlags extends TrainedFlags {
  testBatches?: number;
  json?: true;
}

/** `mann test` */
export function testCommand(): Command {
  const command = new Command('test')
    .summary('test a trained network on classes it never saw')
    .description(
      'Tests a trained network on classes it never saw and prints the table.\n' +
        'Network, data and seed are those of the training unless you say otherwise.',
    )
    .argument(
      '[checkpoint]',
      'a checkpoint file or a run folder (default: the folder that train would use, else a network that comes along)',
    )
    .optionsGroup('Test:')
    .option('--test-batches <n>', `batches to test (default: ${TEST_BATCHES})`, whole(1))
    .option('--batch-size <n>', 'episodes in a batch (default: as trained)', whole(1))
    .option('--no-augment', 'test on drawings as they are, neither turned nor shifted')
    .option('--save-dir <dir>', 'the run folder, as train calls it')
    .option('--json', 'print the result as JSON, and nothing else, to stdout');
  dataOptions(command, { trained: true });
  networkOptions(command, 'Network (must be what was trained):');
  episodeOptions(command);
  machineOptions(command);
  acceptTrainingOptions(command);
  return command
    .addHelpText(
      'after',
      `
Examples:
  mann test --dataset omniglot                  the network that comes along
  mann test --dataset omniglot --preset seed    another of them, see mann models
  mann test runs/omniglot-mann-seed1
  mann test runs/omniglot-mann-seed1/checkpoint-0004000.safetensors --test-batches 100
  mann test runs/demo --dataset omniglot        trained on one data set, tested on another
  mann test runs/demo --json > result.json`,
    )
    .action(async (checkpoint: string | undefined, flags: TestFlags) => {
      process.exitCode = await runTest(checkpoint, flags);
    });
}

/** run_mann.py has one set of flags for both modes: those of training are accepted here, unseen. */
function acceptTrainingOptions(command: Command): void {
  const known = new Set(command.options.map(({ long }) => long));
  for (const option of trainingOptions(new Command()).options) {
    if (!known.has(option.long)) command.addOption(option.hideHelp());
  }
  command.addOption(new Option('--log-dir <dir>').hideHelp());
}

async function runTest(checkpoint: string | undefined, flags: TestFlags): Promise<number> {
  const { engine, recipe, data, seed } = await openTrained(checkpoint, flags);
  const display = makeDisplay(recipe);
  const interrupt = onInterrupt(() => display.note('Stopping.'));
  try {
    const episodes = data.testEpisodes(engine.config, recipe, seed, 'test');
    const batches = flags.testBatches ?? TEST_BATCHES;
    const test = await testNetwork(engine, episodes, {
      batches,
      display,
      signal: interrupt.signal,
    });
    display.done();
    const text = flags.json
      ? JSON.stringify(resultJson(engine.config, data, test))
      : resultText(engine.config, data, test);
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
