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
  const row = (name: string, texts: readonly (string | undefined)[]) =>
    name.padEnd(title) + texts.map((text) => (text ?? '-').padStart(cell)).join('');
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
  return cells(['Batch', 'Loss', ...measure.columns.map(({ title }) => title)], width);
}

/** A row of the training table. */
export function trainingRow(
  { columns, digits }: Measure,
  batch: number | string,
  loss: number,
  scores: Scores,
  width = Number.POSITIVE_INFINITY,
): string {
  const numbers = columns.map(({ key }) => scores[key]?.toFixed(digits) ?? '-');
  return cells([String(batch), loss.toFixed(3), ...numbers], width);
}

function cells(texts: readonly string[], width: number): string {
  let line = '';
  for (const [i, text] of texts.entries()) {
    const cell = text.padStart([8, 9][i] ?? 6);
    if (line.length + cell.length > width) break;
    line += cell;
  }
  return line;
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
