import type { Measure } from '../../tasks/scores.js';
import type { TestResult } from '../data.js';
import type { Markup } from '../page/html.js';
import { fixed } from '../page/numbers.js';
import { shortTitle } from './columns.js';
import { forAllScreens, isWide, loadPlot } from './plot.js';
import { isPercent, rangeOfScores, within } from './range.js';

/** What the chart of scores says beside its numbers. */
export interface ScoresInWords {
  /** What it shows: `Accuracy by instance`. */
  readonly label: string;
  /** What its columns are: `instance (nth time of a class in the episode)`. */
  readonly columns: string;
}

/** The scores of a test with their intervals, by column, between chance and the upper bound. */
export function scoresChart(measure: Measure, test: TestResult, words: ScoresInWords): Markup {
  const { Plot, draw } = loadPlot();
  const { columns, digits, bound = test.bound } = measure;
  const unit = isPercent(measure) ? '%' : '';
  const all = columns.flatMap(({ key, title }, i) => {
    const [score, best] = [test.scores[key], bound?.[key]];
    if (score === undefined || !Number.isFinite(score)) return [];
    return [{ at: i + 1, title, score, reach: test.ci95[key] ?? 0, best }];
  });
  const chances = [...new Set(Object.values(measure.chance ?? {}))];
  const range = rangeOfScores(measure, [
    ...all.flatMap(({ score, reach, best = score }) => [score - reach, score + reach, best]),
    ...chances,
  ]);
  const points = all.map((point) => ({
    ...point,
    low: within(range, point.score - point.reach),
    high: within(range, point.score + point.reach),
  }));
  const end = columns.length + 0.4;
  // What is written under a line or dot goes above it where the axis is near.
  const isNearAxis = (score: number) => score - range[0] < 0.06 * (range[1] - range[0]);
  const label = points.map((p) => `${p.title} ${fixed(p.score, digits)}${unit}`).join(', ');
  return forAllScreens((width) =>
    draw(
      {
        width,
        height: isWide(width) ? 330 : 290,
        marginTop: 34,
        marginLeft: 40,
        marginRight: 8,
        marginBottom: 46,
        x: {
          domain: [0.6, end],
          ticks: columns.map((_, i) => i + 1),
          tickFormat: (i: number) =>
            isWide(width) ? columns[i - 1]!.title : shortTitle(columns[i - 1]!),
          label: `${words.columns} →`,
          labelAnchor: 'right',
          tickSize: 0,
        },
        y: { domain: range, ticks: 5, label: `↑ ${measure.title}`, tickSize: 0, labelOffset: 40 },
        marks: [
          Plot.gridY({ ticks: 5, strokeOpacity: 0.12 }),
          Plot.ruleY(chances, { stroke: 'currentColor', strokeDasharray: '2,4' }),
          ...chances.map((chance) =>
            Plot.text(['chance'], {
              x: () => end,
              y: () => chance,
              text: (name: string) => name,
              dy: isNearAxis(chance) ? -9 : 9,
              textAnchor: 'end',
              fillOpacity: 0.7,
            }),
          ),
          Plot.link(
            points.filter(({ best }) => best !== undefined),
            {
              x1: (p) => p.at - 0.3,
              x2: (p) => p.at + 0.3,
              y1: 'best',
              y2: 'best',
              strokeOpacity: 0.45,
            },
          ),
          Plot.lineY(points, {
            x: 'at',
            y: 'score',
            stroke: 'var(--accent)',
            strokeOpacity: 0.35,
          }),
          Plot.ruleX(points, {
            x: 'at',
            y1: 'low',
            y2: 'high',
            stroke: 'var(--accent)',
            strokeWidth: 2,
          }),
          Plot.dot(points, { x: 'at', y: 'score', r: 4, fill: 'var(--accent)' }),
          ...[true, false].map((isAbove) =>
            Plot.text(
              points.filter(({ low }) => isNearAxis(low) === isAbove),
              {
                x: 'at',
                y: isAbove ? 'high' : 'low',
                text: (p) => fixed(p.score, digits - 1),
                dy: isAbove ? -12 : 13,
                fill: 'currentColor',
                stroke: 'var(--paper)',
                strokeWidth: 4,
              },
            ),
          ),
        ],
      },
      `${words.label}: ${label}`,
    ),
  );
}
