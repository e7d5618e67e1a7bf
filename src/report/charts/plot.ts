/** The charts: static SVG by Observable Plot, coloured by the page's CSS variables. */
import { createRequire } from 'node:module';
import type { PlotOptions } from '@observablehq/plot';
import { html, Markup } from '../page/html.js';

const require = createRequire(import.meta.url);

/**
 * Plot and a document for it, loaded only when a report is made. `require` opens their hundreds of files one after
 * another; `import` opens them all at once, which fails where a process may have 64 open files.
 */
export function loadPlot() {
  const Plot: typeof import('@observablehq/plot') = require('@observablehq/plot');
  const { parseHTML }: typeof import('linkedom') = require('linkedom');
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const draw = (options: PlotOptions, label: string) => {
    const svg = Plot.plot({ document, style: { fontSize: '12px' }, ...options });
    // A picture with one name: those that Plot gives to its parts are not allowed there.
    for (const part of svg.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', label);
    return new Markup(svg.outerHTML);
  };
  return { Plot, draw };
}

/** A chart twice, for wide and for narrow screens: text in an SVG shrinks with it. */
export function forAllScreens(draw: (width: number) => Markup): Markup {
  return html`<div class="wide">${draw(720)}</div><div class="narrow">${draw(360)}</div>`;
}

/** Whether a chart is the one for wide screens. */
export const isWide = (width: number): boolean => width > 500;
