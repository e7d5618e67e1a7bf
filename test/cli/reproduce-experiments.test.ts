import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { experiments } from '../../dist/cli/experiments/list.js';
import { markdownTable } from '../../dist/cli/experiments/table.js';
import { mann, temporaryFolder } from './run.js';

const quick = ['--iterations', '3', '--test-batches', '2', '--engine', 'simd', '--threads', '1'];

/** Where there is no Omniglot, its part is left out. */
const omniglot =
  process.env.MANN_OMNIGLOT ??
  fileURLToPath(new URL('../../../shared/data/omniglot', import.meta.url));

describe('the experiments', () => {
  it('have names, rows and figures that fit their columns', () => {
    const names = experiments.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, rows, columns } of experiments) {
      const own = rows.map((row) => row.name);
      expect(new Set(own).size, name).toBe(own.length);
      for (const row of rows) {
        if (row.paper) expect(row.paper.length, row.name).toBe(columns.length);
        if ('of' in row) expect(own).toContain(row.of);
      }
    }
  });

  it('are listed, and what is not one of them is a sentence', async () => {
    const { code, stdout } = await mann(['reproduce', '--list']);
    expect(code).toBe(0);
    for (const { name } of experiments) expect(stdout).toContain(`${name} `);
    const wrong = await mann(['reproduce', 'strings']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/^mann: there is no experiment strings: there are one-hot, /m);
    const row = await mann(['reproduce', 'copy', '--row', 'GRU']);
    expect(row.code).toBe(2);
    expect(row.stderr).toMatch(/^mann: no row of copy is called GRU: there are NTM; MANN; LSTM$/m);
  });
});

it('tables as Markdown have the batches, the published figures and the bound', () => {
  const form = {
    columns: [
      { key: '1', title: '1st' },
      { key: '2', title: '2nd' },
    ],
    digits: 1,
    boundName: 'exact process',
  };
  const rows = [
    { name: 'MANN', batches: 15_000, scores: { 1: 42.66, 2: 96.7 }, published: { 1: 36.4 } },
    { name: 'Nearest', scores: { 1: 4 }, bound: { 1: 5, 2: 6 } },
  ];
  expect(markdownTable('accuracy, %', form, rows)).toBe(
    [
      '| accuracy, % | batches | 1st | 2nd |',
      '| --- | --- | --- | --- |',
      '| MANN | 15,000 | 42.7 | 96.7 |',
      '| *published* |  | 36.4 | – |',
      '| Nearest |  | 4.0 | – |',
      '| *exact process* |  | 5.0 | 6.0 |',
    ].join('\n'),
  );
});

describe('mann reproduce', () => {
  it('trains and tests each row, writes the table, and goes on where it was', async () => {
    const cwd = temporaryFolder();
    const args = ['reproduce', 'copy', ...quick, '--quick'];
    const { code, stdout, stderr } = await mann(args, { cwd });
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^copied, % +1 +2 +3-5 /m);
    for (const name of ['NTM', 'MANN', 'LSTM'])
      expect(stdout).toMatch(new RegExp(`^${name} `, 'm'));
    const folder = join(cwd, 'runs/reproduce/copy-quick-seed1');
    const results = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'));
    expect(results).toMatchObject({ experiment: 'copy', quick: true });
    expect(results.rows).toHaveLength(3);
    expect(results.rows[0]).toMatchObject({ row: 'NTM', batches: 3, episodes: 32 });
    expect(readFileSync(join(folder, 'results.md'), 'utf8')).toMatch(/^\| NTM \| 3 \| /m);
    expect(existsSync(join(folder, 'ntm/checkpoint-0000003.safetensors'))).toBe(true);
    const again = await mann([...args, '--json', '--row', 'ntm'], { cwd });
    expect(again.stderr).toMatch(/resumed after batch 3/);
    expect(JSON.parse(again.stdout).rows).toEqual([results.rows[0]]);
  });

  it('says that a report could not be written, and goes on', async () => {
    const cwd = temporaryFolder();
    const args = ['reproduce', 'regression', ...quick, '--row', '1 dimension'];
    const run = 'runs/reproduce/regression-seed1/1-dimension-fixed';
    mkdirSync(join(cwd, run, 'report.html'), { recursive: true });
    const { code, stdout, stderr } = await mann(args, { cwd });
    expect(code, stderr).toBe(0);
    const said = stderr.replace(/\s+/g, ' ');
    expect(said).toContain(
      `The report of 1 dimension, fixed is missing (cannot write ${run}/report.html: this is a folder): `,
    );
    expect(said).toMatch(
      new RegExp(`: \\S.* report ${run} writes it\\. regression: 1 dimension, varied`),
    );
    expect(stdout).toMatch(/^1 dimension, fixed /m);
    expect(stdout).toMatch(/^1 dimension, varied /m);
  });

  it('has the exact process beside functions', async () => {
    const cwd = temporaryFolder();
    const args = ['reproduce', 'regression', ...quick, '--row', '2 dimensions, varied', '--json'];
    const { code, stdout, stderr } = await mann(args, { cwd });
    expect(code, stderr).toBe(0);
    const [row] = JSON.parse(stdout).rows;
    expect(Object.keys(row.logDensity)).toEqual(Object.keys(row.bound));
    expect(row.bound['50']).toBeGreaterThan(row.logDensity['50']);
  });

  it.skipIf(!existsSync(omniglot))(
    'has baselines, and tests one network on more classes',
    async () => {
      const cwd = temporaryFolder();
      const given = [...quick, '--data', omniglot];
      const pixels = await mann(['reproduce', 'strings-5', ...given, '--row', 'pixels'], { cwd });
      expect(pixels.code, pixels.stderr).toBe(0);
      expect(pixels.stdout).toMatch(/^Nearest neighbour, pixels +0\.0 /m);
      expect(pixels.stdout).toMatch(/^ {2}published +4\.0 +36\.7 /m);
      const args = ['reproduce', 'many-classes', ...given, '--row', '50'];
      expect((await mann(args, { cwd })).code).toBe(0);
      const more = await mann([...args.slice(0, -1), '25', '--json'], { cwd });
      expect(more.code, more.stderr).toBe(0);
      expect(JSON.parse(more.stdout).rows[0]).toMatchObject({ row: '25 classes', episodes: 8 });
    },
  );
});
