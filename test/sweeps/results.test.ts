/** The numbers that a sweep ends with. */
import { describe, expect, it } from 'vitest';
import { sweepChart } from '../../dist/sweeps/results/chart.js';
import { spreadOf, tQuantile } from '../../dist/sweeps/results/statistics.js';
import { bestOf, summarise } from '../../dist/sweeps/results/summary.js';
import { resultsJson, runsCsv, summaryCsv } from '../../dist/sweeps/results/tables.js';
import { doneRun, plannedRun } from './runs.js';

describe("Student's t", () => {
  // R 4.2: qt(0.975, c(1, 2, 4, 9, 30, 31, 60, 1000))
  it.each([
    [1, 12.706205],
    [2, 4.302653],
    [4, 2.776445],
    [9, 2.262157],
    [30, 2.042272],
    [31, 2.039513],
    [60, 2.000298],
    [1000, 1.962339],
  ])('has the 97.5%% quantile for %i degrees of freedom', (freedom, quantile) => {
    expect(tQuantile(freedom)).toBeCloseTo(quantile, freedom === 1 ? 3 : 4);
  });
});

describe('the spread of several runs', () => {
  it('has mean, deviation and the interval of the mean', () => {
    // R: t.test(c(95.1, 96.4, 95.8)): mean 95.76667, 95% interval 94.14939 to 97.38394; sd 0.6506407
    const { n, mean, deviation, ci95, lowest, highest } = spreadOf([95.1, 96.4, 95.8]);
    expect([n, lowest, highest]).toEqual([3, 95.1, 96.4]);
    expect(mean).toBeCloseTo(95.766667, 5);
    expect(deviation).toBeCloseTo(0.650641, 5);
    expect(ci95).toBeCloseTo(1.616277, 4);
  });

  it('of one run is unknown', () => {
    expect(spreadOf([95])).toEqual({ n: 1, mean: 95, lowest: 95, highest: 95 });
  });
});

const own = (encoder: string) => ({ encoder, 'batch-size': '8' });
const runs = [
  plannedRun('encoder=conv,seed=1', { group: 'encoder=conv', own: own('conv'), validation: true }),
  plannedRun('encoder=conv,seed=2', { group: 'encoder=conv', own: own('conv'), validation: true }),
  plannedRun('encoder=mlp,seed=1', { group: 'encoder=mlp', own: own('mlp'), validation: true }),
  plannedRun('encoder=mlp,seed=2', { group: 'encoder=mlp', own: own('mlp'), validation: true }),
];
const results = new Map([
  ['encoder=conv,seed=1', doneRun({ validation: 94, test: 90 })],
  ['encoder=conv,seed=2', doneRun({ validation: 96, test: 91 })],
  ['encoder=mlp,seed=1', doneRun({ validation: 80, test: 99 })],
  ['encoder=mlp,seed=2', { status: 'failed', error: 'the process was killed (SIGKILL)' } as const],
]);
const summary = summarise(runs, results);

describe('the summary', () => {
  it('puts the seeds of a configuration together, and leaves out what failed', () => {
    expect(summary.groups.map(({ group, done, runs }) => [group, done, runs])).toEqual([
      ['encoder=conv', 2, 2],
      ['encoder=mlp', 1, 2],
    ]);
    const { scores, measure } = summary.groups[0]!.tests.validation!;
    expect(measure).toBe('accuracy');
    expect(scores['2']).toMatchObject({ n: 2, mean: 95, lowest: 94, highest: 96 });
    expect(scores['2']!.ci95).toBeCloseTo(12.7062, 3);
  });

  it('goes by the options that have several values', () => {
    expect(summary.axes.map(({ option, value }) => `${option}=${value}`)).toEqual([
      'encoder=conv',
      'encoder=mlp',
    ]);
    expect(summary.axes[1]!.tests.test!.scores['2']!.mean).toBe(99);
  });

  it('names the best by validation, never by the test classes', () => {
    const best = { name: 'encoder=conv,seed=2', test: 'validation', column: '2', score: 96 };
    expect(summary.best).toEqual({ ...best, measure: 'accuracy' });
    expect(bestOf(runs, new Map())).toBeUndefined();
  });

  it('names the best by the test where nothing was held out', () => {
    const open = ['a', 'b'].map((name) => plannedRun(name));
    const tested = new Map([
      ['a', doneRun({ test: 90 })],
      ['b', doneRun({ test: 90.5 })],
    ]);
    expect(bestOf(open, tested)).toMatchObject({ name: 'b', test: 'test', score: 90.5 });
  });
});

describe('the files', () => {
  it('runs.csv has a row for each run and test', () => {
    const lines = runsCsv(runs, results).trimEnd().split('\n');
    expect(lines[0]).toBe(
      'name,group,seed,encoder,batch-size,batches,test,episodes,loss,accuracy 1,accuracy 2,ci95 1,ci95 2,sha256',
    );
    expect(lines).toHaveLength(1 + 3 * 2);
    expect(lines[1]).toBe(
      `"encoder=conv,seed=1",encoder=conv,1,conv,8,100,validation,6400,1.5,35,94,0.5,0.25,${'d'.repeat(64)}`,
    );
  });

  it('summary.csv has a row for each configuration, test and column', () => {
    const lines = summaryCsv(summary).trimEnd().split('\n');
    expect(lines[0]).toBe(
      'group,encoder,batch-size,test,measure,column,runs,mean,sd,ci95,lowest,highest',
    );
    expect(lines).toHaveLength(1 + 2 * 2 * 2);
    expect(lines.at(-1)).toBe('encoder=mlp,mlp,8,test,accuracy,2,1,99,,,99,99');
  });

  it('results.json has what came of each run', () => {
    const json = resultsJson(runs, new Map([...results].slice(1)), summary);
    const statuses = (json.runs as { status: string }[]).map(({ status }) => status);
    expect(statuses).toEqual(['waiting', 'done', 'done', 'failed']);
  });

  it('the chart names all configurations and what it shows, and escapes what they are called', () => {
    const svg = sweepChart(runs, results, summary, 'validation')!;
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
    expect(svg).toContain('>encoder=conv<');
    expect(svg).toContain('accuracy on the 2nd instance, % (validation)');
    expect(svg.match(/<circle/g)).toHaveLength(3);
    expect(sweepChart(runs, results, summary, 'no such test')).toBeUndefined();
    const odd = [plannedRun('dataset=<b>&"')];
    const tested = new Map([['dataset=<b>&"', doneRun({ test: 90 })]]);
    const chart = sweepChart(odd, tested, summarise(odd, tested), 'test')!;
    expect(chart).toContain('dataset=&lt;b&gt;&amp;');
    expect(chart).not.toContain('<b>');
  });
});
