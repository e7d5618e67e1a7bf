import { html, type Markup } from '../page/html.js';
import { inkPng } from '../page/png.js';
import { binned, shaded } from './grids.js';
import { LARGEST, legend, picture } from './picture.js';

/** Steps at most that have something beside a map. */
export const LABELLED = 64;

/** What stands beside a map over time: a picture of each step, and a short text. */
export interface Film {
  /** [T, height, width]: the pictures, foreground 1 on background 0. */
  readonly pictures: Float32Array;
  readonly height: number;
  readonly width: number;
  /** Sides of a picture, as wide as high where it is 1. */
  readonly aspect: number;
  /** Whether its pixels are cells with edges. */
  readonly sharp?: true;
  readonly alt: string;
  readonly texts: readonly { readonly text: string; readonly right: boolean }[];
}

export interface TimeMap {
  readonly title: string;
  readonly text: string;
  readonly what: string;
  /** [T, N]. */
  readonly values: Float32Array;
  readonly N: number;
  readonly T: number;
  readonly film?: Film | undefined;
}

/** Slots to the right, steps downwards. */
export function timeMap({ title, text, what, values, N, T, film }: TimeMap): Markup {
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
  ${film && filmColumn(film, T)}
  <div class="map">${picture(binned(shades, T, N, rows, columns), rows, columns, 1, alt)}</div>
  ${slotAxis(N)}
</div>
<figcaption>${what} ${legend('0', scale.toFixed(2), false)}</figcaption>
</figure>`;
}

/** All pictures in one column, and beside each its text. */
function filmColumn(
  { pictures, height, width, aspect, sharp, alt, texts }: Film,
  T: number,
): Markup {
  const column = pictures.subarray(0, T * height * width);
  return html`<img class="drawings${sharp && ' sharp'}" src="${inkPng(column, T * height, width)}" alt="${alt}"
style="width:calc(var(--step)*${aspect})"><div class="letters" aria-hidden="true">${texts.map(
    ({ text, right }) => html`<span${right ? '' : html` class="bad"`}>${text}</span>`,
  )}</div>`;
}

function slotAxis(N: number): Markup {
  return html`<div class="slots" aria-hidden="true"><span>slot 1</span><span>${N}</span></div>`;
}

function ticks(T: number): number[] {
  const step = T <= 12 ? 2 : T <= 60 ? 10 : Math.ceil(T / 60) * 10;
  return [1, ...Array.from({ length: Math.floor(T / step) }, (_, i) => (i + 1) * step)];
}
