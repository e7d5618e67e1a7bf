import type { Row, TableInWords } from './table.js';

/** What others measured on 5-class Omniglot, in percent at the 1st to 5th and 10th instance. */
const measured = {
  /** `lstm-omniglot-5way`, as its card says. */
  lstm: [35.6, 89.3, 92.0, 93.8, 94.4, 95.6],
  people: [34.5, 57.3, 70.1, 71.8, 81.4, 92.4],
  paper: [36.4, 82.8, 91.0, 92.6, 94.9, 98.1],
  original: [35.4, 89.2, 95.2, 96.3, 96.9, 97.8],
  originalLstm: [30.4, 77.9, 85.3, 87.5, 88.8, 91.6],
};

const other = (name: string, values: readonly number[]): Row => ({ name, kind: 'other', values });

const rivals = [other('LSTM without memory', measured.lstm), other('People', measured.people)];
const others = [
  other('MANN, Santoro et al. 2016', measured.paper),
  other('MANN, original implementation', measured.original),
  other('LSTM, original implementation', measured.originalLstm),
];

/** Rows for a network of five classes with labels as one-hots. */
export function othersOnOmniglot(isOmniglot: boolean): Pick<TableInWords, 'beside' | 'apart'> {
  return isOmniglot
    ? { beside: rivals, apart: { rows: others } }
    : { apart: { title: 'For comparison, on Omniglot', rows: [...rivals, ...others] } };
}
