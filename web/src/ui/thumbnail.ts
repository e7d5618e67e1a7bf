import { PEN, pathOf, SIDE } from '../pad/strokes.js';
import type { Look } from '../session/step.js';
import { element, svg } from './element.js';

/** A drawing in small. Decoration: what it shows is said in words beside it. */
export function thumbnail(look: Look): Element {
  if ('strokes' in look) {
    return svg(
      'svg',
      { viewBox: `-30 -30 ${SIDE + 60} ${SIDE + 60}`, class: 'thumb', 'aria-hidden': 'true' },
      svg('path', { d: pathOf(look.strokes), 'stroke-width': PEN * 1.4 }),
    );
  }
  const { ink, side } = look;
  const canvas = element('canvas', {
    width: side,
    height: side,
    class: 'thumb',
    'aria-hidden': 'true',
  });
  const image = new ImageData(side, side);
  for (let i = 0; i < ink.length; i++)
    image.data[4 * i + 3] = Math.round(255 * Math.min(1, ink[i]!));
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  return canvas;
}
