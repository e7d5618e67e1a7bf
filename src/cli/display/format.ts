/** Numbers and tables for terminals. */
import {
  type ByInstance,
  ceiling,
  chance,
  INSTANCES,
  ordinal,
  TABLE_INSTANCES,
} from '../../training/metrics.js';

/** The table of results: accuracies with their intervals, between chance and the upper bound. */
export function resultTable(
  name: string,
  { accuracy, ci95 }: { accuracy: ByInstance; ci95: ByInstance },
  numClasses: number,
  columns = 80,
): string {
  const title = 14;
  const cell = title + 8 * TABLE_INSTANCES.length <= columns ? 8 : 6;
  const row = (name: string, cells: readonly (string | undefined)[]) =>
    name.padEnd(title) + cells.map((text) => (text ?? '-').padStart(cell)).join('');
  return [
    row(
      'accuracy, %',
      TABLE_INSTANCES.map((i) => ordinal(i)),
    ),
    row(
      name,
      TABLE_INSTANCES.map((i) => accuracy[i]?.toFixed(1)),
    ),
    row(
      '  95% interval',
      TABLE_INSTANCES.map((i) => (ci95[i] === undefined ? undefined : `±${ci95[i].toFixed(1)}`)),
    ),
    row(
      'chance',
      TABLE_INSTANCES.map(() => chance(numClasses).toFixed(1)),
    ),
    row(
      'upper bound',
      TABLE_INSTANCES.map((i) => ceiling(numClasses, i).toFixed(1)),
    ),
  ].join('\n');
}

const instances = Array.from({ length: INSTANCES }, (_, i) => i + 1);

/** The header of the training table, as run_mann.py prints it; of as many instances as fit into `width` columns. */
export function trainingHeader(width = Number.POSITIVE_INFINITY): string {
  return cells(['Batch', 'Loss', ...instances.map(ordinal)], width);
}

/** A row of the training table; accuracies in percent. */
export function trainingRow(
  batch: number | string,
  loss: number,
  accuracy: ByInstance,
  width = Number.POSITIVE_INFINITY,
): string {
  const numbers = instances.map((i) => accuracy[i]?.toFixed(1) ?? '-');
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
