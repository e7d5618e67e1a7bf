/** How the training time grows with the sizes of task and network (preset flat); fills docs/performance.md. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { makeFolder, writeFileAtomic } from '../dist/common/files/atomic-file.js';
import { fastestKind } from '../dist/engine/create.js';
import { type ModelConfig, modelConfig } from '../dist/model/config.js';
import { modelPresets } from '../dist/model/presets.js';
import { fillPage } from './page.ts';
import { flopsOf } from './parts/flops.ts';
import { median, middle } from './timing.ts';
import { engineFor, randomBatch } from './work.ts';

interface Axis {
  readonly name: string;
  /** The label of x in the chart. */
  readonly label: string;
  /** The x of the preset. */
  readonly usual: number;
  readonly points: readonly Point[];
  /** An explanation, if time grows faster than arithmetic. */
  readonly note?: string;
}

interface Point {
  readonly x: number;
  readonly config: ModelConfig;
  readonly batch: number;
  readonly length: number;
}

interface Measured extends Point {
  /** Milliseconds of a training step. */
  readonly ms: number;
  readonly gflop: number;
}

const point = (x: number, options: object, batch = 16, length = 50): Point => ({
  x,
  config: modelConfig({ ...modelPresets.flat, ...options }),
  batch,
  length,
});

const axes: readonly Axis[] = [
  {
    name: 'batch',
    label: 'episodes in a batch',
    usual: 16,
    points: [1, 2, 4, 8, 16, 32, 64, 128].map((batch) => point(batch, {}, batch)),
  },
  {
    name: 'slots',
    label: 'memory slots',
    usual: 128,
    points: [128, 256, 512, 1024, 2048, 4096].map((memorySize) =>
      point(memorySize, { memorySize }),
    ),
    note: `Time grows faster than arithmetic because of the largest memories. The memories of 16 episodes and their
gradients (21 MB at 4,096 slots) no longer fit into the caches of the cores, and each step of an episode reads and writes
all of them, so memory bandwidth is the limit. The kernels already fetch each of them only once a pass, block by block;
less traffic would mean leaving out parts of the memory.`,
  },
  {
    name: 'episode',
    label: 'drawings in an episode (ten per class)',
    usual: 50,
    points: [50, 100, 200, 500].map((length) =>
      point(length, { numClasses: length / 10 }, 16, length),
    ),
  },
  {
    name: 'controller',
    label: 'controller units',
    usual: 200,
    points: [50, 100, 200, 400, 800].map((lstmSize) => point(lstmSize, { lstmSize })),
  },
];

const THREADS = 2;
const ROUNDS = 3;

export async function sweep({ machine, date }: { machine: string; date: string }): Promise<void> {
  const parts: string[] = [];
  for (const axis of axes) {
    console.log(axis.label);
    const measured = await measureAll(axis.points);
    for (const { x, ms } of measured) {
      console.log(`${String(x).padStart(8)}${ms.toFixed(1).padStart(10)} ms`);
    }
    const [time, work] = [exponent(measured, (m) => m.ms), exponent(measured, (m) => m.gflop)];
    console.log(`  time grows as x^${time.toFixed(2)}, arithmetic as x^${work.toFixed(2)}\n`);
    await makeFolder('docs/charts');
    await writeFileAtomic(`docs/charts/${axis.name}.svg`, chart(axis, measured));
    parts.push(section(axis, measured, time, work));
  }
  await fillPage('sweep', text(machine, date, parts));
}

/** Measures the points in turn, several times over, so that a slow phase of the machine does not affect one alone. */
async function measureAll(points: readonly Point[]): Promise<Measured[]> {
  const times = points.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, each] of points.entries()) times[i]!.push(await measure(each));
  }
  return points.map((each, i) => ({
    ...each,
    ms: middle(times[i]!),
    gflop: flopsOf(each.config, each.batch, each.length).training / 1e9,
  }));
}

