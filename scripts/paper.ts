/**
 * `npm run paper`: fills the tables of docs/paper.md from what `mann reproduce` left (its `results.json`, as
 * docs/paper/NAME.json), and draws its charts. `npm run paper -- FOLDER` takes the results of all experiments in a folder
 * first, rows that are there already staying where the folder has none of them.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { experiments } from '../dist/cli/experiments/list.js';
import { markdownTable } from '../dist/cli/experiments/table.js';
import { writeFileAtomic } from '../dist/common/files/atomic-file.js';
import { ordinal } from '../dist/tasks/scores.js';

const FOLDER = 'docs/paper';
const PAGE = 'docs/paper.md';

type Scores = Readonly<Record<string, number>>;

interface Row {
  readonly row: string;
  readonly batches?: number;
  readonly accuracy?: Scores;
  readonly logDensity?: Scores;
  readonly copied?: Scores;
  readonly published?: Scores;
  readonly bound?: Scores;
}

interface Results {
  readonly experiment: string;
  readonly rows: readonly Row[];
}

function read(path: string): Results | undefined {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

/** Takes new rows, in the order of the experiment. */
async function take(from: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  for (const name of readdirSync(from)) {
    const found = read(join(from, name, 'results.json'));
    if (!found || name.includes('-quick-')) continue;
    const path = join(FOLDER, `${found.experiment}.json`);
    const rows = new Map(read(path)?.rows.map((row) => [row.row, row]));
    for (const row of found.rows) rows.set(row.row, row);
    const order = experiments.find((one) => one.name === found.experiment)!.rows;
    const sorted = order.flatMap((row) => rows.get(row.name) ?? []);
    const text = JSON.stringify({ experiment: found.experiment, rows: sorted }, undefined, 1);
    await writeFileAtomic(path, `${text}\n`);
  }
}

function titleOf(key: string): string {
  return /^\d+$/.test(key) ? ordinal(Number(key)) : key;
}

/** A column of lengths goes from one after the last one's to its own. */
function lengths(keys: readonly string[]): string[] {
  return keys.map((key, i) => {
    const begin = Number(keys[i - 1] ?? 0) + 1;
    return begin === Number(key) ? key : `${begin}–${key}`;
  });
}

function tableOf(name: string): string {
  const experiment = experiments.find((one) => one.name === name);
  if (!experiment) throw new Error(`${PAGE}: there is no experiment ${name}`);
  const results = read(join(FOLDER, `${name}.json`));
  if (!results) return `*No results yet: \`npx mann reproduce ${name}\` makes them.*`;
  const { columns } = experiment;
  const titles = name === 'copy' ? lengths(columns) : columns.map(titleOf);
  const form = {
    columns: columns.map((key, i) => ({ key, title: titles[i]! })),
    digits: name === 'regression' ? 2 : 1,
    boundName: 'exact process',
  };
  const rows = results.rows.map(({ row, accuracy, logDensity, copied, ...others }) => ({
    ...others,
    name: row,
    scores: accuracy ?? logDensity ?? copied ?? {},
  }));
  return markdownTable('', form, rows);
}

/** Replaces what is between `<!-- experiment NAME -->` and `<!-- end -->`. */
function fill(page: string): string {
  return page.replace(
    /(<!-- experiment ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, head: string, name: string, end: string) => `${head}\n${tableOf(name)}\n\n${end}`,
  );
}

/** What charts have in common. */
const CHART = {
  ...{ width: 640, height: 320, marginLeft: 48 },
  style: { background: 'white', fontSize: '13px' },
};

async function draw(name: string, options: Plot.PlotOptions): Promise<void> {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = Plot.plot({ document, ...CHART, ...options });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  await writeFileAtomic(join(FOLDER, name), svg.outerHTML);
}

/** Accuracy at the 2nd, 5th and 10th instance by the number of classes. */
async function drawManyClasses(): Promise<void> {
  const results = read(join(FOLDER, 'many-classes.json'));
  if (!results || results.rows.length < 2) return;
  const points = results.rows.flatMap((row) =>
    ['2', '5', '10'].map((key) => ({
      classes: Number.parseInt(row.row, 10),
      instance: ordinal(Number(key)),
      accuracy: row.accuracy![key]!,
    })),
  );
  await draw('many-classes.svg', {
    x: { label: 'classes in an episode' },
    y: { label: 'accuracy, %', domain: [0, 100], grid: true },
    color: { legend: false, range: ['#c2571a', '#8a4fa3', '#1d6fb8'] },
    marks: [
      Plot.lineY(points, {
        ...{ x: 'classes', y: 'accuracy', stroke: 'instance', sort: 'classes' },
        marker: 'dot',
      }),
      Plot.text(
        points,
        Plot.selectLast({
          ...{ x: 'classes', y: 'accuracy', z: 'instance', text: 'instance', fill: 'instance' },
          ...{ textAnchor: 'start', dx: 6, sort: 'classes' },
        }),
      ),
    ],
  });
}

/** Log density by point, ours and that of the exact process, in a panel for each kind of functions. */
async function drawRegression(): Promise<void> {
  const results = read(join(FOLDER, 'regression.json'));
  if (!results) return;
  const points = results.rows.flatMap(({ row, logDensity, bound }) => {
    const [dimensions, functions] = row.split(', ');
    return ['1', '2', '5', '10', '20', '50'].flatMap((key) =>
      [
        { of: 'exact process', value: bound![key]! },
        { of: 'MANN', value: logDensity![key]! },
      ].map((one) => ({ ...one, dimensions, functions, point: Number(key) })),
    );
  });
  await draw('regression.svg', {
    ...{
      height: new Set(points.map((one) => one.functions)).size * 190 + 76,
      marginRight: 64,
      marginTop: 46,
    },
    fx: { label: null },
    fy: { label: null },
    x: { type: 'log', label: 'point', ticks: [1, 2, 5, 10, 20, 50], tickFormat: 'd' },
    y: { label: 'log density, nats', grid: true },
    color: { legend: false, domain: ['MANN', 'exact process'], range: ['#c2571a', '#777'] },
    marks: [
      Plot.frame({ stroke: '#ddd' }),
      Plot.lineY(points, {
        ...{ x: 'point', y: 'value', stroke: 'of', marker: 'dot' },
        ...{ fx: 'dimensions', fy: 'functions' },
      }),
    ],
  });
}

const [from] = process.argv.slice(2);
if (from !== undefined) await take(from);
await writeFileAtomic(PAGE, fill(readFileSync(PAGE, 'utf8')));
await drawManyClasses();
await drawRegression();
