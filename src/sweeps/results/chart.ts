/** The chart of a sweep: what each configuration scored, over its seeds. */
import { loadPlot } from '../../report/charts/plot.js';
import { type Range, rangeOf, within } from '../../report/charts/range.js';
import { columnInWords, headline, measureOf, type RunResult } from '../result.js';
import type { PlannedRun } from '../run.js';
import type { Summary } from './summary.js';

/** Configurations that fit on a chart: those with the best means. */
const MOST = 60;
const ROW = 22;
/** Pixels of a letter. */
const LETTER = 7;
const LONGEST_LABEL = 44;

/**
 * Of one test: a dot for each run, a stroke and a line for the mean of a configuration and its 95% interval.
 * @returns the text of an SVG file, undefined where no run of the test is done
 */
export function sweepChart(
  runs: readonly PlannedRun[],
  results: ReadonlyMap<string, RunResult>,
  { groups }: Summary,
  test: string,
): string | undefined {
  const tested = groups.flatMap(({ group, tests }) => {
    const summary = tests[test];
    if (!summary) return [];
    const column = headline(Object.keys(summary.scores));
    const spread = summary.scores[column];
    return spread ? [{ group, column, measure: summary.measure, ...spread }] : [];
  });
  const first = tested[0];
  if (!first) return undefined;
  const isCut = tested.length > MOST;
  const shown = isCut ? [...tested].sort((a, b) => b.mean - a.mean).slice(0, MOST) : tested;
  const names = new Map(shown.map(({ group }) => [group, labelOf(group)]));
  const dots = runs.flatMap(({ name, group }) => {
    const result = results.get(name);
    const figures = result?.status === 'done' ? result.figures[test] : undefined;
    const score = figures && measureOf(figures).scores[first.column];
    return score !== undefined && names.has(group) ? [{ group, score }] : [];
  });
  const reaches = shown.flatMap(({ mean, ci95 = 0 }) => [mean - ci95, mean + ci95]);
  const most = rangeOf([...dots.map(({ score }) => score), ...reaches]);
  const range: Range =
    first.measure === 'accuracy' ? [within([0, 100], most[0]), within([0, 100], most[1])] : most;
  const means = shown.map(({ group, mean, ci95 = 0 }) => ({
    ...{ group, mean },
    ...{ low: within(range, mean - ci95), high: within(range, mean + ci95) },
  }));
  const longest = Math.max(...[...names.values()].map(({ length }) => length));
  const title = `${columnInWords(first.measure, first.column)} (${test})`;
  const { Plot, draw } = loadPlot();
  const svg = draw(
    {
      width: 720,
      height: 70 + ROW * shown.length,
      marginTop: 20,
      marginLeft: 20 + LETTER * longest,
      marginRight: 24,
      marginBottom: 44,
      style: { fontSize: '12px', background: 'white', color: '#222' },
      x: { domain: range, label: `${title} →`, labelAnchor: 'right', grid: true, tickSize: 0 },
      y: {
        domain: [...names.keys()],
        label: null,
        tickFormat: (group: string) => names.get(group) ?? group,
        tickSize: 0,
      },
      marks: [
        Plot.ruleY(means, {
          ...{ y: 'group', x1: 'low', x2: 'high' },
          ...{ stroke: '#1d6fb8', strokeWidth: 2 },
        }),
        Plot.tickX(means, { y: 'group', x: 'mean', stroke: '#1d6fb8', strokeWidth: 2, inset: 3 }),
        Plot.dot(dots, {
          ...{ y: 'group', x: 'score', r: 3.5 },
          ...{ fill: '#c2571a', fillOpacity: 0.75 },
        }),
      ],
    },
    // No names: they would have to be escaped once more, for attributes.
    `${title}: ${shown.length} configurations`,
  );
  return `${String(svg).replace(/^<svg /, '<svg xmlns="http://www.w3.org/2000/svg" ')}\n`;
}

function labelOf(group: string): string {
  return group.length > LONGEST_LABEL ? `${group.slice(0, LONGEST_LABEL - 1)}…` : group;
}
