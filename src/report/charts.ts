/** The charts: static SVG by Observable Plot, coloured by the page's CSS variables. */
import { createRequire } from 'node:module';
import type { Markish, PlotOptions } from '@observablehq/plot';
import { ceiling, chance, INSTANCES } from '../tasks/classification/by-instance.js';
import { ordinal } from '../tasks/scores.js';
import { meanLength, tasksInWords } from '../training/curriculum.js';
import type { Recipe } from '../training/recipe.js';
import { WINDOW } from '../training/running-statistics.js';
import type { CurvePoint, TestResult } from './data.js';
import { html, Markup } from './html.js';

/** Instances that the learning curve draws, each with its own CSS variable. */
const CURVE_INSTANCES = [1, 2, 3, 5, 10] as const;
const colourOf = (instance: number) => `var(--i${instance})`;

const require = createRequire(import.meta.url);

/**
 * Plot and a document for it, loaded only when a report is made. `require` opens their hundreds of files one after
 * another; `import` opens them all at once, which fails where a process may have 64 open files.
 */
async function loadPlot() {
  const Plot: typeof import('@observablehq/plot') = require('@observablehq/plot');
  const { parseHTML }: typeof import('linkedom') = require('linkedom');
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const draw = (options: PlotOptions, label: string) => {
    const svg = Plot.plot({ document, ...options });
    // A picture with one name: those that Plot gives to its parts are not allowed there.
    for (const part of svg.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', label);
    return new Markup(svg.outerHTML);
  };
  return { Plot, draw };
}

/** A chart twice, for wide and for narrow screens: text in an SVG shrinks with it. */
async function forAllScreens(draw: (width: number) => Promise<Markup>): Promise<Markup> {
  const [wide, narrow] = [await draw(720), await draw(360)];
  return html`<div class="wide">${wide}</div><div class="narrow">${narrow}</div>`;
}

/** Accuracy at the 1st to 10th instance with its intervals, between chance and the upper bound. */
export async function instanceChart(test: TestResult, numClasses: number): Promise<Markup> {
  const { Plot, draw } = await loadPlot();
  const points = Object.entries(test.scores).map(([key, accuracy]) => {
    const reach = test.ci95[key] ?? 0;
    const instance = Number(key);
    return {
      instance,
      accuracy,
      low: Math.max(0, accuracy - reach),
      high: Math.min(100, accuracy + reach),
      most: ceiling(numClasses, instance),
    };
  });
  const label = points.map((p) => `${ordinal(p.instance)} ${p.accuracy.toFixed(1)}%`).join(', ');
  return forAllScreens(async (width) =>
    draw(
      {
        width,
        height: width > 500 ? 330 : 290,
        marginTop: 34,
        marginLeft: 40,
        marginRight: 8,
        marginBottom: 46,
        style: { fontSize: '12px' },
        x: {
          domain: [0.6, INSTANCES + 0.4],
          ticks: Array.from({ length: INSTANCES }, (_, i) => i + 1),
          tickFormat: (i: number) => (width > 500 ? ordinal(i) : String(i)),
          label: 'instance (nth time of a class in the episode) →',
          labelAnchor: 'right',
          tickSize: 0,
        },
        y: { domain: [0, 100], ticks: 5, label: '↑ accuracy, %', tickSize: 0, labelOffset: 40 },
        marks: [
          Plot.gridY({ ticks: 5, strokeOpacity: 0.12 }),
          Plot.ruleY([chance(numClasses)], { stroke: 'currentColor', strokeDasharray: '2,4' }),
          Plot.text(['chance'], {
            x: () => INSTANCES + 0.4,
            y: () => chance(numClasses),
            text: (name: string) => name,
            dy: 9,
            textAnchor: 'end',
            fillOpacity: 0.7,
          }),
          Plot.link(points, {
            x1: (p) => p.instance - 0.3,
            x2: (p) => p.instance + 0.3,
            y1: 'most',
            y2: 'most',
            strokeOpacity: 0.45,
          }),
          Plot.lineY(points, {
            x: 'instance',
            y: 'accuracy',
            stroke: 'var(--accent)',
            strokeOpacity: 0.35,
          }),
          Plot.ruleX(points, {
            x: 'instance',
            y1: 'low',
            y2: 'high',
            stroke: 'var(--accent)',
            strokeWidth: 2,
          }),
          Plot.dot(points, { x: 'instance', y: 'accuracy', r: 4, fill: 'var(--accent)' }),
          Plot.text(points, {
            x: 'instance',
            y: 'low',
            text: (p) => p.accuracy.toFixed(0),
            dy: 13,
            fill: 'currentColor',
            stroke: 'var(--paper)',
            strokeWidth: 4,
          }),
        ],
      },
      `Accuracy by instance: ${label}`,
    ),
  );
}

/** Accuracy by instance over training, and the loss under it; stages of the curriculum are shaded. */
export async function learningCurve(
  points: readonly CurvePoint[],
  recipe: Recipe,
): Promise<Markup> {
  const curve = thinned(points);
  const { Plot, draw } = await loadPlot();
  const stages = stagesOf(recipe);
  const end = Math.max(recipe.iterations, curve.at(-1)?.batch ?? 0);
  const lines = curve.flatMap(({ batch, scores }) =>
    CURVE_INSTANCES.filter((i) => scores[i] !== undefined).map((instance) => ({
      batch,
      instance: ordinal(instance),
      accuracy: scores[instance]!,
    })),
  );
  const losses = curve.map(({ batch, loss }) => ({
    batch,
    loss: loss / meanLength(recipe, Math.max(0, batch - WINDOW), batch),
  }));
  const guessing = Math.log(recipe.numClasses);
  const last = curve.at(-1);

  const shading = (top: number, width: number, named: boolean): Markish[] => [
    Plot.rect(stages.slice(0, -1), {
      x1: 'from',
      x2: 'to',
      y1: () => 0,
      y2: () => top,
      fill: 'currentColor',
      fillOpacity: (stage) => stage.shade,
    }),
    Plot.text(
      stages.filter((s) => named && ((s.to - s.from) / end) * width > 8 * s.tasks.length),
      {
        x: (s) => (s.from + s.to) / 2,
        y: () => top,
        text: 'tasks',
        dy: -8,
        fillOpacity: 0.7,
      },
    ),
  ];
  const common = (width: number): PlotOptions => ({
    width,
    marginLeft: 40,
    marginRight: 44,
    style: { fontSize: '12px' },
    x: {
      domain: [0, end],
      ticks: width > 500 ? 8 : 4,
      tickSize: 0,
      label: null,
    },
  });

  const accuracyChart = await forAllScreens(async (width) => {
    const height = width > 500 ? 340 : 300;
    const names = spread(
      CURVE_INSTANCES.filter((i) => last?.scores[i] !== undefined).map((instance) => ({
        instance,
        at: last!.scores[instance]!,
      })),
      (14 / (height - 55)) * 100,
    );
    return draw(
      {
        ...common(width),
        height,
        marginTop: 30,
        marginBottom: 25,
        y: { domain: [0, 100], ticks: 5, label: '↑ accuracy, %', tickSize: 0, labelOffset: 40 },
        color: {
          type: 'ordinal',
          domain: CURVE_INSTANCES.map(ordinal),
          range: CURVE_INSTANCES.map(colourOf),
        },
        marks: [
          ...shading(100, width, true),
          Plot.gridY({ ticks: 5, strokeOpacity: 0.12 }),
          Plot.ruleY([chance(recipe.numClasses)], { strokeDasharray: '2,4' }),
          Plot.lineY(lines, {
            x: 'batch',
            y: 'accuracy',
            stroke: 'instance',
            strokeWidth: 1.75,
          }),
          Plot.text(names, {
            x: () => last!.batch,
            y: 'at',
            text: (n) => ordinal(n.instance),
            fill: (n) => ordinal(n.instance),
            textAnchor: 'start',
            fontWeight: 600,
            dx: 7,
          }),
        ],
      },
      `Accuracy during training${
        last
          ? `, at its end ${CURVE_INSTANCES.map((i) =>
              last.scores[i] === undefined ? '' : `${ordinal(i)} ${last.scores[i]!.toFixed(0)}%`,
            )
              .filter(Boolean)
              .join(', ')}`
          : ''
      }`,
    );
  });
  const top = Math.max(guessing, ...losses.map((point) => point.loss)) * 1.08;
  const lossChart = await forAllScreens(async (width) =>
    draw(
      {
        ...common(width),
        height: 170,
        marginTop: 24,
        marginBottom: 36,
        x: { ...common(width).x, label: 'batches →' },
        y: {
          domain: [0, top],
          ticks: 3,
          label: '↑ loss per drawing',
          tickSize: 0,
          labelOffset: 40,
        },
        marks: [
          ...shading(top, width, false),
          Plot.gridY({ ticks: 3, strokeOpacity: 0.12 }),
          Plot.ruleY([guessing], { strokeDasharray: '2,4' }),
          Plot.lineY(losses, { x: 'batch', y: 'loss', strokeWidth: 1.5 }),
        ],
      },
      `Loss per drawing during training, from ${losses[0]?.loss.toFixed(2)} to ${losses.at(-1)?.loss.toFixed(2)}`,
    ),
  );
  return html`${accuracyChart}${lossChart}`;
}

/** More points than these are no longer seen. */
const MOST_POINTS = 500;

/** Every so many points, and always the last. */
function thinned(points: readonly CurvePoint[]): CurvePoint[] {
  const step = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, i) => (points.length - 1 - i) % step === 0);
}

/** The stages of a training in batches, the full task last. */
function stagesOf(recipe: Recipe) {
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

/** Moves labels apart that would overprint each other, keeping their order. */
function spread<T extends { at: number }>(labels: readonly T[], gap: number): T[] {
  const sorted = labels.map((label) => ({ ...label })).sort((a, b) => a.at - b.at);
  for (let i = 1; i < sorted.length; i++) {
    sorted[i]!.at = Math.max(sorted[i]!.at, sorted[i - 1]!.at + gap);
  }
  let limit = 102; // the topmost may stand a little above 100, the others give way downwards
  for (let i = sorted.length - 1; i >= 0; i--) {
    sorted[i]!.at = Math.min(sorted[i]!.at, limit);
    limit = sorted[i]!.at - gap;
  }
  return sorted;
}
