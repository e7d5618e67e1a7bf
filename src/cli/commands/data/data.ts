import { Command } from 'commander';
import { dataDownloadCommand } from './download.js';
import { dataInfoCommand } from './info.js';
import { dataShowCommand } from './show.js';

/** `mann data` */
export function dataCommand(): Command {
  return new Command('data')
    .summary('describe, draw or download a data set')
    .description('Describes, draws or downloads a data set.')
    .addCommand(dataInfoCommand())
    .addCommand(dataShowCommand())
    .addCommand(dataDownloadCommand())
    .addHelpText(
      'after',
      `
Examples:
  mann data info
  mann data show --dataset omniglot
  mann data download`,
    );
}