async function measure({ config, batch, length }: Point): Promise<number> {
  const engine = await engineFor(config, fastestKind(), THREADS);
  const episodes = randomBatch(config, batch, length);
  const work = () => engine.trainStep(episodes, { learningRate: 1e-3 });
  const once = await median(1, work, { warmUp: 2 });
  const ms = await median(once > 300 ? 3 : 9, work, { warmUp: 0 });
  await engine.dispose();
  return ms;
}

/** The slope of a straight line through the logarithms. */
function exponent(measured: readonly Measured[], value: (m: Measured) => number): number {
  const xs = measured.map(({ x }) => Math.log(x));
  const ys = measured.map((m) => Math.log(value(m)));
  const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [mx, my] = [mean(xs), mean(ys)];
  const across = xs.reduce((sum, x, i) => sum + (x - mx) * (ys[i]! - my), 0);
  return across / xs.reduce((sum, x) => sum + (x - mx) ** 2, 0);
}

/** Measured times, and the time of the arithmetic alone at the rate of the usual size. */
function chart({ label, usual: x }: Axis, measured: readonly Measured[]): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const usual = measured.find((each) => each.x === x)!;
  const rate = usual.gflop / usual.ms;
  const svg = Plot.plot({
    document,
    width: 560,
    height: 300,
    marginLeft: 50,
    style: { fontSize: '12px', background: 'white', color: '#222' },
    x: { type: 'log', label, ticks: measured.map(({ x }) => x), tickFormat: 'd' },
    y: { type: 'log', label: 'training step, ms', grid: true, tickFormat: '~s' },
    marks: [
      Plot.line(measured, {
        x: 'x',
        y: (m: Measured) => m.gflop / rate,
        stroke: '#999',
        strokeDasharray: '4,4',
      }),
      Plot.line(measured, { x: 'x', y: 'ms', stroke: '#1d6fb8', strokeWidth: 2 }),
      Plot.dot(measured, { x: 'x', y: 'ms', fill: '#1d6fb8', r: 4 }),
      Plot.text(measured, {
        x: 'x',
        y: 'ms',
        text: (m: Measured) => m.ms.toFixed(m.ms < 10 ? 1 : 0),
        dy: -11,
      }),
    ],
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${svg.outerHTML}\n`;
}

function section(axis: Axis, measured: readonly Measured[], time: number, work: number): string {
  const rows = measured.map(
    ({ x, ms, gflop }) =>
      `| ${x.toLocaleString('en')} | ${ms.toFixed(1)} | ${gflop.toFixed(2)} | ${((1000 * gflop) / ms).toFixed(0)} |`,
  );
  const note = axis.note && time > work + 0.05 ? `\n${axis.note}` : '';
  const title = axis.label[0]!.toUpperCase() + axis.label.slice(1);
  return `### ${title}

Time grows as x^${time.toFixed(2)}, arithmetic as x^${work.toFixed(2)}.${note}

![Training step by ${axis.label}](charts/${axis.name}.svg)

| ${axis.label} | training step, ms | GFLOP | GFLOP/s |
|--:|--:|--:|--:|
${rows.join('\n')}
`;
}

function text(machine: string, date: string, parts: readonly string[]): string {
  const engine = fastestKind() === 'relaxed' ? 'relaxed SIMD' : 'SIMD';
  return `The tables give the time of a training step (forward, backward through time, Adam) of the network of the preset \`flat\`
with 16 episodes of 5 classes and 50 drawings, on the ${engine} engine with ${THREADS} threads. One size is changed at a time. Four
of five pixels of a drawing are 0, and the kernels skip them, so only the others count as arithmetic. Times are medians on
${machine}, ${date}.

In the charts the dashed line is the time that the arithmetic alone would take at the rate of the default size. The
exponents are the slopes of straight lines through the logarithms. \`npm run bench -- --sweep\` measures again and fills
this section.

${parts.join('\n')}`;
}
