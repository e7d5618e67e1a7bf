import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CSV_FILE, csvRow, LOG_FILE, RunLogs } from '../../dist/runs/run-logs.js';
import type { Recipe } from '../../dist/training/recipe/recipe.js';
import type { ResumableCheckpoint } from '../../dist/training/state.js';
import { tinyMeasure, tinyRecipe, tinyRun } from '../training/tiny.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mann-logs-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const read = (folder = dir) => ({
  log: readFileSync(join(folder, LOG_FILE), 'utf8'),
  csv: readFileSync(join(folder, CSV_FILE), 'utf8'),
});

async function loggedRun(
  folder: string,
  options: {
    stopAt?: number;
    resume?: ResumableCheckpoint;
    recipe?: Recipe;
    signal?: AbortSignal;
    onEvaluationProgress?: () => void;
  } = {},
) {
  const logs = await RunLogs.open(
    folder,
    options.recipe ?? tinyRecipe,
    tinyMeasure,
    options.resume,
  );
  return tinyRun({
    ...options,
    onReport: (row) => logs.report(row),
    onEvaluation: (line) => logs.evaluation(line),
  });
}

describe('the CSV', () => {
  it('has a header', async () => {
    await RunLogs.open(dir, tinyRecipe, tinyMeasure);
    expect(read().csv).toBe('batch,loss,1st,2nd,3rd,4th,5th,6th,7th,8th,9th,10th\n');
  });

  it('leaves cells empty where there is nothing to say', () => {
    expect(csvRow({ batch: 100, loss: 80.47, scores: { 1: 20.126, 3: 0 } }, tinyMeasure)).toBe(
      '100,80.4700,20.13,,0.00,,,,,,,',
    );
  });
});

describe('logs of a run that was interrupted', () => {
  it.each([1, 4, 7])('after %i batches are those of one that was not', async (stopAt) => {
    const whole = join(dir, 'whole');
    const parts = join(dir, 'parts');
    await loggedRun(whole);
    const { last } = await loggedRun(parts, { stopAt });
    await loggedRun(parts, { resume: last! });
    expect(read(parts)).toEqual(read(whole));
    expect(read(whole).log.trim().split('\n')).toHaveLength(4);
  });

  it('by a kill: lines after the checkpoint go, and one that was cut off', async () => {
    const whole = join(dir, 'whole');
    const parts = join(dir, 'parts');
    await loggedRun(whole);
    const { last } = await loggedRun(parts, { stopAt: 5 });
    await loggedRun(parts, { stopAt: 13, resume: last! }); // its checkpoints are lost
    appendFileSync(join(parts, LOG_FILE), '{"batch":14,"lo');
    appendFileSync(join(parts, CSV_FILE), '14,1');
    await loggedRun(parts, { resume: last! });
    expect(read(parts)).toEqual(read(whole));
  });

  it('in the midst of an evaluation', async () => {
    const whole = join(dir, 'whole');
    const parts = join(dir, 'parts');
    await loggedRun(whole);
    const stop = new AbortController();
    const { last } = await loggedRun(parts, {
      signal: stop.signal,
      onEvaluationProgress: () => stop.abort(),
    });
    await loggedRun(parts, { resume: last! });
    expect(read(parts)).toEqual(read(whole));
  });

  it('and carried beyond its end', async () => {
    const recipe = { ...tinyRecipe, schedule: 'constant' as const };
    const whole = join(dir, 'whole');
    const parts = join(dir, 'parts');
    await loggedRun(whole, { recipe });
    const { last } = await loggedRun(parts, { recipe: { ...recipe, iterations: 9 } });
    expect(read(parts).csv).toMatch(/\n9,/); // the end is always reported
    await loggedRun(parts, { recipe, resume: last! });
    expect(read(parts)).toEqual(read(whole));
  });

  it('whose log files are gone begin anew', async () => {
    const { last } = await loggedRun(dir, { stopAt: 9 });
    rmSync(join(dir, LOG_FILE));
    await loggedRun(dir, { resume: last! });
    expect(read().log.trim().split('\n')).toHaveLength(2); // 12 and 14
  });
});

it('a new run begins new logs', async () => {
  writeFileSync(join(dir, LOG_FILE), '{"batch":1}\n');
  await RunLogs.open(dir, tinyRecipe, tinyMeasure);
  expect(read().log).toBe('');
});

it('a log that cannot be written is a sentence', async () => {
  const logs = await RunLogs.open(join(dir, 'logs'), tinyRecipe, tinyMeasure);
  rmSync(join(dir, 'logs'), { recursive: true });
  await expect(logs.report({ batch: 1, loss: 1, scores: {} })).rejects.toThrow(/^cannot write /);
  writeFileSync(join(dir, 'logs'), '');
  await expect(RunLogs.open(join(dir, 'logs'), tinyRecipe, tinyMeasure)).rejects.toThrow(
    /^cannot write logs to/,
  );
});
