import { ceiling, chance, ordinal, TABLE_INSTANCES } from '../training/metrics.js';
import type { ReportData } from './data.js';
import { html, type Markup } from './html.js';

/** What others measured on 5-class Omniglot, in percent at {@link TABLE_INSTANCES}. */
const published = [
  { name: 'MANN, Santoro et al. 2016', values: [36.4, 82.8, 91.0, 92.6, 94.9, 98.1] },
  { name: 'MANN, run_mann.py', values: [35.4, 89.2, 95.2, 96.3, 96.9, 97.8] },
  { name: 'LSTM, run_mann.py', values: [30.4, 77.9, 85.3, 87.5, 88.8, 91.6] },
];

/** The table of results: this network between chance and what is possible, and others where they compare. */
export function resultTable({ config, dataset, test }: ReportData): Markup {
  const C = config.numClasses;
  const row = (name: string, kind: string, values: readonly number[]) => html`
    <tr class="${kind}"><th scope="row">${name}</th>${values.map((value) => html`<td>${value.toFixed(1)}</td>`)}</tr>`;
  const comparable = dataset.name === 'omniglot' && C === 5;
  return html`
<div class="scroll" tabindex="0" role="region" aria-label="Table of results">
<table>
  <caption>Right answers in percent, by how often the class has come up in the episode, on
  ${test.episodes.toLocaleString('en')} test episodes, with 95% intervals.</caption>
  <thead><tr><td></td>${TABLE_INSTANCES.map((i) => html`<th scope="col">${ordinal(i)}</th>`)}</tr></thead>
  <tbody>
    <tr class="ours"><th scope="row">This network</th>${TABLE_INSTANCES.map((i) => {
      const value = test.accuracy[i];
      if (value === undefined) return html`<td>–</td>`;
      return html`<td>${value.toFixed(1)}<small>±${(test.ci95[i] ?? 0).toFixed(1)}</small></td>`;
    })}</tr>
    ${row(
      'The most that is possible',
      'bound',
      TABLE_INSTANCES.map((i) => ceiling(C, i)),
    )}
    ${row(
      'Chance',
      'bound',
      TABLE_INSTANCES.map(() => chance(C)),
    )}
  </tbody>
  ${
    comparable &&
    html`<tbody class="others">${published.map(({ name, values }) => row(name, 'other', values))}
  </tbody>`
  }
</table>
</div>
<p class="note">The 1st time a class comes up its label cannot be known: one can only notice that it
is new and guess among the labels not used yet, which is right ${ceiling(C, 1).toFixed(1)}% of the time.
${comparable && ' The last three rows are as published; they were measured on other splits of Omniglot.'}</p>`;
}
