import type { CurvePoint } from '../data.js';
import type { Markup } from '../page/html.js';
import { fixed } from '../page/numbers.js';
import { forAllScreens, loadPlot } from './plot.js';
import { type Range, rangeOf, within } from './range.js';
import { type CurveChart, shading } from './stages.js';

/** What the loss is shown of. */
export interface LossInWords {
  /** `drawing`, `point` or `bit`. */
  readonly unit: string;
  /** The loss of each, when guessing, in nats. */
  readonly guessing?: number | undefined;
  /** How many of them an episode had, in the mean over the batches up to a row of the training table. */
  perEpisode(batch: number): number;
}

/** The loss over training. */
export function lossChart(
  { curve, stages, common }: CurveChart,
  { unit, guessing, perEpisode }: LossInWords,
): Markup {
  const plot = loadPlot();
  const { Plot, draw } = plot;
  const losses = curve.map(({ batch, loss }: CurvePoint) => ({
    batch,
    loss: loss / perEpisode(batch),
  }));
  const range = rangeOfLosses(
    losses.map(({ loss }) => loss),
    guessing,
  );
  const lines = losses.map(({ batch, loss }) => ({ batch, loss: within(range, loss) }));
  return forAllScreens((width) =>
    draw(
      {
        ...common(width),
        height: 170,
        marginTop: 24,
        marginBottom: 36,
        x: { ...common(width).x, label: 'batches →' },
        y: {
          domain: range,
          ticks: 3,
          label: `↑ loss per ${unit}`,
          tickSize: 0,
          labelOffset: 40,
        },
        marks: [
          shading(plot, stages, range),
          Plot.gridY({ ticks: 3, strokeOpacity: 0.12 }),
          Plot.ruleY(guessing === undefined ? [] : [guessing], { strokeDasharray: '2,4' }),
          Plot.lineY(lines, { x: 'batch', y: 'loss', strokeWidth: 1.5 }),
        ],
      },
      `Loss per ${unit} during training, from ${fixed(losses[0]?.loss ?? 0, 2)} to ${fixed(losses.at(-1)?.loss ?? 0, 2)}`,
    ),
  );
}

/** From 0, but for losses that can be below: those of densities. */
function rangeOfLosses(losses: readonly number[], guessing = 0): Range {
  const finite = losses.filter(Number.isFinite);
  if (finite.some((loss) => loss < 0)) return rangeOf(finite);
  return [0, Math.max(guessing, ...finite) * 1.08 || 1];
}
