import type { EpisodeRecord } from '../data.js';
import { html, type Markup } from '../page/html.js';
import { percent } from '../page/numbers.js';
import { classesOf, type EpisodeStep, episodeSteps } from './steps.js';

export interface StripOptions {
  /** Drawings in a row; default 10. */
  readonly columns?: number;
  /** Drawings shown; default all. */
  readonly count?: number;
}

const CELL = { height: 118, tile: 60, gap: 8 };
/** Strings need more room beside their confidence than letters do. */
const widthOf = ({ spelling }: EpisodeRecord) => (spelling ? 108 : 76);

/** One episode as a picture of its own: an SVG with no references, for light and dark backgrounds. */
export function renderEpisodeStrip(episode: EpisodeRecord, options: StripOptions = {}): string {
  const steps = episodeSteps(episode).slice(0, options.count ?? episode.length);
  const columns = Math.min(options.columns ?? 10, steps.length);
  const cell = widthOf(episode);
  const rows = Math.ceil(steps.length / columns);
  const width = columns * cell + 2 * CELL.gap + 4;
  const height = rows * CELL.height + 48;
  const right = steps.filter((step) => step.right).length;
  const cells = steps.map((step, i) =>
    svgCell(
      step,
      2 * CELL.gap + (i % columns) * cell,
      2 * CELL.gap + Math.floor(i / columns) * CELL.height,
    ),
  );
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="One episode: ${steps.length} drawings of ${classesOf(episode)} new classes, ${right} classified correctly" font-family="ui-sans-serif, system-ui, -apple-system, 'Segoe UI', sans-serif" font-size="13">
<style>
.p{fill:#fbfaf6}.t{fill:#fff;stroke:#d9d3c6}.n{stroke:#1d5c86;stroke-width:2;stroke-dasharray:4 3}.w{stroke:#b23c17;stroke-width:2}
.k{fill:#23211d}.m{fill:#6b665d}.bad{fill:#b23c17}.ok{fill:#1d5c86}.tr{fill:#d9d3c6}
image{image-rendering:pixelated}
@media (prefers-color-scheme:dark){.p{fill:#141517}.t{fill:#1d1f22;stroke:#3a3d42}.n{stroke:#7db8de}.w{stroke:#f08c64}.k{fill:#ece9e2}.m{fill:#a09b91}.bad{fill:#f08c64}.ok{fill:#7db8de}.tr{fill:#3a3d42}image{filter:invert(1)}}
</style>
<rect class="p" width="${width}" height="${height}" rx="8"/>
${cells}
<text class="m" x="${2 * CELL.gap}" y="${height - 16}" font-size="12">✓ correct<tspan dx="16">✗ wrong</tspan>${columns > 5 && html`<tspan dx="16">dashed: first time of a class</tspan>`}</text>
</svg>
`.text;
}

function svgCell(step: EpisodeStep, x: number, y: number): Markup {
  const { tile } = CELL;
  const kind = step.isNew ? 'n' : step.right ? '' : 'w';
  const result = step.right ? 'ok' : step.isNew ? 'm' : 'bad';
  return html`<g transform="translate(${x} ${y})">
<rect class="t ${kind}" x="1" y="1" width="${tile}" height="${tile}" rx="6"/>
<image x="5" y="5" width="${tile - 8}" height="${tile - 8}" href="${step.picture}"/>
${step.isNew && html`<text class="ok" x="${tile - 3}" y="13" text-anchor="end" font-size="10" font-weight="700">new</text>`}
<rect class="tr" x="1" y="${tile + 6}" width="${tile}" height="3" rx="1.5"/>
<rect class="${result}" x="1" y="${tile + 6}" width="${(tile * step.confidence).toFixed(1)}" height="3" rx="1.5"/>
<text class="k" x="1" y="${tile + 25}"><tspan class="${result}" font-weight="700">${step.right ? '✓' : '✗'}</tspan><tspan dx="4" font-weight="700">${step.guess}</tspan><tspan class="m" dx="4">${percent(step.confidence)}</tspan></text>
${!step.right && html`<text class="m" x="1" y="${tile + 41}" font-size="12">is ${step.truth}</text>`}
</g>
`;
}
