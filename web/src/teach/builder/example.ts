import { byId, element } from '../../ui/element.js';
import type { ExampleStep } from '../training/messages.js';

/** The drawings of one episode with their labels. */
export function showExample(steps: readonly ExampleStep[], length: number): void {
  const list = byId('example');
  list.tabIndex = 0; // it scrolls
  list.replaceChildren(
    ...steps.map((step) =>
      element(
        'li',
        { class: step.isNew ? 'first' : '' },
        pictureOf(step),
        element('span', {}, element('span', { class: 'hidden' }, 'Label '), step.label),
      ),
    ),
  );
  const more = length - steps.length;
  if (more > 0) list.append(element('li', { class: 'rest' }, `and ${more} more`));
  list.scrollLeft = 0;
}

/** Black on clear; the style inverts it in the dark. Decoration: the label says what it is. */
function pictureOf({ pixels, side }: ExampleStep): HTMLCanvasElement {
  const canvas = element('canvas', { width: side, height: side, 'aria-hidden': 'true' });
  const image = new ImageData(side, side);
  for (let i = 0; i < pixels.length; i++) {
    image.data[4 * i + 3] = Math.round(255 * Math.min(1, pixels[i]!));
  }
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  return canvas;
}
