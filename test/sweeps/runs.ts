/** Runs of a sweep, and results, without any training. */
import type { RunResult } from '../../dist/sweeps/result.js';
import type { PlannedRun } from '../../dist/sweeps/run.js';

export function plannedRun(
  name: string,
  { group = name, own = {}, seed = 1, validation = false } = {},
): PlannedRun {
  const tests = validation ? ['validation', 'test'] : ['test'];
  return {
    ...{ name, group, own, seed, steps: 100, args: [] },
    digest: Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64),
    tests: tests.map((name) => ({ name, args: [] })),
  };
}

/** Done, with these accuracies on the 2nd instance. */
export function doneRun(seconds: Readonly<Record<string, number>>): RunResult {
  const figures = Object.entries(seconds).map(([test, second]) => [
    test,
    {
      ...{ model: 'mann', episodes: 6400, accuracy: { 1: 35, 2: second }, loss: 1.5 },
      ci95: { 1: 0.5, 2: 0.25 },
    },
  ]);
  return {
    status: 'done',
    steps: 100,
    checkpoint: 'checkpoint-0000100.safetensors',
    digest: 'd'.repeat(64),
    figures: Object.fromEntries(figures),
  };
}
