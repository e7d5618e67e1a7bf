import { Command } from 'commander';
import { encode } from 'fast-png';
import { modelConfig } from '../model/config.js';
import { makeRecipe } from '../training/recipe.js';
import { classSheet, episodeSheet } from './contact-sheet.js';
import { type DataFlags, dataOptions } from './data-flags.js';
import { datasetOf } from './datasets.js';
import { loadData } from './load-data.js';
import { type EpisodeFlags, episodeOptions, networkGiven, recipeGiven } from './options.js';
import { whole } from './values.js';
import { writeOutput } from './write-report.js';

interface ShowFlags extends DataFlags, EpisodeFlags {
  output?: string;
  episode?: true;
  classes?: number;
  augment?: false;
}

/** `mann data show` */
export function dataShowCommand(): Command {
  const command = new Command('show')
    .summary('a PNG picture of classes, or of one episode as the network sees it')
    .description(
      'Makes a PNG picture: a contact sheet with a class in each row, or with --episode one episode\n' +
        'of test classes, step by step, exactly as the network sees it.',
    )
    .optionsGroup('Output:')
    .option('--output <file>', 'the picture (default: drawings.png, or episode.png)')
    .option('--classes <n>', 'classes on the contact sheet (default: 20)', whole(1, 1000))
    .option('--episode', 'one episode as the network sees it')
    .option('--no-augment', 'the episode neither turned nor shifted');
  dataOptions(command);
  episodeOptions(command);
  return command
    .addHelpText(
      'after',
      `
Examples:
  mann data show
  mann data show --dataset omniglot --classes 40 --output omniglot.png
  mann data show --dataset omniglot --episode --seed 7`,
    )
    .action(runShow);
}

async function runShow(flags: ShowFlags): Promise<void> {
  const config = modelConfig(networkGiven(flags));
  const recipe = makeRecipe(recipeGiven(flags));
  const data = await loadData(flags);
  const seed = flags.seed ?? 1;
  let picture: { width: number; height: number; data: Uint8Array };
  if (flags.episode) {
    const opened = datasetOf(data, flags);
    opened.check(config, recipe);
    const one = { ...recipe, batchSize: 1 };
    picture = episodeSheet(opened.testEpisodes(config, one, seed, 'report').next(), config);
  } else {
    picture = classSheet(data, flags.classes ?? 20, seed);
  }
  const output = flags.output ?? (flags.episode ? 'episode.png' : 'drawings.png');
  await writeOutput(output, encode({ ...picture, channels: 1, depth: 8 }));
  process.stdout.write(`${output}\n`);
}
