import type { FunctionRecord, Normals } from '../data.js';
import type { Markup } from '../page/html.js';
import { forAllScreens, isWide, loadPlot } from './plot.js';
import { rangeOf, within } from './range.js';

/** How many deviations a band goes up and down. */
const BAND = 2;

/** What is predicted of a function after more and more points: a picture for each number of points. */
export function functionChart({ points, values, grid, views }: FunctionRecord): Markup {
  const { Plot, draw } = loadPlot();
  // The network's band may go far beyond what there is to see.
  const range = rangeOf(
    [...values, ...views.flatMap(({ exact, network }) => [...ends(exact), ...network.means])],
    0.04,
  );
  const bands = (normals: Normals, panel: object) =>
    [...grid].map((x, i) => {
      const [mean, reach] = [normals.means[i]!, BAND * normals.deviations[i]!];
      return {
        ...panel,
        x,
        mean: within(range, mean),
        low: within(range, mean - reach),
        high: within(range, mean + reach),
      };
    });
  const [left, right] = [grid[0]!, grid.at(-1)!];
  // those at the ends would touch those of the next picture
  const inner = [0.25, 0.5, 0.75].map((share) => left + share * (right - left));
  const short = (x: number) => String(x).replace('-', '−');
  const label = `A function as the network and the exact process predict it after ${views.map(({ known }) => known).join(', ')} points`;
  return forAllScreens((width) => {
    const columns = Math.min(isWide(width) ? 3 : 2, views.length);
    const rows = Math.ceil(views.length / columns);
    const panels = views.map((view, i) => ({
      ...view,
      panel: { column: i % columns, row: Math.floor(i / columns) },
    }));
    const network = panels.flatMap(({ network, panel }) => bands(network, panel));
    const exact = panels.flatMap(({ exact, panel }) => bands(exact, panel));
    const observed = panels.flatMap(({ known, panel }) =>
      Array.from({ length: known }, (_, t) => ({ ...panel, x: points[t]!, y: values[t]! })),
    );
    const titles = panels.map(({ known, panel }) => ({
      ...panel,
      text: `after ${known} ${known === 1 ? 'point' : 'points'}`,
    }));
    const facet = { fx: 'column', fy: 'row' } as const;
    const dashed = { ...facet, x: 'x', stroke: 'currentColor', strokeDasharray: '3,3' } as const;
    return draw(
      {
        width,
        height: rows * (isWide(width) ? 190 : 165) + 40,
        marginTop: 22,
        marginLeft: 32,
        marginRight: 6,
        marginBottom: 26,
        x: { domain: [left, right], ticks: inner, tickFormat: short, tickSize: 0, label: null },
        y: { domain: range, ticks: 4, tickSize: 0, label: null },
        fx: { axis: null, padding: 0.1 },
        fy: { axis: null, padding: 0.14 },
        marks: [
          Plot.gridY({ ticks: 4, strokeOpacity: 0.12 }),
          Plot.areaY(network, {
            ...facet,
            ...{ x: 'x', y1: 'low', y2: 'high', fill: 'var(--accent)', fillOpacity: 0.2 },
          }),
          Plot.lineY(exact, { ...dashed, y: 'low', strokeOpacity: 0.6 }),
          Plot.lineY(exact, { ...dashed, y: 'high', strokeOpacity: 0.6 }),
          Plot.lineY(exact, { ...dashed, y: 'mean', strokeOpacity: 0.6 }),
          Plot.lineY(network, {
            ...facet,
            x: 'x',
            y: 'mean',
            stroke: 'var(--accent)',
            strokeWidth: 1.75,
          }),
          Plot.dot(observed, {
            ...facet,
            ...{ x: 'x', y: 'y', r: 2.8, fill: 'var(--ink)', stroke: 'var(--paper)' },
          }),
          Plot.text(titles, {
            ...facet,
            ...{ text: 'text', frameAnchor: 'top-left', dy: -15, fillOpacity: 0.75 },
          }),
        ],
      },
      label,
    );
  });
}

function ends({ means, deviations }: Normals): number[] {
  return [...means].flatMap((mean, i) => [
    mean - BAND * deviations[i]!,
    mean + BAND * deviations[i]!,
  ]);
}
