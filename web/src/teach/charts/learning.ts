import type { Run } from '../runs/run.js';
import type { Panel } from './panels.js';
import { DASHES, type Theme } from './theme.js';
import { ticksTo } from './ticks.js';

/** The instances that have a chart of their own. */
export const INSTANCES = ['1', '2', '5', '10'] as const;
export const ORDINALS = { 1: '1st', 2: '2nd', 5: '5th', 10: '10th' } as const;

/** Accuracy by instance over the episodes of training, a panel for each instance. */
export function learningPanels(runs: readonly Run[], { runs: colours }: Theme): Panel[] {
  const to = Math.max(...runs.map(({ settings }) => settings.batches * settings.batch), 1);
  const chance = chanceOf(runs);
  return INSTANCES.map((instance) => ({
    title: `${ORDINALS[instance]} instance`,
    ...{ from: 0, to, ticks: ticksTo(to), under: 'episodes' },
    ...(chance !== undefined && {
      chance: [
        { x: 0, y: chance },
        { x: to, y: chance },
      ],
    }),
    lines: runs.map(({ place, points }) => ({
      colour: colours[place]!,
      dash: DASHES[place]!,
      points: points
        .filter(({ accuracy }) => accuracy[instance] !== undefined)
        .map(({ episodes, accuracy }) => ({ x: episodes, y: accuracy[instance]! })),
    })),
  }));
}

/** Percent; undefined where runs have different tasks, or none. */
function chanceOf(runs: readonly Run[]): number | undefined {
  const all = new Set(
    runs.map(({ settings: { labels, classes } }) => (labels === 'strings' ? 0 : 100 / classes)),
  );
  return all.size === 1 ? [...all][0] : undefined;
}
