import colours from 'picocolors';
import { meanLength, tasksInWords } from '../../training/curriculum.js';
import { chance, ordinal, TABLE_INSTANCES } from '../../training/metrics.js';
import type { Recipe } from '../../training/recipe.js';
import { WINDOW } from '../../training/running-statistics.js';
import type { Progress } from '../../training/trainer.js';
import { barLines } from './bar.js';
import { count, duration } from './format.js';
import { wrapped } from './wrapped.js';

const INDENT = '  ';

/** How a training goes, as lines of at most `width` columns. */
export function trainingBlock(progress: Progress, recipe: Recipe, width: number): string[] {
  const { batch, batches, speed, secondsLeft, loss, accuracy } = progress;
  const { bold, dim } = colours;
  const text = (words: string) => wrapped(words, width, { indent: INDENT, cut: true });
  const drawings = meanLength(recipe, Math.max(0, batch - WINDOW), batch);
  const guessing = drawings * Math.log(recipe.numClasses);
  const isFlat = accuracy[2] !== undefined && accuracy[2] < 1.25 * chance(recipe.numClasses);
  return [
    '',
    ...barLines(batch / batches, `batch ${count(batch)} of ${count(batches)}`, width),
    ...text(`${speed.toFixed(1)} batches/s, ${duration(secondsLeft)} left`),
    '',
    ...text(taskInWords(progress, recipe)),
    ...text(`loss ${bold(loss.toFixed(2))} ${dim(`(guessing: ${guessing.toFixed(1)})`)}`),
    '',
    ...accuracyLines(accuracy, width),
    '',
    ...(isFlat
      ? text('Still near chance. This is normal: accuracy stays flat at first, then rises quickly.')
      : []
    ).map(dim),
    ...text('Ctrl-C saves and stops.').map(dim),
  ];
}

function taskInWords({ position }: Progress, recipe: Recipe): string {
  const stages = recipe.curriculum.length + 1;
  const tasks = recipe.curriculum[position.stage]?.tasks ?? [position];
  const task = `episodes of ${tasksInWords(tasks)} (classes × drawings)`;
  return stages > 1 ? `stage ${position.stage + 1} of ${stages}: ${task}` : task;
}

/** Accuracy by instance: as many instances as fit. */
function accuracyLines(accuracy: Progress['accuracy'], width: number): string[] {
  const [head, body] = ['instance', 'accuracy, %'] as const;
  const title = INDENT.length + body.length;
  const cell = width >= title + 7 * TABLE_INSTANCES.length ? 7 : 5;
  const shown = TABLE_INSTANCES.slice(0, Math.max(0, Math.floor((width - title) / cell)));
  if (shown.length === 0) return [];
  const row = (name: string, cells: readonly string[]) =>
    INDENT + name.padEnd(body.length) + cells.map((text) => text.padStart(cell)).join('');
  return [
    colours.dim(row(head, shown.map(ordinal))),
    row(
      body,
      shown.map((i) => accuracy[i]?.toFixed(0) ?? '-'),
    ),
  ];
}
