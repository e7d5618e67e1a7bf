/** The progress and the tables of a sweep: on terminals of several widths, and where there is none. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SweepProgress } from '../../../dist/cli/sweeps/progress.js';
import { summaryTable } from '../../../dist/cli/sweeps/summary-table.js';
import { makeSweepDisplay } from '../../../dist/cli/sweeps/sweep-display.js';
import { summarise } from '../../../dist/sweeps/results/summary.js';
import { doneRun, plannedRun } from '../../sweeps/runs.js';
import { Screen } from './screen.js';

const name = (encoder: string, seed: number) =>
  `encoder=${encoder},encoder-widths=16,32,32,seed=${seed}`;
const runs = ['conv', 'mlp'].flatMap((encoder) =>
  [1, 2, 3].map((seed) =>
    plannedRun(name(encoder, seed), {
      ...{ group: `encoder=${encoder},encoder-widths=16,32,32`, seed, validation: true },
      own: { encoder, 'encoder-widths': '16,32,32' },
    }),
  ),
);
const killed = 'the process was killed (SIGKILL)';

/** Two at a time, in steps: `look` sees the screen after each. */
async function play(screen: Screen, look: (lines: string[]) => void): Promise<void> {
  const progress = new SweepProgress(runs);
  const display = makeSweepDisplay(progress, screen.stream);
  const after = async (work: () => void) => {
    vi.advanceTimersByTime(1000);
    work();
    look(await screen.lines());
  };
  for (let i = 0; i < runs.length; i += 2) {
    for (const { name } of runs.slice(i, i + 2)) {
      await after(() => {
        progress.started(name);
        display.update();
      });
      for (const step of [1, 50, 100]) {
        await after(() => {
          const accuracy = step > 1 ? 90.04 : undefined;
          const secondsLeft = 4000 - 40 * step;
          progress.told(name, { phase: 'training', step, steps: 100, accuracy, secondsLeft });
          display.update();
        });
      }
    }
    for (const [j, { name }] of runs.slice(i, i + 2).entries()) {
      await after(() => {
        const result =
          i + j === 3
            ? ({ status: 'failed', error: killed } as const)
            : doneRun({ validation: 95 - i, test: 94 });
        progress.ended(name, result);
        display.ended(name, result);
      });
    }
  }
  display.done();
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the progress of a sweep', () => {
  it.each([40, 80, 120])('is one block that stays within %i columns', async (columns) => {
    const screen = new Screen(columns);
    await play(screen, (lines) => {
      // A note keeps a long name whole; the block itself leaves the last column free.
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
      // One frame at a time, whatever was drawn before.
      expect(lines.filter((line) => /Ctrl-C saves/.test(line))).toHaveLength(1);
      expect(lines.join(' ').match(/runs\s+done/g)).toHaveLength(1);
    });
    const end = (await screen.lines()).join(' ').replace(/\s+/g, ' ');
    expect(end).toContain('failed: the process was killed (SIGKILL)'); // stays
    expect(end).not.toContain('Ctrl-C');
  });

  it('says how many are done, which run and how far, what is best and what is left', async () => {
    const screen = new Screen(80);
    const seen: string[] = [];
    await play(screen, (lines) => seen.push(lines.join('\n')));
    expect(seen[1]).toContain('0 of 6 runs done, 1 running');
    expect(seen[1]).toMatch(/encoder=conv,encoder-widths=16,32,32,seed=1 +1%, 1 h 06 min left/);
    expect(seen[2]).toMatch(/seed=1 +90\.0, 50%, 33 min 20 s left/);
    expect(seen[6]).toContain('0 of 6 runs done, 2 running');
    // after 5 of 6 of the first pair nothing was done; then the first is
    expect(seen[8]).toContain('1 of 6 runs done, 1 running');
    expect(seen[8]).toMatch(/best validation accuracy on the 2nd instance, %: 95\.0/);
    expect(seen.at(-1)).toContain('5 of 6 runs done, 0 running, 1 failed');
    expect(seen.at(-1)).toMatch(/95\.0\s+\(encoder=conv,encoder-widths=16,32,32,seed=1\)/);
  });

  it('is two lines for each run that ends, where there is no terminal', async () => {
    let text = '';
    const write = (more: string) => {
      text += more;
      return true;
    };
    await play(
      { stream: { isTTY: false, write } as NodeJS.WriteStream, lines: async () => [] } as never,
      () => undefined,
    );
    expect(text).not.toContain('\u001b');
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(2 * runs.length);
    expect(lines[0]).toBe(`${runs[0]!.name}: validation accuracy on the 2nd instance, %: 95.0`);
    expect(lines[1]).toMatch(/^ {2}1 of 6 runs done, 1 running; .* left; best validation accuracy/);
    expect(lines[6]).toBe(`${runs[3]!.name} failed: ${killed}`);
    expect(lines.at(-1)).toContain('5 of 6 runs done, 0 running, 1 failed; best');
  });

  it('estimates the time left from what all runs together have trained', () => {
    const progress = new SweepProgress(runs);
    const told = (name: string, step: number) =>
      progress.told(name, { phase: 'training', step, steps: 100, secondsLeft: 1e6 });
    expect(progress.secondsLeft).toBeUndefined();
    const [first, second, third] = runs.map(({ name }) => name);
    progress.started(first!);
    told(first!, 41); // it was resumed
    vi.advanceTimersByTime(1000);
    told(first!, 51);
    expect(progress.secondsLeft).toBeUndefined(); // too early
    progress.started(second!);
    told(second!, 1);
    vi.advanceTimersByTime(9000);
    told(first!, 61);
    told(second!, 21);
    // 40 batches in 10 s, and 39 + 79 + 400 are left
    expect(progress.secondsLeft).toBeCloseTo(518 / 4);
    expect(progress.share).toBeCloseTo(82 / 600);
    progress.ended(third!, doneRun({ test: 1 }));
    expect(progress.secondsLeft).toBeCloseTo(418 / 4);
  });
});

describe('the table', () => {
  const results = new Map(
    runs.map(({ name, seed }) => [name, doneRun({ validation: 90 + seed, test: 80 })]),
  );
  const summary = summarise(runs, results);

  it.each([40, 80, 100])('fits into %i columns', (width) => {
    const table = summaryTable(summary, 'validation', width);
    // the titles are sentences, which a terminal may wrap
    for (const line of table.split('\n').filter((line) => !line.endsWith(':'))) {
      expect(line.length).toBeLessThanOrEqual(width);
    }
    expect(table).toContain('mean');
    expect(table).toContain('92.0');
  });

  it('has the interval over episodes of a configuration with a single run', () => {
    const [run] = runs;
    const single = new Map([[run!.name, doneRun({ validation: 90 })]]);
    const lines = summaryTable(summarise([run!], single), 'validation', 120).split('\n');
    expect(lines[3]).toMatch(/ 90\.0 +\(±0\.3\) +- +90\.0 +90\.0 +1$/);
    expect(lines[5]).toBe('In brackets: of a single run, over its episodes.');
  });

  it('has mean, interval and spread of each configuration', () => {
    const lines = summaryTable(summary, 'validation', 120).split('\n');
    expect(lines[0]).toBe('Accuracy on the 2nd instance, % (validation):');
    expect(lines[2]).toMatch(/^ +mean +95% +sd +lowest +highest +runs$/);
    expect(lines[3]).toMatch(
      /^encoder=conv,encoder-widths=16,32,32 +92\.0 +±2\.5 +1\.0 +91\.0 +93\.0 +3$/,
    );
    expect(lines.join('\n')).toMatch(/ 1st +2nd\n/);
  });
});
