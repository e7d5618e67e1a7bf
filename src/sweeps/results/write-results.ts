/** Writes what a sweep found into its folder (Node). */
import { join } from 'node:path';
import { writeFileAtomic } from '../../common/files/atomic-file.js';
import { runFileError } from '../../common/files/file-errors.js';
import type { RunResult } from '../result.js';
import type { PlannedRun } from '../run.js';
import { sweepChart } from './chart.js';
import { type Summary, summarise } from './summary.js';
import { resultsJson, runsCsv, summaryCsv } from './tables.js';

export interface WrittenResults {
  readonly summary: Summary;
  /** What `results.json` says. */
  readonly json: Record<string, unknown>;
  readonly paths: readonly string[];
}

/**
 * Writes `results.json`, `runs.csv`, `summary.csv` and a chart for each test: `await writeResults('runs/seeds', runs, results)`.
 * The same results give the same files.
 * @throws UserError if they can't be written
 */
export async function writeResults(
  folder: string,
  runs: readonly PlannedRun[],
  results: ReadonlyMap<string, RunResult>,
): Promise<WrittenResults> {
  const summary = summarise(runs, results);
  const json = resultsJson(runs, results, summary);
  const files: [string, string | undefined][] = [
    ['results.json', `${JSON.stringify(json, undefined, 1)}\n`],
    ['runs.csv', runsCsv(runs, results)],
    ['summary.csv', summaryCsv(summary)],
    ...testNames(summary).map((test): [string, string | undefined] => [
      `chart-${test}.svg`,
      sweepChart(runs, results, summary, test),
    ]),
  ];
  const paths: string[] = [];
  for (const [name, text] of files) {
    if (text === undefined) continue;
    const path = join(folder, name);
    try {
      await writeFileAtomic(path, text);
    } catch (error) {
      throw runFileError(error, path);
    }
    paths.push(path);
  }
  return { summary, json, paths };
}

/** The tests of a sweep, validation first. */
export function testNames({ groups }: Summary): string[] {
  const names = new Set(groups.flatMap(({ tests }) => Object.keys(tests)));
  return [...names].sort((a, b) => Number(!a.startsWith('val')) - Number(!b.startsWith('val')));
}
