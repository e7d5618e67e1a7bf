/** Which runs run when, without any training. */
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../dist/sweeps/result.js';
import { runAll, sharesOf } from '../../dist/sweeps/schedule.js';
import { doneRun, plannedRun } from './runs.js';

const runs = ['a', 'b', 'c', 'd', 'e'].map((name) => plannedRun(name));
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the cores', () => {
  it.each([
    [12, {}, 2, { jobs: 2, threads: 1 }],
    [1, {}, 8, { jobs: 1, threads: 8 }],
    [3, {}, 8, { jobs: 3, threads: 2 }],
    [12, { threads: 2 }, 8, { jobs: 4, threads: 2 }],
    [12, { threads: 16 }, 8, { jobs: 1, threads: 16 }],
    [12, { jobs: 3 }, 8, { jobs: 3, threads: 2 }],
    [12, { jobs: 20 }, 8, { jobs: 12, threads: 1 }],
    [12, { jobs: 3, threads: 5 }, 8, { jobs: 3, threads: 5 }],
  ])('are divided among %i runs with %j on %i of them', (runs, given, cores, shares) => {
    expect(sharesOf(runs, given, cores)).toEqual(shares);
  });
});

describe('the runs', () => {
  it('begin in their order, no more at a time than there are jobs', async () => {
    const [begun, most]: [string[], number[]] = [[], []];
    let now = 0;
    const results = await runAll(runs, {
      ...{ folder: 'sweep', jobs: 2, threads: 3 },
      onStart: ({ name }) => begun.push(name),
      work: async (run, folder, { threads }) => {
        expect([folder, threads]).toEqual([`sweep/${run.name}`, 3]);
        most.push(++now);
        for (let i = 0; i < run.name.charCodeAt(0) % 3; i++) await turn();
        now--;
        return doneRun({ test: 90 });
      },
    });
    expect(begun).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(Math.max(...most)).toBe(2);
    expect([...results.keys()].sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('go on when one fails', async () => {
    const results = await runAll(runs, {
      ...{ folder: 'sweep', jobs: 1, threads: 1 },
      work: async ({ name }) =>
        name === 'b' ? { status: 'failed', error: 'no' } : doneRun({ test: 90 }),
    });
    expect([...results.values()].map(({ status }) => status)).toEqual([
      ...['done', 'failed', 'done', 'done', 'done'],
    ]);
  });

  it('stop at the signal, and no more begin', async () => {
    const controller = new AbortController();
    const told: string[] = [];
    const results = await runAll(runs, {
      ...{ folder: 'sweep', jobs: 2, threads: 1, signal: controller.signal },
      onResult: ({ name }, { status }) => told.push(`${name} ${status}`),
      work: async ({ name }, _, { signal }): Promise<RunResult> => {
        if (name === 'b') controller.abort();
        await turn();
        return signal!.aborted ? { status: 'stopped' } : doneRun({ test: 90 });
      },
    });
    expect(told.sort()).toEqual(['a stopped', 'b stopped']);
    expect(results.size).toBe(2);
  });
});
