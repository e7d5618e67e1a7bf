/** The drawings that a command works on, as a task. */
import { UserError } from '../../common/errors.js';
import { printable } from '../../common/printable.js';
import type { DataSet } from '../../data/drawings.js';
import type { SplitKind } from '../../data/splits.js';
import { drawingsTask } from '../../tasks/classification/drawings.js';
import type { EpisodeBatch } from '../../tasks/classification/episodes.js';
import { makeRecipe } from '../../training/recipe/recipe.js';
import { count } from '../display/format.js';
import type { DataFlags } from '../options/data-options.js';
import { loadData } from './load-data.js';
import type { OpenTask } from './open-task.js';

/** A data set, split. */
export interface OpenDrawings extends OpenTask<EpisodeBatch> {
  readonly split: SplitKind;
  readonly trainClasses: number;
  readonly testClasses: number;
}

/** Loads the data set that is asked for, and splits it. */
export async function openDrawings(flags: DataFlags): Promise<OpenDrawings> {
  return drawingsOf(await loadData(flags), flags);
}

/** Splits a data set. */
export function drawingsOf(data: DataSet, flags: DataFlags): OpenDrawings {
  const holdOut = flags.holdOut || undefined; // 0: none
  const task = drawingsTask(data, { split: flags.split, holdOut, labels: flags.labels });
  const { split } = task;
  const [trainClasses, testClasses] = [task.train.length, task.test.length];
  const fewestDrawings = Math.min(...data.classes.map(({ count }) => count));
  const name = printable(data.name);
  return {
    ...task,
    ...{ trainClasses, testClasses },
    about: `${name}, ${split} split: ${count(trainClasses)} classes to train on, ${count(testClasses)} to test on`,
    trained: `${count(trainClasses)} classes of ${name} (${split} split)`,
    unseen: 'unseen classes',
    tested:
      `${count(testClasses)} unseen classes of ${name} ` +
      `(${split} split${holdOut ? ', held out from training' : ''})`,
    facts: {
      ...{ dataset: data.name, split, classes: testClasses, heldOut: holdOut !== undefined },
      ...(flags.labels === 'strings' && { labels: flags.labels }),
    },
    flags: [
      ...['--dataset', data.name],
      ...(flags.labels === 'strings' ? ['--labels', flags.labels] : []),
      ...(split === 'random' ? [] : ['--split', split]),
      ...(holdOut === undefined ? [] : ['--hold-out', String(holdOut)]),
      ...(flags.data === undefined ? [] : ['--data', flags.data]),
    ],
    episodeInWords: ({ episodeLength, numClasses, distractors }) =>
      `${count(episodeLength)} drawings of ${numClasses} ${numClasses === 1 ? 'class' : 'classes'}` +
      (distractors > 0 ? ` and ${distractors} without a label` : '') +
      (flags.labels === 'strings' ? ', labels as strings' : ''),
    usual: { network: {}, recipe: {} },
    fitted(asked) {
      const usual = makeRecipe();
      const most = Math.min(trainClasses, testClasses, usual.numClasses);
      if (asked.numClasses === undefined && most < 2 && holdOut !== undefined) {
        throw new UserError(
          `--hold-out ${holdOut} leaves ${trainClasses} classes to train on and ${testClasses} to test on, and at ` +
            'least two of both are needed: hold out another number',
        );
      }
      if (asked.numClasses === undefined && most < 2) {
        throw new UserError(
          `${data.name} has ${trainClasses} classes to train on and ${testClasses} to test on, and at least two of both ` +
            'are needed: add classes, six in all or more (to tell apart those that are there: mann classify)',
        );
      }
      const numClasses = asked.numClasses ?? most;
      const { episodeLength } = makeRecipe({ numClasses });
      const drawings = numClasses * Math.max(fewestDrawings, 2);
      return { numClasses, episodeLength: Math.min(episodeLength, drawings) };
    },
    check(config, recipe) {
      task.trainingEpisodes(config, recipe, 0);
      task.testEpisodes(config, recipe, 0, 'test');
    },
  };
}
