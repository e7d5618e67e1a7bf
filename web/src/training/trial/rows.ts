import type { Named } from '../../session/step.js';
import { element } from '../../ui/element.js';
import { thumbnail } from '../../ui/thumbnail.js';
import { STAGES } from '../network.js';
import type { Opinion } from './snapshots.js';

interface Cell {
  readonly root: HTMLElement;
  readonly fill: HTMLElement;
  readonly percent: HTMLElement;
}

/** A row for each network, with a bar for each symbol. */
export class Rows {
  readonly #head: HTMLTableSectionElement;
  readonly #body: HTMLTableSectionElement;
  /** By batch. */
  readonly #cells = new Map<number, readonly Cell[]>();
  #symbols: readonly Named[] = [];

  constructor(table: HTMLTableElement) {
    this.#head = table.tHead!;
    this.#body = table.tBodies[0]!;
  }

  showSymbols(symbols: readonly Named[]): void {
    this.#symbols = symbols;
    const corner = element('th', { scope: 'col' }, element('span', { class: 'hidden' }, 'Network'));
    const heads = symbols.map(({ name, look }) =>
      element(
        'th',
        { scope: 'col' },
        thumbnail(look),
        element('span', { class: 'trial-name' }, name),
      ),
    );
    this.#head.replaceChildren(element('tr', {}, corner, ...heads));
  }

  /**
   * @param batches of the networks that are there
   * @param isDone whether the training has ended: what it has not reached then is not shown
   */
  showNetworks(batches: readonly number[], isDone: boolean): void {
    this.#cells.clear();
    const all = new Set([...batches, ...(isDone ? [] : STAGES)]);
    const rows = [...all]
      .sort((a, b) => a - b)
      .map((batch) => {
        const isThere = batches.includes(batch);
        const isLast = isDone && batch === batches.at(-1);
        const name = element('th', { scope: 'row' }, nameOf(batch), isLast ? ', the end' : '');
        if (!isThere) {
          const later = element(
            'td',
            { colspan: this.#symbols.length, class: 'trial-later' },
            'not yet',
          );
          return element('tr', { class: 'trial-later' }, name, later);
        }
        const cells = this.#symbols.map(cell);
        this.#cells.set(batch, cells);
        return element('tr', {}, name, ...cells.map(({ root }) => root));
      });
    this.#body.replaceChildren(...rows);
  }

  /** Bars; none for networks that say nothing. */
  showOpinions(opinions: readonly Opinion[]): void {
    for (const [batch, cells] of this.#cells) {
      const shares = opinions.find((one) => one.batch === batch)?.shares;
      const best = Math.max(...(shares ?? []));
      for (const [i, { root, fill, percent }] of cells.entries()) {
        const share = shares?.[i];
        fill.style.transform = `scaleX(${share ?? 0})`;
        percent.textContent = share === undefined ? '' : inPercent(share);
        root.classList.toggle('trial-best', share !== undefined && share === best);
      }
    }
  }
}

/** `Before training`, `After 2,000 batches`. */
export function nameOf(batch: number): string {
  return batch === 0 ? 'Before training' : `After ${batch.toLocaleString('en')} batches`;
}

export function inPercent(share: number): string {
  return `${Math.round(100 * share)}%`;
}

function cell(): Cell {
  const fill = element('span', { class: 'trial-share' });
  const percent = element('span', { class: 'trial-number' });
  const root = element('td', {}, element('span', { class: 'trial-meter' }, fill), percent);
  return { root, fill, percent };
}
