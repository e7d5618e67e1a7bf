/** The learning curve: scores over training, and the loss under them; stages of the curriculum are shaded. */
import type { PlotOptions } from '@observablehq/plot';
import type { Column, Measure } from '../../tasks/scores.js';
import type { Recipe } from '../../training/recipe/recipe.js';
import type { CurvePoint } from '../data.js';
import { html, type Markup } from '../page/html.js';
import { fixed } from '../page/numbers.js';
import { spread } from './labels.js';
import { type LossInWords, lossChart } from './loss.js';
import { forAllScreens, isWide, loadPlot } from './plot.js';
import { isPercent, type Range, rangeOf, within } from './range.js';
import { type CurveChart, shading, stageNames, stagesOf } from './stages.js';

/** The colours of lines, CSS variables each: so many columns can be drawn. */
const COLOURS = ['var(--i1)', 'var(--i2)', 'var(--i3)', 'var(--i5)', 'var(--i10)'] as const;
export const MOST_LINES = COLOURS.length;

/** More points than these are no longer seen. */
const MOST_POINTS = 500;

export interface CurveInWords {
  /** What it shows: `Accuracy during training`. */
  readonly label: string;
  /** The columns that are drawn, {@link MOST_LINES} at most. */
  readonly columns: readonly Column[];
  readonly loss: LossInWords;
}

/** Both charts. */
export function learningCurve(
  points: readonly CurvePoint[],
  recipe: Recipe,
  measure: Measure,
  words: CurveInWords,
): Markup {
  const curve = thinned(points);
  const stages = stagesOf(recipe);
  const end = Math.max(recipe.iterations, curve.at(-1)?.batch ?? 0);
  const columns = words.columns
    .map((column, i) => ({ ...column, colour: COLOURS[i]! }))
    .filter(({ key }) => curve.some(({ scores }) => scores[key] !== undefined));
  const room = Math.max(0, ...columns.map(({ title }) => title.length)) > 5 ? 62 : 44;
  const common = (width: number): PlotOptions => ({
    width,
    marginLeft: 40,
    marginRight: room,
    x: {
      domain: [0, end],
      ticks: isWide(width) ? 8 : 4,
      tickSize: 0,
      label: null,
    },
  });
  const chart = { curve, stages, end, common };
  return html`${scoreLines({ ...chart, measure, columns, label: words.label })}${lossChart(chart, words.loss)}`;
}

function scoreLines({
  curve,
  stages,
  end,
  common,
  measure,
  columns,
  label,
}: CurveChart & {
  readonly measure: Measure;
  readonly columns: readonly (Column & { readonly colour: string })[];
  readonly label: string;
}): Markup {
  const plot = loadPlot();
  const { Plot, draw } = plot;
  const all = curve.flatMap(({ batch, scores }) =>
    columns
      .filter(({ key }) => scores[key] !== undefined)
      .map(({ key, title }) => ({ batch, column: title, score: scores[key]! })),
  );
  const range = rangeOfLines(
    measure,
    all.map(({ score }) => score),
  );
  const lines = all.map((point) => ({ ...point, score: within(range, point.score) }));
  const ends = columns.flatMap(({ title }) => {
    const last = all.findLast(({ column }) => column === title);
    return last
      ? [{ title, batch: last.batch, score: last.score, at: within(range, last.score) }]
      : [];
  });
  const said = ends
    .map(({ title, score }) =>
      isPercent(measure)
        ? `${title} ${score.toFixed(0)}%`
        : `${title} ${fixed(score, measure.digits)}`,
    )
    .join(', ');
  return forAllScreens((width) => {
    const height = isWide(width) ? 340 : 300;
    const names = spread(ends, (14 / (height - 55)) * (range[1] - range[0]), range);
    return draw(
      {
        ...common(width),
        height,
        marginTop: 30,
        marginBottom: 25,
        y: { domain: range, ticks: 5, label: `↑ ${measure.title}`, tickSize: 0, labelOffset: 40 },
        color: {
          type: 'ordinal',
          domain: columns.map(({ title }) => title),
          range: columns.map(({ colour }) => colour),
        },
        marks: [
          shading(plot, stages, range),
          stageNames(plot, stages, { end, width, top: range[1] }),
          Plot.gridY({ ticks: 5, strokeOpacity: 0.12 }),
          Plot.ruleY([...new Set(Object.values(measure.chance ?? {}))], { strokeDasharray: '2,4' }),
          Plot.lineY(lines, {
            x: 'batch',
            y: 'score',
            stroke: 'column',
            strokeWidth: 1.75,
          }),
          Plot.text(names, {
            x: 'batch',
            y: 'at',
            text: 'title',
            fill: 'title',
            textAnchor: 'start',
            fontWeight: 600,
            dx: 7,
          }),
        ],
      },
      `${label}${said && `, at its end ${said}`}`,
    );
  });
}

/** A few of the lowest scores may lie below the chart: training can begin far from where it ends. */
function rangeOfLines(measure: Measure, scores: readonly number[]): Range {
  if (isPercent(measure)) return [0, 100];
  const sorted = scores.filter(Number.isFinite).sort((a, b) => a - b);
  return rangeOf(sorted.slice(Math.floor(sorted.length / 50)));
}

/** Every so many points, and always the last. */
function thinned(points: readonly CurvePoint[]): CurvePoint[] {
  const step = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, i) => (points.length - 1 - i) % step === 0);
}
