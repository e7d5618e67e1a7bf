/**
 * The memory of one episode as pictures, in the page's orientation and colours: a column is a slot, the same one in
 * every map, and a row of a map over time is one drawing.
 */
import type { ModelConfig } from '../../model/config.js';
import type { EpisodeRecord, MemoryRecord } from '../data.js';
import { html, type Markup } from '../html.js';
import { heatPngs, inkPng } from '../png.js';
import type { EpisodeStep } from '../steps.js';
import { binned, meanOverHeads, nearlyLargest, oneHead, shaded, transposed } from './grids.js';

/** Rows or columns of a heat map at most: larger memories are drawn in bins. */
const LARGEST = 256;
/** Steps at most that have their drawings and labels beside a map. */
const LABELLED = 64;

/** The section's figures. */
export function memoryFigures(
  episode: EpisodeRecord,
  memory: MemoryRecord,
  steps: readonly EpisodeStep[],
  config: ModelConfig,
): Markup {
  const isNtm = config.memory === 'ntm';
  const { slots: N, heads: R } = memory;
  const { length: T } = episode;
  const film = T <= LABELLED ? filmOf(episode, steps) : undefined;
  const overTime = (title: string, text: string, what: string, values: Float32Array) =>
    timeMap({ title, text, what, values, N, T, film });
  return html`
${snapshots(memory, T)}
${overTime(
  'Write weights',
  isNtm
    ? 'Where each step erases and writes. Each head finds slots by content or moves on from where it wrote last.'
    : `Where each step writes: into the ${R === 1 ? 'least used slot' : `${R} least used slots`}, which makes the diagonal${config.writing === 'gated' ? ', or into slots that it has just read' : ''}.`,
  'Write weights, mean over heads',
  meanOverHeads(memory.writeWeights, T, R, N),
)}
${overTime(
  'Read weights',
  'Where each step reads: it compares its key with every slot. A dark cell is a slot that matches; an even tint means that none does.',
  'Read weights, mean over heads',
  meanOverHeads(memory.readWeights, T, R, N),
)}
${
  R > 1 &&
  html`<details><summary>Each of the ${R} read heads</summary><div class="heads">${Array.from(
    { length: R },
    (_, r) =>
      timeMap({
        title: `Head ${r + 1}`,
        text: '',
        what: `Read weights of head ${r + 1}`,
        values: oneHead(memory.readWeights, T, R, N, r),
        N,
        T,
      }),
  )}</div></details>`
}
${
  !isNtm &&
  overTime(
    'Usage',
    'Reading and writing raise the usage of a slot, and it decays with every step. The least used slots are overwritten next.',
    'Usage',
    memory.usage,
  )
}`;
}

interface TimeMap {
  readonly title: string;
  readonly text: string;
  readonly what: string;
  /** [T, N]. */
  readonly values: Float32Array;
  readonly N: number;
  readonly T: number;
  /** Drawings and labels of the steps, to stand beside the map. */
  readonly film?: Markup | undefined;
}

/** Slots to the right, steps downwards. */
function timeMap({ title, text, what, values, N, T, film }: TimeMap): Markup {
  const columns = Math.min(N, LARGEST);
  const rows = Math.min(T, LARGEST);
  const { values: shades, scale } = shaded(values, T, N);
  const alt = `Heat map: ${what} of ${N} slots over ${T} steps, full colour ${scale.toFixed(2)}`;
  return html`<figure class="heat">
<h3>${title}</h3>${text && html`<p>${text}</p>`}
<div class="frame${!film && ' bare'}" style="--steps:${Math.min(T, LABELLED)}">
  <div class="ticks" aria-hidden="true">${ticks(T).map(
    (t) => html`<span style="top:${(((t - 0.5) / T) * 100).toFixed(2)}%">${t}</span>`,
  )}</div>
  ${film}
  <div class="map">${picture(binned(shades, T, N, rows, columns), rows, columns, 1, alt)}</div>
  ${slotAxis(N)}
</div>
<figcaption>${what} ${legend('0', scale.toFixed(2), false)}</figcaption>
</figure>`;
}

/** M_t after a few steps: a column is a slot, a row one number of its word. */
function snapshots({ memory, slots: N, wordSize: W }: MemoryRecord, T: number): Markup {
  const columns = Math.min(N, LARGEST);
  const rows = Math.min(W, LARGEST);
  const shown = [...new Set([1, 2, 5, 10, 25, T].filter((t) => t <= T))];
  const maps = shown.map((t) =>
    binned(transposed(memory.subarray((t - 1) * N * W, t * N * W), N, W), W, N, rows, columns),
  );
  const max = Math.max(...maps.map(nearlyLargest));
  return html`<figure class="heat">
<h3>Memory contents</h3>
<p>Each column is one of ${N} slots, each row one of the ${W} numbers of its word. The memory starts
empty and fills up step by step.</p>
<div class="film">${shown.map(
    (t, i) =>
      html`<div><span>after ${t} ${t === 1 ? 'step' : 'steps'}</span><div class="map">${picture(
        maps[i]!,
        rows,
        columns,
        max,
        `Heat map: the memory's ${N} slots of ${W} numbers after ${t} ${t === 1 ? 'step' : 'steps'}`,
      )}</div></div>`,
  )}</div>
<figcaption>Memory ${legend(`−${max.toFixed(2)}`, `${max.toFixed(2)} and above`, true)}</figcaption>
</figure>`;
}

/** The light picture and the dark one; the style sheet shows one of them. */
function picture(
  values: Float32Array,
  rows: number,
  columns: number,
  max: number,
  alt: string,
): Markup {
  const { light, dark } = heatPngs(values, rows, columns, max);
  return html`<img class="light" src="${light}" alt="${alt}"><img class="dark" src="${dark}" alt="${alt}">`;
}

/** All drawings in one column, and beside each its class. */
function filmOf(
  { length: T, height, width, pictures }: EpisodeRecord,
  steps: readonly EpisodeStep[],
) {
  const column = pictures.subarray(0, T * height * width);
  return html`<img class="drawings" src="${inkPng(column, T * height, width)}" alt="The drawings of the episode in order"
style="width:calc(var(--step)*${width}/${height})"><div class="letters" aria-hidden="true">${steps.map(
    (step) => html`<span${step.right ? '' : html` class="bad"`}>${step.truth}</span>`,
  )}</div>`;
}

function slotAxis(N: number): Markup {
  return html`<div class="slots" aria-hidden="true"><span>slot 1</span><span>${N}</span></div>`;
}

function legend(low: string, high: string, signed: boolean): Markup {
  return html`<span class="legend">${low} <i class="${signed ? 'signed' : ''}"></i> ${high}</span>`;
}

function ticks(T: number): number[] {
  const step = T <= 12 ? 2 : T <= 60 ? 10 : Math.ceil(T / 60) * 10;
  return [1, ...Array.from({ length: Math.floor(T / step) }, (_, i) => (i + 1) * step)];
}
