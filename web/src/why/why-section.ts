import { byId, element } from '../ui/element.js';
import { chart } from './chart.js';
import type { Measured } from './measured.js';
import found from './ordinary.json';
import { captionInWords, needInWords } from './words.js';

/** The network that the visitor draws for. */
const memory = found.memory['mann-omniglot-20way'];
const measured: Measured = {
  ordinary: found.ordinary.plain,
  varied: found.ordinary.varied,
  memory: memory.accuracy,
  chance: found.chance,
};

/** How many drawings an ordinary network needs: a picture of numbers that `web/scripts/measure/ordinary.ts` measured. */
export class WhySection {
  readonly #root = byId('why-chart');
  #width = 0;

  constructor() {
    byId('why-text').textContent = needInWords(measured);
    byId('why-caption').textContent = captionInWords(measured, found.sets);
    byId('why-numbers').append(table());
    this.#draw();
    new ResizeObserver(() => this.#draw()).observe(this.#root);
  }

  /** As wide as there is room, so that the letters keep their size. */
  #draw(): void {
    const width = this.#root.clientWidth;
    if (width === 0 || width === this.#width) return;
    this.#width = width;
    this.#root.replaceChildren(chart(measured, width));
  }
}

/** All numbers, with their intervals: networks in columns, so that it fits a phone. */
function table(): HTMLTableElement {
  const { plain, varied } = found.ordinary;
  const cell = (one?: { accuracy: number; ci95: number }) =>
    element('td', {}, one ? `${one.accuracy.toFixed(1)} ±${one.ci95.toFixed(1)}` : '–');
  const heads = ['Drawings of each', 'Memory', 'Ordinary', 'Ordinary, varied'].map((text) =>
    element('th', { scope: 'col' }, text),
  );
  const rows = plain.map((one, i) => {
    const head = element('th', { scope: 'row' }, one.drawings.toLocaleString('en'));
    const cells = [cell(i === 0 ? memory : undefined), cell(one), cell(varied[i])];
    return element('tr', {}, head, ...cells);
  });
  return element(
    'table',
    {},
    element('caption', {}, 'Accuracy in percent, with 95% intervals'),
    element('thead', {}, element('tr', {}, ...heads)),
    element('tbody', {}, ...rows),
  );
}
