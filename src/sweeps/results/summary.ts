/** What all runs of a sweep say together: by configuration over its seeds, and by the values of each axis. */
import { type DoneRun, headline, measureOf, type RunResult } from '../result.js';
import type { PlannedRun } from '../run.js';
import { type Spread, spreadOf } from './statistics.js';

/** The spread of every column of a test. */
export interface TestSummary {
  /** What is measured: `accuracy`. */
  readonly measure: string;
  /** By column, such as "2" for the 2nd instance. */
  readonly scores: Readonly<Record<string, Spread>>;
  /** Of a single run: half the width of the scores' 95% intervals over its episodes. */
  readonly ofEpisodes?: Readonly<Record<string, number>>;
}

/** One configuration, over its seeds. */
export interface GroupSummary {
  readonly group: string;
  readonly own: Readonly<Record<string, string>>;
  /** Runs that are done, of how many. */
  readonly done: number;
  readonly runs: number;
  /** By the names of the tests. */
  readonly tests: Readonly<Record<string, TestSummary>>;
}

/** All runs with one value of an axis. */
export interface AxisSummary {
  readonly option: string;
  readonly value: string;
  readonly tests: Readonly<Record<string, TestSummary>>;
}

/** The run with the best validation score, or test score where nothing was held out. */
export interface Best {
  readonly name: string;
  readonly test: string;
  /** What is measured, and the column that is compared. */
  readonly measure: string;
  readonly column: string;
  readonly score: number;
}

export interface Summary {
  readonly groups: readonly GroupSummary[];
  /** Of options that have several values, with at least one run each. */
  readonly axes: readonly AxisSummary[];
  readonly best?: Best;
}

/** `summarise(runs, results)`: only runs that are done count. */
export function summarise(
  runs: readonly PlannedRun[],
  results: ReadonlyMap<string, RunResult>,
): Summary {
  const groups = [...grouped(runs, ({ group }) => group)].map(([group, members]) => {
    const done = doneOf(members, results);
    const { own } = members[0]!;
    return { group, own, done: done.length, runs: members.length, tests: testsOf(done) };
  });
  const best = bestOf(runs, results);
  return { groups, axes: axesOf(runs, results), ...(best && { best }) };
}

/** The best run so far: `bestOf(runs, results)?.name`. Of equals it is the first. */
export function bestOf(
  runs: readonly PlannedRun[],
  results: ReadonlyMap<string, RunResult>,
): Best | undefined {
  const test = runs.some(({ tests }) => tests[0]?.name === 'validation') ? 'validation' : 'test';
  let best: Best | undefined;
  for (const { name } of runs) {
    const result = results.get(name);
    const figures = result?.status === 'done' ? result.figures[test] : undefined;
    if (!figures) continue;
    const { name: measure, scores } = measureOf(figures);
    const column = headline(Object.keys(scores));
    const score = scores[column];
    if (score === undefined || (best && score <= best.score)) continue;
    best = { name, test, measure, column, score };
  }
  return best;
}

function axesOf(
  runs: readonly PlannedRun[],
  results: ReadonlyMap<string, RunResult>,
): AxisSummary[] {
  const options = [...new Set(runs.flatMap(({ own }) => Object.keys(own)))];
  return options.flatMap((option) => {
    const having = runs.filter(({ own }) => Object.hasOwn(own, option));
    const values = grouped(having, ({ own }) => own[option]!);
    if (values.size < 2) return [];
    return [...values].map(([value, members]) => ({
      ...{ option, value },
      tests: testsOf(doneOf(members, results)),
    }));
  });
}

function doneOf(
  runs: readonly PlannedRun[],
  results: ReadonlyMap<string, RunResult>,
): readonly DoneRun[] {
  return runs.flatMap(({ name }) => {
    const result = results.get(name);
    return result?.status === 'done' ? [result] : [];
  });
}

function testsOf(done: readonly DoneRun[]): Record<string, TestSummary> {
  const names = [...new Set(done.flatMap(({ figures }) => Object.keys(figures)))];
  return Object.fromEntries(
    names.map((name) => {
      const measured = done.flatMap(({ figures }) => {
        const test = figures[name];
        return test ? [{ ...measureOf(test), ci95: test.ci95 }] : [];
      });
      const columns = [...new Set(measured.flatMap(({ scores }) => Object.keys(scores)))];
      const scores = columns.map((column) => {
        const values = measured.flatMap(({ scores }) => scores[column] ?? []);
        return [column, spreadOf(values)] as const;
      });
      const { name: measure, ci95: ofEpisodes } = measured[0]!;
      const single = measured.length === 1 && { ofEpisodes };
      return [name, { measure, scores: Object.fromEntries(scores), ...single }];
    }),
  );
}

/** Keeps the order in which groups first come. */
function grouped<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}
