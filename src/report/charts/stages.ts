import type { Markish, PlotOptions } from '@observablehq/plot';
import { tasksInWords } from '../../training/recipe/curriculum.js';
import type { Recipe } from '../../training/recipe/recipe.js';
import type { CurvePoint } from '../data.js';
import type { loadPlot } from './plot.js';
import type { Range } from './range.js';

/** The stages of a training in batches, the full task last; none of a task without classes, which has no easier ones. */
export function stagesOf(recipe: Recipe) {
  if (recipe.numClasses === 0) return [];
  let from = 0;
  const stages = recipe.curriculum.map(({ batches, tasks }, i) => {
    const to = from + batches;
    const stage = { from, to, tasks: tasksInWords(tasks), shade: i % 2 ? 0.045 : 0.085 };
    from = to;
    return stage;
  });
  const tasks = tasksInWords([{ classes: recipe.numClasses, length: recipe.episodeLength }]);
  return [...stages, { from, to: Math.max(from, recipe.iterations), tasks, shade: 0 }];
}

export type Stages = ReturnType<typeof stagesOf>;

/** What the charts over a training are drawn from. */
export interface CurveChart {
  readonly curve: readonly CurvePoint[];
  readonly stages: Stages;
  /** Batches of the whole training. */
  readonly end: number;
  common(width: number): PlotOptions;
}

/** All stages but the last, shaded from the bottom to the top of a chart. */
export function shading(
  { Plot }: ReturnType<typeof loadPlot>,
  stages: Stages,
  [low, high]: Range,
): Markish {
  return Plot.rect(stages.slice(0, -1), {
    x1: 'from',
    x2: 'to',
    y1: () => low,
    y2: () => high,
    fill: 'currentColor',
    fillOpacity: (stage) => stage.shade,
  });
}

/** Their names above a chart of so many batches, where there is room. */
export function stageNames(
  { Plot }: ReturnType<typeof loadPlot>,
  stages: Stages,
  { end, width, top }: { readonly end: number; readonly width: number; readonly top: number },
): Markish {
  return Plot.text(
    stages.filter((s) => ((s.to - s.from) / end) * width > 8 * s.tasks.length),
    {
      x: (s) => (s.from + s.to) / 2,
      y: () => top,
      text: 'tasks',
      dy: -8,
      fillOpacity: 0.7,
    },
  );
}
