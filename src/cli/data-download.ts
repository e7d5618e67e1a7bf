import { Command } from 'commander';
import { downloadOmniglot } from '../data/download.js';
import { loadProgress } from './display/load-progress.js';
import { EXIT } from './exit.js';
import { onInterrupt } from './interrupt.js';

interface DownloadFlags {
  data?: string;
  from?: string;
}

/** `mann data download` */
export function dataDownloadCommand(): Command {
  return new Command('download')
    .summary('fetch Omniglot from its author, 14 MB')
    .description(
      'Fetches Omniglot (14 MB) from its author and checks it. What is there already is not fetched\n' +
        'again, and a broken download goes on where it stopped.',
    )
    .optionsGroup('Options:')
    .option(
      '--data <dir>',
      'where to put it (default: the cache of this user, where it is found again)',
    )
    .option('--from <url>', 'another address of the two archives')
    .addHelpText(
      'after',
      `
Examples:
  mann data download
  mann data download --data data/omniglot`,
    )
    .action(async (flags: DownloadFlags) => {
      process.exitCode = await runDownload(flags);
    });
}

async function runDownload(flags: DownloadFlags): Promise<number> {
  const progress = loadProgress();
  const interrupt = onInterrupt(() => undefined);
  try {
    const folder = await downloadOmniglot({
      folder: flags.data,
      baseUrl: flags.from,
      signal: interrupt.signal,
      onProgress: progress.update,
    });
    progress.done();
    process.stdout.write(`${folder}\n`);
    return EXIT.ok;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    progress.done();
    process.stderr.write('Stopped. The same command goes on where it stopped.\n');
    return EXIT.interrupted;
  } finally {
    progress.done();
    interrupt.release();
  }
}
