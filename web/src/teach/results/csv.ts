/** Runs as tables for other programs (RFC 4180): one line a measurement, so that they can be filtered and plotted. */
import { isTested, type Run } from '../runs/run.js';
import { commandOf } from '../task/network.js';
import type { Settings } from '../task/settings.js';
import type { Score } from '../training/messages.js';

type Cell = string | number | undefined;

const fields = [
  ...(['classes', 'length', 'labels', 'between', 'memory', 'controller', 'encoder'] as const),
  ...(['units', 'slots', 'batches', 'batch', 'rate', 'curriculum', 'seed'] as const),
] satisfies (keyof Settings)[];

const instances = Array.from({ length: 10 }, (_, i) => String(i + 1));

/** The learning curves of all runs: accuracy in percent by instance. */
export function curvesCsv(runs: readonly Run[]): string {
  const head = [
    'run',
    'name',
    'batch',
    'episodes',
    ...instances.map((i) => `accuracy_${i}`),
    ...fields.map(column),
  ];
  const rows = runs.flatMap(({ number, name, points, settings }) =>
    points.map(({ batch, episodes, accuracy }): Cell[] => [
      ...[number, name, batch, episodes],
      ...instances.map((i) => rounded(accuracy[i])),
      ...fields.map((field) => settings[field]),
    ]),
  );
  return csv([head, ...rows]);
}

/** All tests of all runs. */
export function testsCsv(runs: readonly Run[]): string {
  const head = [
    ...['run', 'name', 'test', 'instance', 'ways', 'shots', 'episodes'],
    ...['accuracy', 'ci95', 'neighbours', 'neighbours_ci95', ...fields.map(column), 'command'],
  ];
  const rows = runs.filter(isTested).flatMap((run) => {
    const { number, name, settings, result } = run;
    const line = (test: Cell[], own: Score, other: Score | undefined): Cell[] => [
      ...[number, name, ...test, rounded(own.accuracy), rounded(own.ci95)],
      ...[rounded(other?.accuracy), rounded(other?.ci95)],
      ...fields.map((field) => settings[field]),
      commandOf(settings),
    ];
    return [
      ...Object.entries(result.byInstance).map(([instance, score]) =>
        line(
          ['by instance', instance, undefined, undefined, result.episodes],
          score,
          result.neighbours[instance],
        ),
      ),
      ...result.shots.map(({ ways, shots, episodes, network, neighbours }) =>
        line(['N-way K-shot', undefined, ways, shots, episodes], network, neighbours),
      ),
    ];
  });
  return csv([head, ...rows]);
}

/** `batch` says which batch a point is of. */
const column = (field: keyof Settings) => (field === 'batch' ? 'batch_size' : field);

const rounded = (value: number | undefined) =>
  value === undefined ? undefined : Number(value.toFixed(3));

const csv = (rows: readonly (readonly Cell[])[]) =>
  rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');

function cellOf(value: Cell): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
