import { Command } from 'commander';
import { printable } from '../../../common/printable.js';
import { Random } from '../../../common/random.js';
import { isWritable } from '../../../data/sheet/font.js';
import { classSheet, episodeSheet } from '../../../data/sheet/sheet.js';
import { modelConfig } from '../../../model/config.js';
import { makeRecipe } from '../../../training/recipe/recipe.js';
import { type DataFlags, dataOptions } from '../../options/data-options.js';
import { networkGiven } from '../../options/network-options.js';
import {
  augmentOption,
  type EpisodeFlags,
  episodeOptions,
  recipeGiven,
} from '../../options/recipe-options.js';
import { whole } from '../../options/values.js';
import { writeOutput } from '../../process/write-output.js';
import { drawingsOf } from '../../tasks/drawings.js';
import { loadData } from '../../tasks/load-data.js';

/** Drawings of a class at most on a sheet. */
const COLUMNS = 20;

interface ShowFlags extends DataFlags, EpisodeFlags {
  output?: string;
  episode?: true;
  classes?: number;
  augment?: boolean;
}

/** `mann data show` */
export function dataShowCommand(): Command {
  const command = new Command('show')
    .summary('draw classes, or one episode as the network sees it, as a PNG picture')
    .description(
      'Draws a PNG picture: a contact sheet with one named class in each row, or with --episode one ' +
        'episode of test classes, step by step, as the network gets it.',
    )
    .optionsGroup('Output:')
    .option('--output <file>', 'the picture to write (default: drawings.png, or episode.png)')
    .option('--classes <n>', 'classes on the contact sheet (default: 20)', whole(1, 1000))
    .option('--episode', 'draw one episode as the network gets it');

  augmentOption(command, 'the episode without rotations and shifts');
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
  let picture: Uint8Array;
  if (flags.episode) {
    const opened = drawingsOf(data, flags);
    opened.check(config, recipe);
    const one = { ...recipe, batchSize: 1 };
    const batch = opened.testEpisodes(config, one, seed, 'report').next();
    const { inputHeight, inputWidth, numClasses } = config;
    picture = episodeSheet(batch, 0, inputHeight, inputWidth, numClasses);
  } else {
    const rows = Math.min(flags.classes ?? 20, data.classes.length);
    const sample = new Random(seed, 'contact sheet').sample(data.classes.length, rows);
    const shown = sample.sort((a, b) => a - b);
    const most = Math.max(...shown.map((i) => data.classes[i]!.count));
    picture = classSheet(data, shown, Math.min(COLUMNS, most));
    shown.forEach((index, row) => {
      const { name } = data.classes[index]!;
      if (!isWritable(name)) process.stderr.write(`Row ${row + 1}: ${printable(name)}\n`);
    });
  }
  const output = flags.output ?? (flags.episode ? 'episode.png' : 'drawings.png');
  await writeOutput(output, picture);
  process.stdout.write(`${output}\n`);
}
