import { type Measure, type Scores, shownColumns } from '../../tasks/scores.js';
import type { TestResult } from '../data.js';
import { html, type Markup } from '../page/html.js';
import { count, fixed } from '../page/numbers.js';

/** A row of numbers beside this network's. */
export interface Row {
  readonly name: string;
  readonly kind: 'bound' | 'other';
  /** By shown column. */
  readonly values: readonly (number | undefined)[];
}

/** What the table of a task says beside its scores, and what others measured. */
export interface TableInWords {
  /** What the numbers are, with their unit; the number of test episodes follows. */
  readonly caption: string;
  readonly note: string;
  /** Rows between this network and chance. */
  readonly beside?: readonly Row[];
  /** Rows apart from these, and what they are called, where they need a name. */
  readonly apart?: { readonly title?: string | undefined; readonly rows: readonly Row[] };
}

/** Columns that a narrow screen has room for. */
const USUAL = 6;

/** What bounds scores is called so. */
export function boundNameOf({ boundName = 'upper bound' }: Measure): string {
  return boundName;
}

/** The table of results: this network beside others, chance and what cannot be beaten. */
export function resultTable(
  measure: Measure,
  test: TestResult,
  { caption, note, beside = [], apart }: TableInWords,
): Markup {
  const { digits, chance, bound = test.bound } = measure;
  const columns = shownColumns(measure);
  const ofColumns = (scores: Scores) => columns.map(({ key }) => scores[key]);
  const rows: Row[] = [
    ...beside,
    ...(chance ? [{ name: 'Chance', kind: 'bound', values: ofColumns(chance) } as const] : []),
    ...(bound
      ? [{ name: capital(boundNameOf(measure)), kind: 'bound', values: ofColumns(bound) } as const]
      : []),
  ];
  const tableRow = (row: Row) => rowOf(row, digits);
  // Where the table is narrow its rows are laid out anew: the roles say that it is still a table.
  return html`
<div class="scroll" tabindex="0" role="region" aria-label="Table of results">
<table role="table"${columns.length > USUAL && html` class="many"`} style="--columns:${columns.length}">
  <caption>${caption}, on
  ${count(test.episodes)} test episodes, with 95% confidence intervals.</caption>
  <thead role="rowgroup"><tr role="row"><td role="cell"></td>${columns.map(({ title }) => html`<th scope="col" role="columnheader">${title}</th>`)}</tr></thead>
  <tbody role="rowgroup">
    <tr class="ours" role="row"><th scope="row" role="rowheader">This network</th>${columns.map(
      ({ key }) => {
        const value = test.scores[key];
        if (value === undefined) return html`<td role="cell">–</td>`;
        return html`<td role="cell">${fixed(value, digits)}<small>±${fixed(test.ci95[key] ?? 0, digits)}</small></td>`;
      },
    )}</tr>${rows.map(tableRow)}
  </tbody>
  ${
    apart &&
    html`<tbody class="others" role="rowgroup">${
      apart.title !== undefined &&
      html`
    <tr class="group" role="row"><th scope="rowgroup" role="rowheader" colspan="${columns.length + 1}">${apart.title}</th></tr>`
    }${apart.rows.map(tableRow)}
  </tbody>`
  }
</table>
</div>
<p class="note">${note}</p>`;
}

function rowOf({ name, kind, values }: Row, digits: number): Markup {
  return html`
    <tr class="${kind}" role="row"><th scope="row" role="rowheader">${name}</th>${values.map((value) => html`<td role="cell">${value === undefined ? '–' : fixed(value, digits)}</td>`)}</tr>`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
