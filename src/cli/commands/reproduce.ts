import { join } from 'node:path';
import { Argument, Command } from 'commander';
import { UserError } from '../../common/errors.js';
import { quoted } from '../../common/printable.js';
import { wrappedFor } from '../display/wrapped.js';
import { experiments } from '../experiments/list.js';
import {
  type ExperimentFlags,
  experimentFolder,
  rowsOf,
  runExperiment,
} from '../experiments/run-experiment.js';
import { experimentMarkdown, experimentTable, publishedOf } from '../experiments/table.js';
import { machineOptions } from '../options/machine-options.js';
import { TEST_BATCHES } from '../options/recipe-options.js';
import { whole } from '../options/values.js';
import { EXIT } from '../process/exit.js';
import { commandLine } from '../process/invocation.js';
import { writeOutput } from '../process/write-output.js';

interface ReproduceFlags extends ExperimentFlags {
  list?: true;
  json?: true;
}

/** `mann reproduce` */
export function reproduceCommand(): Command {
  const command = new Command('reproduce')
    .summary('train and test an experiment of the paper, beside the published figures')
    .description(
      'Trains and tests the networks of one experiment and prints their results beside the published ones.\n' +
        'Ctrl-C saves; the same command goes on.',
    )
    .addArgument(new Argument('[name]', 'the experiment, see --list'))
    .optionsGroup('Experiment:')
    .option('--list', 'list the experiments')
    .option('--quick', 'a shortened form, a few minutes for each network')
    .option(
      '--row <text>',
      'only the row of this name, or else those whose name contains this text',
    )
    .option('--iterations <n>', 'batches of each network, whatever is usual', whole(1))
    .option('--data <dir>', 'the folder of Omniglot')
    .option('--seed <n>', 'random seed (default: 1)', whole(0, 2 ** 32 - 1))
    .option('--test-batches <n>', `batches of each test (default: ${TEST_BATCHES})`, whole(1))
    .option('--save-dir <dir>', 'folder for all of it (default: runs/reproduce)')
    .option('--json', 'print the results as JSON to stdout, and nothing else');
  machineOptions(command, { trains: true });
  return command
    .addHelpText(
      'after',
      `
Examples:
  mann reproduce --list
  mann reproduce strings-5 --quick
  mann reproduce strings-15 --row NTM
  mann reproduce regression --seed 2`,
    )
    .action(async (name: string | undefined, flags: ReproduceFlags) => {
      process.exitCode = await runReproduce(name, flags);
    });
}

async function runReproduce(name: string | undefined, flags: ReproduceFlags): Promise<number> {
  if (flags.list || name === undefined) {
    process.stdout.write(`${flags.json ? JSON.stringify(experiments) : listText()}\n`);
    return EXIT.ok;
  }
  const experiment = experiments.find((one) => one.name === name);
  if (!experiment) {
    const names = experiments.map((one) => one.name).join(', ');
    throw new UserError(`there is no experiment ${quoted(name)}: there are ${names}`);
  }
  if (rowsOf(experiment, flags.row).length === 0) {
    const names = experiment.rows.map((row) => row.name).join('; ');
    throw new UserError(
      `no row of ${name} is called ${quoted(flags.row ?? '')}: there are ${names}`,
    );
  }
  const { results, stopped } = await runExperiment(experiment, flags);
  if (stopped) return EXIT.interrupted;
  const folder = experimentFolder(experiment, flags);
  const json = results.map((result) => {
    const { row, measure, test, batches } = result;
    const published = publishedOf(experiment, result);
    return {
      row: row.name,
      ...(batches !== undefined && { batches }),
      [measure.name]: test.scores,
      ci95: test.ci95,
      ...(test.bound && { bound: test.bound }),
      episodes: test.episodes,
      ...(published && { published }),
    };
  });
  const output = { experiment: name, ...(flags.quick && { quick: true }), rows: json };
  await writeOutput(join(folder, 'results.json'), `${JSON.stringify(output, undefined, 1)}\n`);
  await writeOutput(
    join(folder, 'results.md'),
    `# ${name}\n\n${experiment.about}. Published: ${experiment.source}.\n\n` +
      `${experimentMarkdown(experiment, results)}\n`,
  );
  if (flags.json) process.stdout.write(`${JSON.stringify(output)}\n`);
  else {
    const title = `${experiment.about}. Published: ${experiment.source}.`;
    process.stdout.write(
      `\n${wrappedFor(process.stdout, title)}\n\n${experimentTable(experiment, results)}\n\n` +
        `Results     ${join(folder, 'results.md')}\n`,
    );
  }
  return EXIT.ok;
}

function listText(): string {
  const longest = Math.max(...experiments.map(({ name }) => name.length)) + 2;
  const lines = experiments.map(({ name, about }) =>
    wrappedFor(process.stdout, about, { indent: ' '.repeat(longest), first: name.padEnd(longest) }),
  );
  return [...lines, '', `To run one: ${commandLine(['reproduce', experiments[0]!.name])}`].join(
    '\n',
  );
}
