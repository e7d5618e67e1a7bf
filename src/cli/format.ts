/** Numbers and tables for terminals. */
import {
  type ByInstance,
  ceiling,
  chance,
  INSTANCES,
  ordinal,
  TABLE_INSTANCES,
} from '../training/metrics.js';

/** The table of results: accuracies with their intervals, between chance and the upper bound. */
export function resultTable(
  name: string,
  { accuracy, ci95 }: { accuracy: ByInstance; ci95: ByInstance },
  numClasses: number,
): string {
  const row = (title: string, cells: readonly (string | undefined)[]) =>
    title.padEnd(14) + cells.map((cell) => (cell ?? '-').padStart(8)).join('');
  return [
    row(
      'right, %',
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
      'ceiling',
      TABLE_INSTANCES.map((i) => ceiling(numClasses, i).toFixed(1)),
    ),
  ].join('\n');
}

const instances = Array.from({ length: INSTANCES }, (_, i) => i + 1);

/** The header of the training table, as run_mann.py prints it. */
export const trainingHeader = ['Batch'.padStart(8), 'Loss'.padStart(9)]
  .concat(instances.map((i) => ordinal(i).padStart(6)))
  .join('');

/** A row of the training table; accuracies in percent. */
export function trainingRow(batch: number | string, loss: number, accuracy: ByInstance): string {
  return [String(batch).padStart(8), loss.toFixed(3).padStart(9)]
    .concat(instances.map((i) => (accuracy[i]?.toFixed(1) ?? '-').padStart(6)))
    .join('');
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

export function bar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

export function count(n: number): string {
  return n.toLocaleString('en');
}
