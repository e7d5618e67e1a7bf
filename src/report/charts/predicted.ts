import { ordinal } from '../../tasks/scores.js';
import type { FunctionRecord } from '../data.js';
import type { Markup } from '../page/html.js';
import { forAllScreens, isWide, loadPlot } from './plot.js';
import { rangeOf, within } from './range.js';

/** How many deviations an error bar goes up and down. */
const BAR = 2;

/** Predicted against true values, for the points at which so many values are known. */
export function predictedChart({ values, network }: FunctionRecord, known: number): Markup {
  const { Plot, draw } = loadPlot();
  const truths = [...values].slice(known);
  const means = [...network.means].slice(known);
  const range = rangeOf([...truths, ...means], 0.15);
  const points = truths.map((truth, i) => {
    const mean = means[i]!;
    const reach = BAR * network.deviations[known + i]!;
    return {
      ...{ truth, mean: within(range, mean) },
      low: within(range, mean - reach),
      high: within(range, mean + reach),
    };
  });
  return forAllScreens((width) =>
    draw(
      {
        width,
        height: isWide(width) ? 420 : 330,
        marginTop: 30,
        marginLeft: 40,
        marginRight: 12,
        marginBottom: 42,
        x: { domain: range, ticks: 5, tickSize: 0, label: 'true value →', labelAnchor: 'right' },
        y: { domain: range, ticks: 5, tickSize: 0, label: '↑ predicted value', labelOffset: 40 },
        marks: [
          Plot.gridY({ ticks: 5, strokeOpacity: 0.12 }),
          Plot.link([range], {
            ...{ x1: (r) => r[0], y1: (r) => r[0], x2: (r) => r[1], y2: (r) => r[1] },
            strokeDasharray: '3,3',
            strokeOpacity: 0.6,
          }),
          Plot.ruleX(points, {
            ...{ x: 'truth', y1: 'low', y2: 'high', stroke: 'var(--accent)', strokeOpacity: 0.45 },
          }),
          Plot.dot(points, { x: 'truth', y: 'mean', r: 3.5, fill: 'var(--accent)' }),
        ],
      },
      `Predicted against true values of ${points.length} points after the ${ordinal(known)}, with error bars`,
    ),
  );
}
