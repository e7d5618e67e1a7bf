/** Small charts side by side, with one scale for all: accuracy in percent over something. */
import { svg } from '../../ui/element.js';
import type { Theme } from './theme.js';

export interface Line {
  readonly colour: string;
  readonly dash?: string;
  readonly points: readonly { readonly x: number; readonly y: number; readonly ci95?: number }[];
  /** A point is a test of its own, with a dot and its interval. */
  readonly dots?: boolean;
}

export interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
  /** What chance is: a dotted line. */
  readonly chance?: Line['points'];
  /** Of the horizontal axis. */
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  readonly under: string;
}

export interface Frame {
  readonly width: number;
  readonly columns: number;
  readonly theme: Theme;
  /** What a screen reader says of all of it. */
  readonly label: string;
  /** Above everything, of a file. */
  readonly title?: string;
  readonly legend?: readonly Key[];
}

/** A line of the legend. */
export interface Key {
  readonly name: string;
  readonly colour: string;
  readonly dash: string;
}

const [LEFT, RIGHT, TOP, BOTTOM, GAP] = [40, 10, 30, 42, 14];
/** The chart itself, without what stands around it. */
const HEIGHT = 150;
const LINE = 22;

/** A picture of `width` by `height` pixels of its own. */
export interface Drawn {
  readonly picture: SVGSVGElement;
  readonly width: number;
  readonly height: number;
  /** Moves the lines alone, of the same panels with more points: while a network trains, five times a second. */
  readonly move: (panels: readonly Panel[]) => void;
}

export function drawPanels(panels: readonly Panel[], frame: Frame): Drawn {
  const { width, columns, theme, title, legend = [] } = frame;
  const margin = title ? 28 : 0;
  const cell = (width - 2 * margin - (columns - 1) * GAP) / columns;
  const perRow = Math.max(1, Math.floor((width - 2 * margin) / 280));
  const head = title ? 64 + LINE * Math.ceil(legend.length / perRow) + 12 : 0;
  const rows = Math.ceil(panels.length / columns);
  const each = TOP + HEIGHT + BOTTOM;
  const height = head + rows * each + (rows - 1) * GAP + margin / 2;
  const picture = svg('svg', {
    ...{ viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': frame.label },
    'font-family': theme.font,
    'font-size': 13,
  });
  if (title) {
    picture.append(
      svg('rect', { width, height, fill: theme.paper }),
      text(title, margin, 40, { 'font-size': 20, 'font-weight': 600, fill: theme.ink }),
    );
    const step = (width - 2 * margin) / perRow;
    for (const [i, { name, colour, dash }] of legend.entries()) {
      const [x, y] = [margin + (i % perRow) * step, 72 + LINE * Math.floor(i / perRow)];
      picture.append(
        svg('path', {
          d: `M${x} ${y - 4}h30`,
          stroke: colour,
          'stroke-width': 3,
          'stroke-dasharray': dash,
        }),
        text(name, x + 38, y, { fill: theme.ink }),
      );
    }
  }
  const movers: ((panel: Panel) => void)[] = [];
  for (const [i, panel] of panels.entries()) {
    const x = margin + (i % columns) * (cell + GAP);
    const y = head + Math.floor(i / columns) * (each + GAP);
    const group = svg('g', { transform: `translate(${round(x)} ${round(y)})` });
    movers.push(drawPanel(group, panel, cell, theme));
    picture.append(group);
  }
  const move = (moved: readonly Panel[]) => {
    for (const [i, panel] of moved.entries()) movers[i]!(panel);
  };
  return { picture, width, height, move };
}

/** @returns what moves its lines */
function drawPanel(
  group: SVGGElement,
  panel: Panel,
  width: number,
  theme: Theme,
): (panel: Panel) => void {
  const { title, lines, chance, from, to, ticks, under } = panel;
  const right = width - RIGHT;
  const xOf = (x: number) =>
    round(LEFT + ((x - from) / Math.max(to - from, 1e-9)) * (right - LEFT));
  const yOf = (percent: number) => round(TOP + HEIGHT * (1 - percent / 100));
  group.append(text(title, LEFT, 16, { fill: theme.ink, 'font-weight': 600, 'font-size': 14 }));
  for (const percent of [0, 25, 50, 75, 100]) {
    const y = yOf(percent);
    group.append(svg('path', { d: `M${LEFT} ${y}H${right}`, stroke: theme.rule }));
    if (percent % 50 !== 0) continue;
    const name = percent === 100 ? '100%' : String(percent);
    group.append(text(name, LEFT - 6, y + 4, { fill: theme.muted, 'text-anchor': 'end' }));
  }
  let free = 0;
  for (const tick of ticks) {
    const name = tick.toLocaleString('en');
    const half = 4 * name.length;
    const x = Math.min(xOf(tick), width - half);
    group.append(svg('path', { d: `M${xOf(tick)} ${yOf(0)}v4`, stroke: theme.edge }));
    if (x - half < free) continue; // where it is narrow not every number has room
    free = x + half + 4;
    group.append(text(name, x, yOf(0) + 18, { fill: theme.muted, 'text-anchor': 'middle' }));
  }
  group.append(
    text(under, (LEFT + right) / 2, yOf(0) + 36, { fill: theme.muted, 'text-anchor': 'middle' }),
  );
  const placed = (points: Line['points']) => pathOf(points.map(({ x, y }) => [xOf(x), yOf(y)]));
  if (chance) {
    const d = placed(chance);
    group.append(
      svg('path', {
        d,
        fill: 'none',
        stroke: theme.edge,
        'stroke-width': 1.75,
        'stroke-dasharray': '1.75 4',
      }),
    );
  }
  const paths: SVGPathElement[] = [];
  for (const { colour, dash, points, dots } of lines) {
    const d = placed(points);
    const line = { fill: 'none', stroke: colour, 'stroke-width': 2.25, 'stroke-linejoin': 'round' };
    const path = svg('path', { ...line, d, 'stroke-dasharray': dash || undefined });
    paths.push(path);
    group.append(path);
    if (!dots) continue;
    for (const { x, y, ci95 = 0 } of points) {
      const [low, high] = [Math.max(0, y - ci95), Math.min(100, y + ci95)];
      group.append(
        svg('path', {
          d: `M${xOf(x)} ${yOf(low)}V${yOf(high)}`,
          stroke: colour,
          'stroke-width': 1.5,
        }),
        svg('circle', { cx: xOf(x), cy: yOf(y), r: 3.2, fill: colour }),
      );
    }
  }
  return ({ lines }) => {
    for (const [i, { points }] of lines.entries()) {
      const d = placed(points);
      if (paths[i]?.getAttribute('d') !== d) paths[i]?.setAttribute('d', d);
    }
  };
}

const round = (number: number) => Math.round(number * 10) / 10;

const pathOf = (points: readonly (readonly [number, number])[]) =>
  points.length > 0 ? `M${points.map(([x, y]) => `${x} ${y}`).join('L')}` : '';

function text(
  content: string,
  x: number,
  y: number,
  attributes: Readonly<Record<string, string | number>>,
): SVGTextElement {
  const made = svg('text', { x: round(x), y: round(y), ...attributes });
  made.textContent = content;
  return made;
}
