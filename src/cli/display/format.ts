/** Numbers and tables for terminals. */
import { type Measure, type Scores, shownColumns } from '../../tasks/scores.js';

/** The table of results: scores with their intervals, between chance and the upper bound. */
export function resultTable(
  name: string,
  { scores, ci95, bound: best }: { scores: Scores; ci95: Scores; bound?: Scores | undefined },
  measure: Measure,
  columns = 80,
): string {
  const { digits, chance, bound = best, boundName = 'upper bound' } = measure;
  const shown = shownColumns(measure);
  const title = Math.max(14, measure.title.length + 1);
  const cell = title + 8 * shown.length <= columns ? 8 : 6;
  const widths = shown.map(({ title }) => Math.max(cell, title.length + 1));
  const row = (name: string, texts: readonly (string | undefined)[]) =>
    name.padEnd(title) + texts.map((text, i) => padded(text ?? '-', widths[i]!)).join('');
  const numbers = (of: Scores, sign = '') =>
    shown.map(({ key }) => {
      const number = of[key]?.toFixed(digits);
      return number === undefined ? undefined : sign + number;
    });
  return [
    row(
      measure.title,
      shown.map(({ title }) => title),
    ),
    row(name, numbers(scores)),
    row('  95% interval', numbers(ci95, '±')),
    ...(chance ? [row('chance', numbers(chance))] : []),
    ...(bound ? [row(boundName, numbers(bound))] : []),
  ].join('\n');
}

/** The header of the training table, as run_mann.py prints it; of as many columns as fit into `width`. */
export function trainingHeader(measure: Measure, width = Number.POSITIVE_INFINITY): string {
  return cells(measure, ['Batch', 'Loss', ...measure.columns.map(({ title }) => title)], width);
}

/** A row of the training table. */
export function trainingRow(
  measure: Measure,
  batch: number | string,
  loss: number,
  scores: Scores,
  width = Number.POSITIVE_INFINITY,
): string {
  const numbers = measure.columns.map(({ key }) => scores[key]?.toFixed(measure.digits) ?? '-');
  return cells(measure, [String(batch), loss.toFixed(3), ...numbers], width);
}

function cells({ columns }: Measure, texts: readonly string[], width: number): string {
  const widths = [8, 9, ...columns.map(({ title }) => Math.max(6, title.length + 1))];
  let line = '';
  for (const [i, text] of texts.entries()) {
    const cell = padded(text, widths[i]!);
    if (line.length + cell.length > width) break;
    line += cell;
  }
  return line;
}

/** A cell of a table: at the right, and apart from the one before it even where it is too wide. */
export function padded(text: string, width: number): string {
  return text.length < width ? text.padStart(width) : ` ${text}`;
}

/** Seconds as people say them: 45 s, 12 min 05 s, 3 h 20 min. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const whole = Math.round(seconds);
  const two = (n: number) => String(n).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

export function count(n: number): string {
  return n.toLocaleString('en');
}
