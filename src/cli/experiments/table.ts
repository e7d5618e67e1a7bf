/** The table of an experiment: ours and the published figures, for terminals and as Markdown. */
import type { Column, Measure, Scores } from '../../tasks/scores.js';
import type { Experiment } from './experiment.js';
import type { RowResult } from './run-experiment.js';

/** A row's result, as far as it is in tables. */
export interface TableRow {
  readonly name: string;
  /** Batches trained; of baselines none. */
  readonly batches?: number | undefined;
  readonly scores: Scores;
  readonly published?: Scores | undefined;
  readonly bound?: Scores | undefined;
}

/** What the columns of a table are, and how its numbers are written. */
export interface TableForm {
  readonly columns: readonly Column[];
  readonly digits: number;
  readonly boundName: string;
}

interface Line {
  readonly name: string;
  /** Whether the numbers are ours, and not those beside them. */
  readonly ours: boolean;
  readonly batches: string;
  readonly cells: readonly string[];
}

/** Of each row ours, then the published figures and the bound, where there are any. */
function linesOf({ columns, digits, boundName }: TableForm, rows: readonly TableRow[]): Line[] {
  const cells = (of: Scores) => columns.map(({ key }) => of[key]?.toFixed(digits) ?? '–');
  const beside = (name: string, of: Scores | undefined): Line[] =>
    of ? [{ name, ours: false, batches: '', cells: cells(of) }] : [];
  return rows.flatMap(({ name, batches, scores, published, bound }): Line[] => [
    { name, ours: true, batches: batches?.toLocaleString('en') ?? '', cells: cells(scores) },
    ...beside('published', published),
    ...beside(boundName, bound),
  ]);
}

/** The published figures of a row, by column: `publishedOf(experiment, row)`. */
export function publishedOf({ columns }: Experiment, { row }: RowResult): Scores | undefined {
  return row.paper && Object.fromEntries(row.paper.map((value, i) => [columns[i]!, value]));
}

function formOf({ columns }: Experiment, measure: Measure): TableForm {
  return {
    columns: columns.map(
      (key) => measure.columns.find((column) => column.key === key) ?? { key, title: key },
    ),
    digits: measure.digits,
    boundName: measure.boundName ?? 'bound',
  };
}

function rowsOf(experiment: Experiment, results: readonly RowResult[]): TableRow[] {
  return results.map((result) => ({
    name: result.row.name,
    batches: result.batches,
    scores: result.test.scores,
    published: publishedOf(experiment, result),
    bound: result.test.bound,
  }));
}

/** For terminals. */
export function experimentTable(experiment: Experiment, results: readonly RowResult[]): string {
  const { measure } = results[0]!;
  const form = formOf(experiment, measure);
  const titles = form.columns.map(({ title }) => title);
  const lines = [
    { name: measure.title, cells: titles },
    ...linesOf(form, rowsOf(experiment, results)).map(({ name, ours, cells }) => ({
      name: ours ? name : `  ${name}`,
      cells,
    })),
  ];
  const wide = Math.max(...lines.map(({ name }) => name.length)) + 1;
  const widths = titles.map((title) => Math.max(7, title.length + 1));
  return lines
    .map(
      ({ name, cells }) => name.padEnd(wide) + cells.map((c, i) => c.padStart(widths[i]!)).join(''),
    )
    .join('\n');
}

/** The same as Markdown. */
export function experimentMarkdown(experiment: Experiment, results: readonly RowResult[]): string {
  const { measure } = results[0]!;
  return markdownTable(measure.title, formOf(experiment, measure), rowsOf(experiment, results));
}

/**
 * Rows as Markdown, with the batches that each network was trained for:
 *
 * ```ts
 * const form = { columns: [{ key: '2', title: '2nd' }], digits: 1, boundName: 'bound' };
 * markdownTable('', form, [{ name: 'MANN', batches: 15_000, scores: { 2: 96.7 } }]);
 * ```
 */
export function markdownTable(title: string, form: TableForm, rows: readonly TableRow[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const titles = ['batches', ...form.columns.map((column) => column.title)];
  return [
    line([title, ...titles]),
    line(['---', ...titles.map(() => '---')]),
    ...linesOf(form, rows).map(({ name, ours, batches, cells }) =>
      line([ours ? name : `*${name}*`, batches, ...cells]),
    ),
  ].join('\n');
}
