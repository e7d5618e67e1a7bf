/** The results of a sweep as files for other programs. */
import { measureOf, type RunResult } from '../result.js';
import type { PlannedRun } from '../run.js';
import type { Summary } from './summary.js';

/** A row for each run and test: `name,group,seed,...,test,episodes,loss,accuracy 1,...,ci95 1,...`. */
export function runsCsv(
  runs: readonly PlannedRun[],
  results: ReadonlyMap<string, RunResult>,
): string {
  const options = [...new Set(runs.flatMap(({ own }) => Object.keys(own)))];
  const tested = runs.flatMap((run) => {
    const result = results.get(run.name);
    if (result?.status !== 'done') return [];
    return Object.entries(result.figures).map(([test, figures]) => {
      const { name, scores } = measureOf(figures);
      return { run, result, test, figures, measure: name, scores };
    });
  });
  const columns = unique(tested.flatMap(({ scores }) => Object.keys(scores)));
  const scored = unique(
    tested.flatMap(({ measure }) => columns.map((column) => `${measure} ${column}`)),
  );
  const rows = tested.map(({ run, result, test, figures, measure, scores }) => [
    ...[run.name, run.group, run.seed, ...options.map((option) => run.own[option])],
    ...[result.steps, test, figures.episodes, figures.loss],
    ...scored.map((title) => scores[title.slice(measure.length + 1)]),
    ...columns.map((column) => figures.ci95[column]),
    result.digest,
  ]);
  const head = [
    ...['name', 'group', 'seed', ...options, 'batches', 'test', 'episodes', 'loss'],
    ...[...scored, ...columns.map((column) => `ci95 ${column}`), 'sha256'],
  ];
  return csv([head, ...rows]);
}

/** A row for each configuration, test and column. */
export function summaryCsv({ groups }: Summary): string {
  const options = unique(groups.flatMap(({ own }) => Object.keys(own)));
  const rows = groups.flatMap(({ group, own, tests }) =>
    Object.entries(tests).flatMap(([test, { measure, scores }]) =>
      Object.entries(scores).map(([column, { n, mean, deviation, ci95, lowest, highest }]) => [
        ...[group, ...options.map((option) => own[option]), test, measure, column],
        ...[n, mean, deviation, ci95, lowest, highest],
      ]),
    ),
  );
  const head = ['group', ...options, 'test', 'measure', 'column'];
  return csv([[...head, 'runs', 'mean', 'sd', 'ci95', 'lowest', 'highest'], ...rows]);
}

/** Everything: each run with its options and what came of it, and the summary. */
export function resultsJson(
  runs: readonly PlannedRun[],
  results: ReadonlyMap<string, RunResult>,
  summary: Summary,
): Record<string, unknown> {
  return {
    runs: runs.map(({ steps: _, tests: __, ...run }) => ({
      ...run,
      ...(results.get(run.name) ?? { status: 'waiting' }),
    })),
    summary,
  };
}

type Cell = string | number | undefined;

/** As RFC 4180 says, but for the line ends. */
function csv(rows: readonly (readonly Cell[])[]): string {
  const cell = (value: Cell) => {
    const text = String(value ?? '');
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(',')}\n`).join('');
}

function unique<T>(all: readonly T[]): T[] {
  return [...new Set(all)];
}
