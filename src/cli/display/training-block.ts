import colours from 'picocolors';
import { type Measure, type Scores, shownColumns } from '../../tasks/scores.js';
import { meanLength, tasksInWords } from '../../training/recipe/curriculum.js';
import type { Recipe } from '../../training/recipe/recipe.js';
import { WINDOW } from '../../training/running-statistics.js';
import type { Progress } from '../../training/trainer.js';
import { barLines } from './bar.js';
import type { Shown } from './display.js';
import { count, duration, padded } from './format.js';
import { wrapped } from './wrapped.js';

const INDENT = '  ';

/** How a training goes, as lines of at most `width` columns. */
export function trainingBlock(
  progress: Progress,
  { recipe, measure }: Pick<Shown, 'recipe' | 'measure'>,
  width: number,
): string[] {
  const { batch, batches, speed, secondsLeft, loss, scores } = progress;
  const { bold, dim } = colours;
  const text = (words: string) => wrapped(words, width, { indent: INDENT, cut: true });
  const drawings = meanLength(recipe, Math.max(0, batch - WINDOW), batch);
  const guessing = measure.guessing && drawings * measure.guessing;
  const isFlat = isNearChance(scores, measure);
  return [
    '',
    ...barLines(batch / batches, `batch ${count(batch)} of ${count(batches)}`, width),
    ...text(`${speed.toFixed(1)} batches/s, ${duration(secondsLeft)} left`),
    '',
    ...text(taskInWords(progress, recipe)),
    ...text(
      `loss ${bold(loss.toFixed(2))} ${guessing === undefined ? '' : dim(`(guessing: ${guessing.toFixed(1)})`)}`,
    ),
    '',
    ...scoreLines(scores, measure, width),
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

/** Whether the second column is no better than guessing yet: of drawings, one that has been shown once. */
function isNearChance(scores: Scores, { columns, chance }: Measure): boolean {
  const key = columns[1]?.key ?? '';
  const [score, guess] = [scores[key], chance?.[key]];
  return score !== undefined && guess !== undefined && guess > 0 && score < 1.25 * guess;
}

/** Scores by column: as many columns as fit. */
function scoreLines(scores: Scores, measure: Measure, width: number): string[] {
  const { by: head, title: body } = measure;
  const columns = shownColumns(measure);
  const title = INDENT.length + body.length;
  const cell = width >= title + 7 * columns.length ? 7 : 5;
  const widths = columns.map(({ title }) => Math.max(cell, title.length + 1));
  let end = title;
  const shown = columns.filter((_, i) => {
    end += widths[i]!;
    return end <= width;
  });
  if (shown.length === 0) return [];
  const row = (name: string, cells: readonly string[]) =>
    INDENT + name.padEnd(body.length) + cells.map((text, i) => padded(text, widths[i]!)).join('');
  return [
    colours.dim(
      row(
        head,
        shown.map(({ title }) => title),
      ),
    ),
    row(
      body,
      shown.map(({ key }) => scores[key]?.toFixed(Math.max(0, measure.digits - 1)) ?? '-'),
    ),
  ];
}
