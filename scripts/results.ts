/**
 * `npm run results`: fills the tables of docs/results.md from what `mann test --json` gave
 * (docs/results/*.json) and draws its charts from the tables of trainings (docs/results/*.csv, the
 * `log.csv` of their folders) and from evaluations on classes held out (heldout-*.jsonl, their `log.jsonl`).
 * `npm run results -- FOLDER` takes the results of a sweep's folder first, of those runs that the page's tables name.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { writeFileAtomic } from '../dist/common/files/atomic-file.js';
import { meanLength } from '../dist/training/recipe/curriculum.js';
import { makeRecipe, type RecipeOptions } from '../dist/training/recipe/recipe.js';

const FOLDER = 'docs/results';
const PAGE = 'docs/results.md';
const INSTANCES = [1, 2, 3, 4, 5, 10];
const GOALS = [80, 90, 93, 95];
const COLOURS = ['#1d6fb8', '#c2571a', '#4a8b3b', '#8a4fa3', '#888'];

interface Result {
  readonly episodes: number;
  readonly accuracy: Readonly<Record<string, number>>;
  readonly ci95: Readonly<Record<string, number>>;
}

function read(name: string): Result {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'));
}

/** A line `name: words` between a table's markers in the page becomes a row. */
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

/** Replaces the text between `<!-- rows ... -->` and `<!-- end -->`. */
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

/** A run of a sweep: `default,seed=1` is `default-seed1` here. */
interface SweepRun {
  readonly name: string;
  readonly figures?: Readonly<Record<string, Result>>;
}

/** Takes the results of a sweep: of each run those on test classes, or else those on validation classes. */
async function take(folder: string, page: string): Promise<void> {
  const { runs } = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'));
  const rows = page.matchAll(/^([\w-]+(?:, [\w-]+)*): /gm);
  const named = new Set([...rows].flatMap(([, names]) => names!.split(', ')));
  for (const { name, figures = {} } of runs as SweepRun[]) {
    const tests = Object.keys(figures);
    const split = tests.some((test) => test.startsWith('test')) ? 'test' : 'validation';
    for (const test of tests.filter((test) => test.startsWith(split))) {
      const own = name.replace(',seed=', '-seed') + test.slice(split.length);
      if (!named.has(own)) continue;
      await writeFileAtomic(join(FOLDER, `${own}.json`), `${JSON.stringify(figures[test])}\n`);
      console.log(`${own}.json`);
    }
  }
}

interface Point {
  readonly run: string;
  readonly batch: number;
  readonly accuracy: number;
}

/** Accuracy on the 2nd instance: one line per run, with its name at the end. */
function chart(
  points: readonly { run: string; accuracy: number }[],
  x: Plot.ScaleOptions,
  key: string,
): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = Plot.plot({
    document,
    width: 720,
    height: 360,
    marginRight: 120,
    style: { fontSize: '12px', background: 'white', color: '#222' },
    x: { type: 'log', grid: true, ...x },
    y: { domain: [0, 100], label: 'accuracy on the 2nd instance, %', grid: true },
    color: { domain: [...new Set(points.map(({ run }) => run))], range: COLOURS },
    marks: [
      Plot.ruleY(GOALS, { strokeDasharray: '2,4', strokeOpacity: 0.5 }),
      Plot.lineY(points, { x: key, y: 'accuracy', stroke: 'run', strokeWidth: 1.75 }),
      Plot.text(
        points,
        Plot.selectLast({
          x: key,
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

/** Trainings whose logs hold evaluations on classes that were held out of the training classes. */
interface HeldOut {
  /** The logs of its seeds. */
  readonly files: readonly string[];
  readonly words: string;
  /** Its name in pace.json. */
  readonly network: 'default' | 'mann' | 'mann-original' | 'lstm';
  readonly recipe: RecipeOptions;
}
const heldOut: readonly HeldOut[] = [
  {
    files: ['heldout-default1', 'heldout-default2', 'heldout-default3'],
    words: 'default',
    network: 'default',
    recipe: {},
  },
  { files: ['heldout-mann'], words: 'preset flat', network: 'mann', recipe: { preset: 'flat' } },
  {
    files: ['heldout-original'],
    words: 'preset original',
    network: 'mann-original',
    recipe: { preset: 'original' },
  },
  {
    files: ['heldout-lstm'],
    words: 'LSTM of preset flat',
    network: 'lstm',
    recipe: { preset: 'flat', model: 'lstm', iterations: 15_000 },
  },
];

interface Evaluated {
  readonly run: string;
  readonly batch: number;
  readonly minutes: number;
  readonly accuracy: number;
}

/**
 * Its evaluations on the 2nd instance, the median of its seeds. Minutes at the measured pace, in proportion to the length
 * of episodes.
 */
function evaluations({ files, words, network, recipe: options }: HeldOut): Evaluated[] {
  const { milliseconds } = JSON.parse(readFileSync(join(FOLDER, 'pace.json'), 'utf8'));
  const recipe = makeRecipe(options);
  const logs = files.map((file) =>
    readFileSync(join(FOLDER, `${file}.jsonl`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
  return logs[0]!.map(({ batch }, i) => {
    const whole = (batch * meanLength(recipe, 0, batch)) / recipe.episodeLength;
    const minutes = (whole * milliseconds[network]) / 60_000;
    const seconds = logs.map((log): number => log[i].evaluation.accuracy[2]).sort((a, b) => a - b);
    return { run: words, batch, minutes, accuracy: seconds[seconds.length >> 1]! };
  });
}

const inWords = (minutes: number) =>
  minutes < 2 ? `${Math.round(60 * minutes)} s` : `${minutes.toFixed(1)} min`;

/** Time and batches until each goal was first passed. */
function passes(runs: readonly Evaluated[][]): string {
  const rows = runs.map((points) => {
    const cells = GOALS.map((goal) => {
      const first = points.find(({ accuracy }) => accuracy >= goal);
      return first ? `${inWords(first.minutes)} (${first.batch.toLocaleString('en')})` : '–';
    });
    const last = points.at(-1)!;
    return `| ${last.run} | ${cells.join(' | ')} | ${last.accuracy.toFixed(1)} after ${last.batch.toLocaleString('en')} |`;
  });
  return `| | ${GOALS.map((goal) => `${goal}%`).join(' | ')} | at the end |\n|---|---|---|---|---|\n${rows.join('\n')}`;
}

if (!existsSync(FOLDER))
  throw new Error(`${FOLDER} is not there: run this from the project's root`);
const [, , from] = process.argv;
if (from !== undefined) await take(from, readFileSync(PAGE, 'utf8'));
const tables = readdirSync(FOLDER).filter((file) => file.endsWith('.csv'));
const batches = { label: 'batches of 16 episodes', tickFormat: '~s' };
await writeFileAtomic(join(FOLDER, 'learning.svg'), chart(tables.flatMap(curve), batches, 'batch'));
const speeds = heldOut.map(evaluations);
const minutes = {
  label: 'minutes of training',
  ticks: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100],
  tickFormat: '~g',
};
await writeFileAtomic(join(FOLDER, 'speed.svg'), chart(speeds.flat(), minutes, 'minutes'));
const page = fill(readFileSync(PAGE, 'utf8')).replace(
  /(<!-- speed -->\n)[\s\S]*?(<!-- end -->)/,
  (_, head: string, end: string) => `${head}\n${passes(speeds)}\n\n${end}`,
);
await writeFileAtomic(PAGE, page);
