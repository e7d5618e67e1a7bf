/** The memory of one episode as pictures: what it holds, where it is written, read and used. */
import type { EpisodeRecord, MemoryRecord } from './data.js';
import { html, type Markup } from './html.js';
import { heatPng, inkPng } from './png.js';
import type { EpisodeStep } from './steps.js';

/** Rows or columns of a heat map at most: larger memories are drawn in bins. */
const LARGEST = 256;
/** Mid tones that show on light and on dark pages; opacity says how much. */
const HEAT = ['#c2410c', '#0e7490'] as const;

/** The section's figures. */
export function memoryFigures(
  episode: EpisodeRecord,
  memory: MemoryRecord,
  steps: readonly EpisodeStep[],
): Markup {
  const { slots: N, heads: R } = memory;
  const { length: T } = episode;
  const film = filmOf(episode, steps);
  const overTime = (title: string, text: string, what: string, values: Float32Array) =>
    timeMap({ title, text, what, values, N, T, film });
  return html`
${snapshots(memory, T)}
${overTime(
  'Where it writes',
  `Each step writes into the ${R} least used ${R === 1 ? 'slot' : 'slots'} (a fresh trace; one after another they make the diagonal) or into slots it has just read (a memory brought up to date).`,
  'Write weights, mean over heads',
  meanOverHeads(memory.writeWeights, T, R, N),
)}
${overTime(
  'Where it reads',
  'Each step compares its key with every slot. A sharp mark means that it remembers something; an even veil, that nothing fits.',
  'Read weights, mean over heads',
  meanOverHeads(memory.readWeights, T, R, N),
)}
${
  R > 1 &&
  html`<details><summary>Each of the ${R} read heads alone</summary><div class="heads">${Array.from(
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
${overTime(
  'What it keeps in use',
  'Reading and writing refresh a slot; without them its usage fades a little every step, until it is the least used and free to be overwritten.',
  'Usage',
  memory.usage,
)}`;
}

interface TimeMap {
  readonly title: string;
  readonly text: string;
  readonly what: string;
  /** [T, N]. */
  readonly values: Float32Array;
  readonly N: number;
  readonly T: number;
  /** Drawings and labels of the steps, to stand above the map. */
  readonly film?: Markup;
}

/** Slots downwards, steps to the right. */
function timeMap({ title, text, what, values, N, T, film }: TimeMap): Markup {
  const rows = Math.min(N, LARGEST);
  const map = binned(transposed(values, T, N), N, T, rows, T);
  const max = largest(map);
  const alt = `Heat map: ${what} of ${N} slots over ${T} steps, largest ${max.toFixed(2)}`;
  return html`<figure class="heat">
<h3>${title}</h3>${text && html`<p>${text}</p>`}
<div class="frame">
  <div class="above">${film}</div>
  <div class="slots" aria-hidden="true"><span>1</span><span>slot</span><span>${N}</span></div>
  <div class="map" style="aspect-ratio:${film ? '5/3' : '4/3'}"><img src="${heatPng(map, rows, T, max, HEAT)}" alt="${alt}"></div>
  <div class="ticks" aria-hidden="true">${ticks(T).map(
    (t) =>
      html`<span style="left:${(((t - 0.5) / T) * 100).toFixed(2)}%">${t === 1 ? 'step 1' : t}</span>`,
  )}</div>
</div>
<figcaption>${what} ${legend('0', max.toFixed(2), false)}</figcaption>
</figure>`;
}

/** M_t after a few steps, side by side. */
function snapshots({ memory, slots: N, wordSize: W }: MemoryRecord, T: number): Markup {
  const rows = Math.min(N, LARGEST);
  const columns = Math.min(W, LARGEST);
  const shown = [...new Set([1, 2, 5, 10, 25, T].filter((t) => t <= T))];
  const maps = shown.map((t) =>
    binned(memory.subarray((t - 1) * N * W, t * N * W), N, W, rows, columns),
  );
  const max = Math.max(...maps.map(nearlyLargest));
  return html`<figure class="heat">
<h3>What it holds</h3>
<p>The memory fills up from an empty page: every row is one of ${N} slots, every column one of the
${W} numbers kept there; the last picture is what remains at the end of the episode.</p>
<div class="film">${shown.map(
    (t, i) => html`<div><img src="${heatPng(maps[i]!, rows, columns, max, HEAT)}"
   alt="Heat map: the memory's ${N} slots of ${W} numbers after ${t} ${t === 1 ? 'step' : 'steps'}">
   <span>${t === 1 ? 'after step 1' : t}</span></div>`,
  )}</div>
<figcaption>Memory ${legend(`−${max.toFixed(2)}`, `${max.toFixed(2)} and beyond`, true)}</figcaption>
</figure>`;
}

/** All drawings in one row, and under each its class. */
function filmOf(
  { length: T, height, width, pictures }: EpisodeRecord,
  steps: readonly EpisodeStep[],
) {
  const row = new Float32Array(T * height * width);
  for (let t = 0; t < T; t++) {
    for (let y = 0; y < height; y++) {
      const from = (t * height + y) * width;
      row.set(pictures.subarray(from, from + width), (y * T + t) * width);
    }
  }
  return html`<img class="row" src="${inkPng(row, height, T * width)}" alt="The drawings of the episode in order"
style="aspect-ratio:${T * width}/${height}">${
    T <= 64 &&
    html`<div class="letters" aria-hidden="true">${steps.map(
      (step) => html`<span${step.right ? '' : html` class="bad"`}>${step.truth}</span>`,
    )}</div>`
  }`;
}

function legend(low: string, high: string, signed: boolean): Markup {
  return html`<span class="legend">${low} <i class="${signed ? 'signed' : ''}"></i> ${high}</span>`;
}

function ticks(T: number): number[] {
  const step = T <= 12 ? 2 : T <= 60 ? 10 : Math.ceil(T / 60) * 10;
  return [1, ...Array.from({ length: Math.floor(T / step) }, (_, i) => (i + 1) * step)];
}

/** [T, R, N] to [T, N]. */
function meanOverHeads(values: Float32Array, T: number, R: number, N: number): Float32Array {
  const mean = new Float32Array(T * N);
  for (let t = 0; t < T; t++) {
    for (let r = 0; r < R; r++) {
      for (let n = 0; n < N; n++) mean[t * N + n]! += values[(t * R + r) * N + n]! / R;
    }
  }
  return mean;
}

function oneHead(values: Float32Array, T: number, R: number, N: number, r: number): Float32Array {
  const head = new Float32Array(T * N);
  for (let t = 0; t < T; t++) {
    head.set(values.subarray((t * R + r) * N, (t * R + r + 1) * N), t * N);
  }
  return head;
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = values[i * columns + j]!;
  }
  return result;
}

/** Fewer rows and columns: each bin shows its number of largest magnitude. */
function binned(
  values: Float32Array,
  rows: number,
  columns: number,
  toRows: number,
  toColumns: number,
): Float32Array {
  if (rows === toRows && columns === toColumns) return values;
  const result = new Float32Array(toRows * toColumns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at =
        Math.floor((i * toRows) / rows) * toColumns + Math.floor((j * toColumns) / columns);
      const value = values[i * columns + j]!;
      if (Math.abs(value) > Math.abs(result[at]!)) result[at] = value;
    }
  }
  return result;
}

function largest(values: Float32Array): number {
  let max = 0;
  for (const value of values) max = Math.max(max, Math.abs(value));
  return max;
}

/** All but one number in two hundred are smaller: a few large ones would leave the rest pale. */
function nearlyLargest(values: Float32Array): number {
  const sizes = values.map(Math.abs).sort();
  return sizes[Math.floor(0.995 * (sizes.length - 1))]!;
}
