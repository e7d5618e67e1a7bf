import { join } from 'node:path';
import { Command } from 'commander';
import { UserError } from '../../common/errors.js';
import { renderEpisodeStrip } from '../../report/index.js';
import { makeDisplay } from '../display/make-display.js';
import { testNetwork } from '../networks/testing.js';
import { openTrained, type TrainedFlags } from '../networks/trained.js';
import { dataOptions } from '../options/data-options.js';
import { machineOptions } from '../options/machine-options.js';
import { TEST_BATCHES } from '../options/recipe-options.js';
import { taskOptions } from '../options/task-options.js';
import { whole } from '../options/values.js';
import { checkOutput, writeOutput } from '../process/write-output.js';
import { drawingsEpisode } from '../report/episode.js';
import { writeReport } from '../report/write-report.js';

interface ReportFlags extends TrainedFlags {
  output?: string;
  strip?: string;
  stripCount?: number;
  testBatches?: number;
}

/** `mann report` */
export function reportCommand(): Command {
  const command = new Command('report')
    .summary('write the HTML report of a trained network, or a picture of one episode')
    .description('Tests a trained network and writes its HTML report, or draws one test episode.')
    .argument('<checkpoint>', 'a checkpoint file or a run folder')
    .optionsGroup('Output:')
    .option('--output <file>', 'the report (default: report.html beside the checkpoint)')
    .option('--strip <file>', 'instead of a report, draw one test episode as an SVG picture')
    .option('--strip-count <n>', 'drawings in that picture (default: the whole episode)', whole(1))
    .option('--test-batches <n>', `batches to test (default: ${TEST_BATCHES})`, whole(1));
  taskOptions(command, { trained: true });
  dataOptions(command, { trained: true });
  machineOptions(command);
  return command
    .addHelpText(
      'after',
      `
Examples:
  mann report runs/omniglot-mann-seed1
  mann report runs/omniglot-mann-seed1 --strip episode.svg --strip-count 30`,
    )
    .action(runReport);
}

async function runReport(checkpoint: string, flags: ReportFlags): Promise<void> {
  const trained = await openTrained(checkpoint, flags);
  const { engine, recipe, task, seed, folder } = trained;
  try {
    if (flags.strip !== undefined) {
      const count = flags.stripCount;
      const options = count === undefined ? {} : { count };
      const episode = drawingsEpisode(trained);
      if (!episode) {
        throw new UserError(
          `--strip draws an episode of drawings, and ${trained.path} was trained on another task (${task.name}): leave it out to write the report`,
        );
      }
      await writeOutput(flags.strip, renderEpisodeStrip(episode, options));
      process.stdout.write(`${flags.strip}\n`);
      return;
    }
    const output = flags.output ?? join(folder, 'report.html');
    await checkOutput(output);
    const episodes = task.testEpisodes(engine.config, recipe, seed, 'test');
    const display = makeDisplay({ recipe, measure: episodes.measure, unseen: task.unseen });
    const batches = flags.testBatches ?? TEST_BATCHES;
    const test = await testNetwork(engine, episodes, {
      batches,
      display,
      keepMemory: recipe.keepMemory,
    });
    display.done();
    await writeReport(output, { ...trained, test, logDir: folder });
    process.stdout.write(`${output}\n`);
  } finally {
    await engine.dispose();
  }
}
