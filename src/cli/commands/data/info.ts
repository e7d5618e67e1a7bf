import { Command } from 'commander';
import { printable } from '../../../common/printable.js';
import { dataInfo } from '../../../data/open.js';
import { splitClasses } from '../../../data/splits.js';
import { count } from '../../display/format.js';
import { type DataFlags, dataOptions } from '../../options/data-options.js';
import { loadData } from '../../tasks/load-data.js';

interface InfoFlags extends DataFlags {
  json?: true;
}

/** `mann data info` */
export function dataInfoCommand(): Command {
  const command = new Command('info')
    .summary('describe a data set and its split')
    .description(
      'Describes a data set: classes, drawings, and the split into training and test classes.',
    )
    .optionsGroup('Output:')
    .option('--json', 'print JSON with the names of all classes');
  return dataOptions(command, { splitOnly: true })
    .addHelpText(
      'after',
      `
Examples:
  mann data info --dataset omniglot --split alphabets
  mann data info --dataset path/to/folders --json`,
    )
    .action(runInfo);
}

async function runInfo(flags: InfoFlags): Promise<void> {
  const data = await loadData(flags);
  const split = splitClasses(data, flags.split ?? 'random');
  const info = dataInfo(data, split);
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(info)}\n`);
    return;
  }
  const counts = data.classes.map((one) => one.count).sort((a, b) => a - b);
  const [fewest, most] = [counts[0], counts.at(-1)];
  const lines = {
    'Data set': info.name,
    Classes: count(data.classes.length),
    Drawings: `${count(info.drawings)}, ${fewest === most ? fewest : `${fewest} to ${most}`} of each class`,
    Split: `${flags.split ?? 'random'}: ${count(split.train.length)} classes to train on, ${count(split.test.length)} to test on`,
    Examples: info.splits.test.slice(0, 3).join(', '),
    Digest: info.digest,
  };
  for (const [title, text] of Object.entries(lines)) {
    process.stdout.write(`${title.padEnd(10)}${printable(text)}\n`);
  }
}
