/**
 * `npm run results`: fills the tables of docs/results.md from what `mann test --json` gave
 * (docs/results/*.json) and draws its charts from the tables of trainings (docs/results/*.csv, the
 * `log.csv` of their folders).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { writeFileAtomic } from '../dist/common/atomic-file.js';

const FOLDER = 'docs/results';
const PAGE = 'docs/results.md';
const INSTANCES = [1, 2, 3, 4, 5, 10];

interface Result {
  readonly episodes: number;
  readonly accuracy: Readonly<Record<string, number>>;
  readonly ci95: Readonly<Record<string, number>>;
}

function read(name: string): Result {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'));
}

/** `name: words` a line, between a table's markers in the page, becomes its rows. */
function row(line: string): string {
  const [, names, words] = /^([\w, -]+): (.*)$/.exec(line) ?? [];
  if (!names || !words) throw new Error(`${PAGE}: not a row: ${line}`);
  const results = names.split(', ').map(read);
  const cells = INSTANCES.map((instance) => {
    const values = results.map(({ accuracy }) => accuracy[instance]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    if (values.length === 1) return `${mean.toFixed(1)} ±${results[0]!.ci95[instance]!.toFixed(1)}`;
    return `${mean.toFixed(1)} (${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)})`;
  });
  return `| ${words} | ${cells.join(' | ')} |`;
}

/** Replaces what stands between `<!-- rows ... -->` and `<!-- end -->`. */
function fill(page: string): string {
  return page.replace(
    /(<!-- rows\n([\s\S]*?)-->\n)[\s\S]*?(<!-- end -->)/g,
    (_, head: string, lines: string, end: string) => {
      const table = [
        '| | 1st | 2nd | 3rd | 4th | 5th | 10th |',
        '|---|---|---|---|---|---|---|',
        ...lines
          .trim()
          .split('\n')
          .map((line) => (line.startsWith('|') ? line : row(line))),
      ];
      return `${head}\n${table.join('\n')}\n\n${end}`;
    },
  );
}

interface Point {
  readonly run: string;
  readonly batch: number;
  readonly accuracy: number;
}

/** Accuracy at the 2nd instance over training, a line a run. */
function chart(points: readonly Point[]): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const runs = [...new Set(points.map(({ run }) => run))];
  const svg = Plot.plot({
    document,
    width: 720,
    height: 360,
    marginRight: 110,
    style: { fontSize: '12px', background: 'white', color: '#222' },
    x: { type: 'log', label: 'batches of 16 episodes', grid: true, tickFormat: '~s' },
    y: { domain: [0, 100], label: 'right at the 2nd instance, %', grid: true },
    color: { domain: runs, range: ['#1d6fb8', '#c2571a', '#4a8b3b', '#8a4fa3', '#888'] },
    marks: [
      Plot.ruleY([60, 80, 90], { strokeDasharray: '2,4', strokeOpacity: 0.5 }),
      Plot.lineY(points, { x: 'batch', y: 'accuracy', stroke: 'run', strokeWidth: 1.75 }),
      Plot.text(
        points,
        Plot.selectLast({
          x: 'batch',
          y: 'accuracy',
          z: 'run',
          text: 'run',
          fill: 'run',
          textAnchor: 'start',
          dx: 6,
        }),
      ),
    ],
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${svg.outerHTML}\n`;
}

/** The columns of log.csv: batch, loss, 1st to 10th. */
function curve(file: string): Point[] {
  const lines = readFileSync(join(FOLDER, file), 'utf8').trim().split('\n').slice(1);
  return lines
    .map((line) => line.split(',').map(Number))
    .map(([batch, , , second]) => ({
      run: basename(file, '.csv'),
      batch: batch!,
      accuracy: second!,
    }));
}

if (!existsSync(FOLDER))
  throw new Error(`${FOLDER} is not there: run this from the project's root`);
const tables = readdirSync(FOLDER).filter((file) => file.endsWith('.csv'));
await writeFileAtomic(join(FOLDER, 'learning.svg'), chart(tables.flatMap(curve)));
await writeFileAtomic(PAGE, fill(readFileSync(PAGE, 'utf8')));
