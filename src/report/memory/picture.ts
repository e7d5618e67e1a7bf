import { html, type Markup } from '../page/html.js';
import { heatPngs } from '../page/png.js';

/** Rows or columns of a heat map at most: larger memories are drawn in bins. */
export const LARGEST = 256;

/** A heat map as a light picture and a dark one; the style sheet shows one of them. */
export function picture(
  values: Float32Array,
  rows: number,
  columns: number,
  max: number,
  alt: string,
): Markup {
  const { light, dark } = heatPngs(values, rows, columns, max);
  return html`<img class="light" src="${light}" alt="${alt}"><img class="dark" src="${dark}" alt="${alt}">`;
}

export function legend(low: string, high: string, signed: boolean): Markup {
  return html`<span class="legend">${low} <i class="${signed ? 'signed' : ''}"></i> ${high}</span>`;
}
