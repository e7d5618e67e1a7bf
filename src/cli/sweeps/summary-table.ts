/** The results of a sweep for terminals. */
import { printable } from '../../common/printable.js';
import { columnInWords, headline, scoreInWords } from '../../sweeps/result.js';
import type { Summary, TestSummary } from '../../sweeps/results/summary.js';
import { ordinal } from '../../tasks/scores.js';
import { padded } from '../display/format.js';

const SHOWN = ['1', '2', '3', '4', '5', '10'];
/** Letters of a name that are always shown. */
const LEAST_NAME = 12;
const CELL = 9;
const IN_BRACKETS = 'In brackets: of a single run, over its episodes.';

interface Row {
  readonly name: string;
  readonly test: TestSummary;
}

/** One test: the spread of the column that runs are compared by, then the means of all columns. */
export function summaryTable({ groups, axes }: Summary, test: string, width: number): string {
  const rows = groups.flatMap(({ group, tests }) => rowOf(group, tests[test]));
  const byAxis = axes.flatMap(({ option, value, tests }) =>
    rowOf(printable(`${option}=${value}`, 100), tests[test]),
  );
  const first = rows[0]?.test;
  if (!first) return '';
  const { measure, scores } = first;
  const column = headline(Object.keys(scores));
  const title = `${columnInWords(measure, column)} (${test})`;
  const spreads = (of: readonly Row[]) =>
    table(
      ['mean', '95%', 'sd', 'lowest', 'highest', 'runs'],
      of.map(({ name, test }) => ({ name, cells: spreadCells(test, column) })),
      width,
    );
  // Where each axis has one run for a value, its rows are those above.
  const isMore = byAxis.length > 0 && axes.some(({ option }) => option !== axes[0]!.option);
  return [
    `${title[0]!.toUpperCase()}${title.slice(1)}:`,
    ...['', spreads(rows)],
    ...(rows.some(({ test }) => test.ofEpisodes) ? ['', IN_BRACKETS] : []),
    ...(isMore ? ['', 'The same by the value of each option:', '', spreads(byAxis)] : []),
    ...['', 'Means by column:', '', meansTable(rows, width)],
  ].join('\n');
}

function rowOf(name: string, test: TestSummary | undefined): Row[] {
  return test ? [{ name, test }] : [];
}

function spreadCells(
  { measure, scores, ofEpisodes }: TestSummary,
  column: string,
): (string | undefined)[] {
  const spread = scores[column];
  if (!spread) return [];
  const single = ofEpisodes?.[column];
  const { mean, ci95, deviation, lowest, highest, n } = spread;
  const [middle, reach, sd, low, high] = [mean, ci95, deviation, lowest, highest].map((value) =>
    value === undefined ? undefined : scoreInWords(measure, value),
  );
  const interval =
    reach === undefined
      ? typeof single === 'number' && `(±${scoreInWords(measure, single)})`
      : `±${reach}`;
  return [middle, interval || undefined, sd, low, high, String(n)];
}

function meansTable(rows: readonly Row[], width: number): string {
  const all = [...new Set(rows.flatMap(({ test }) => Object.keys(test.scores)))];
  const columns = all.length > SHOWN.length ? all.filter((key) => SHOWN.includes(key)) : all;
  const isInstance = rows[0]!.test.measure === 'accuracy';
  return table(
    columns.map((key) => (isInstance && /^\d+$/.test(key) ? ordinal(Number(key)) : key)),
    rows.map(({ name, test }) => ({
      name,
      cells: columns.map((key) => {
        const spread = test.scores[key];
        return spread && scoreInWords(test.measure, spread.mean);
      }),
    })),
    width,
  );
}

/** As many columns as fit; a long name loses its beginning, which it shares with others. */
function table(
  titles: readonly string[],
  rows: readonly { name: string; cells: readonly (string | undefined)[] }[],
  width: number,
): string {
  const widths = titles.map((title) => Math.max(CELL, title.length + 1));
  let fit = titles.length;
  const wide = () => widths.slice(0, fit).reduce((sum, cell) => sum + cell, 0);
  while (fit > 1 && wide() + LEAST_NAME > width) fit--;
  const longest = Math.max(...rows.map(({ name }) => name.length));
  const room = Math.max(1, Math.min(longest, width - wide()));
  const line = (name: string, cells: readonly (string | undefined)[]) =>
    (name.length > room ? `…${name.slice(name.length - room + 1)}` : name.padEnd(room)) +
    widths
      .slice(0, fit)
      .map((cell, i) => padded(cells[i] ?? '-', cell))
      .join('');
  return [line('', titles), ...rows.map(({ name, cells }) => line(name, cells))].join('\n');
}
