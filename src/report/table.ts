import { ceiling, chance, TABLE_INSTANCES } from '../tasks/classification/by-instance.js';
import { ordinal } from '../tasks/scores.js';
import type { ReportData } from './data.js';
import { html, type Markup } from './html.js';

/** What others measured on 5-class Omniglot, in percent at {@link TABLE_INSTANCES}. */
const onOmniglot = {
  /** `lstm-omniglot-5way`, as its card says. */
  lstm: [30.7, 79.4, 86.6, 89.2, 90.2, 91.7],
  people: [34.5, 57.3, 70.1, 71.8, 81.4, 92.4],
  paper: [36.4, 82.8, 91.0, 92.6, 94.9, 98.1],
  original: [35.4, 89.2, 95.2, 96.3, 96.9, 97.8],
  originalLstm: [30.4, 77.9, 85.3, 87.5, 88.8, 91.6],
};

interface Row {
  readonly name: string;
  readonly kind: 'bound' | 'other';
  readonly values: readonly number[];
}

/** The table of results: this network beside an LSTM, people and chance, and MANNs of others where they compare. */
export function resultTable({ config, dataset, test }: ReportData): Markup {
  const C = config.numClasses;
  const isOmniglot = dataset.name === 'omniglot';
  const rivals: Row[] = [
    { name: 'LSTM without memory', kind: 'other', values: onOmniglot.lstm },
    { name: 'People', kind: 'other', values: onOmniglot.people },
  ];
  const bounds: Row[] = [
    { name: 'Chance', kind: 'bound', values: TABLE_INSTANCES.map(() => chance(C)) },
    { name: 'Upper bound', kind: 'bound', values: TABLE_INSTANCES.map((i) => ceiling(C, i)) },
  ];
  const others: Row[] = [
    { name: 'MANN, Santoro et al. 2016', kind: 'other', values: onOmniglot.paper },
    { name: 'MANN, original implementation', kind: 'other', values: onOmniglot.original },
    { name: 'LSTM, original implementation', kind: 'other', values: onOmniglot.originalLstm },
  ];
  const beside = C !== 5 ? bounds : isOmniglot ? [...rivals, ...bounds] : bounds;
  const apart = C !== 5 ? [] : isOmniglot ? others : [...rivals, ...others];
  // Where the table is narrow its rows are laid out anew: the roles say that it is still a table.
  return html`
<div class="scroll" tabindex="0" role="region" aria-label="Table of results">
<table role="table">
  <caption>Accuracy in percent by instance (the 1st, 2nd, ... time a class appears in an episode), on
  ${test.episodes.toLocaleString('en')} test episodes, with 95% confidence intervals.</caption>
  <thead role="rowgroup"><tr role="row"><td role="cell"></td>${TABLE_INSTANCES.map((i) => html`<th scope="col" role="columnheader">${ordinal(i)}</th>`)}</tr></thead>
  <tbody role="rowgroup">
    <tr class="ours" role="row"><th scope="row" role="rowheader">This network</th>${TABLE_INSTANCES.map(
      (i) => {
        const value = test.scores[i];
        if (value === undefined) return html`<td role="cell">–</td>`;
        return html`<td role="cell">${value.toFixed(1)}<small>±${(test.ci95[i] ?? 0).toFixed(1)}</small></td>`;
      },
    )}</tr>${beside.map(tableRow)}
  </tbody>
  ${
    apart.length > 0 &&
    html`<tbody class="others" role="rowgroup">${
      !isOmniglot &&
      html`
    <tr class="group" role="row"><th scope="rowgroup" role="rowheader" colspan="7">For comparison, on Omniglot</th></tr>`
    }${apart.map(tableRow)}
  </tbody>`
  }
</table>
</div>
<p class="note">The first time a class appears, its label cannot be known. A network can only notice that the
class is new and guess among the labels not used yet, which is correct ${ceiling(C, 1).toFixed(1)}% of the time.
${
  C === 5 &&
  ' LSTM without memory: the pretrained network lstm-omniglot-5way, random split. People and MANN, Santoro et al. ' +
    '2016: as published. The splits of Omniglot differ, so small differences mean nothing.'
}</p>`;
}

function tableRow({ name, kind, values }: Row): Markup {
  return html`
    <tr class="${kind}" role="row"><th scope="row" role="rowheader">${name}</th>${values.map((value) => html`<td role="cell">${value.toFixed(1)}</td>`)}</tr>`;
}
