import { Command } from 'commander';
import { downloadOmniglot } from '../../../data/omniglot/download.js';
import { loadProgress } from '../../display/load-progress.js';
import { say } from '../../display/wrapped.js';
import { EXIT } from '../../process/exit.js';
import { onInterrupt } from '../../process/interrupt.js';

interface DownloadFlags {
  data?: string;
  from?: string;
}

/** `mann data download` */
export function dataDownloadCommand(): Command {
  return new Command('download')
    .summary('download Omniglot (14 MB) from its author')
    .description(
      'Downloads Omniglot (14 MB) from its author and verifies it. Files that are there already are ' +
        'kept, and an interrupted download resumes where it stopped.',
    )
    .optionsGroup('Options:')
    .option('--data <dir>', 'folder to download to (default: the cache of this user)')
    .option('--from <url>', 'another address for the two archives')
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
    say('Stopped. Run the same command again to resume.');
    return EXIT.interrupted;
  } finally {
    progress.done();
    interrupt.release();
  }
}
