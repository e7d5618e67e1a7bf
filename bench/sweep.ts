/** How the training step grows with what the task and the network are; writes docs/performance.md. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { makeFolder, writeFileAtomic } from '../dist/common/atomic-file.js';
import { fastestKind } from '../dist/engine/create.js';
import { type ModelConfig, modelConfig } from '../dist/model/config.js';
import { flopsOf } from './flops.ts';
import { median, middle } from './timing.ts';
import { engineFor, randomBatch } from './work.ts';

interface Axis {
  readonly name: string;
  /** The words for x in the chart. */
  readonly label: string;
  /** The x of the default shape. */
  readonly usual: number;
  readonly points: readonly Point[];
  /** What there is to say where time grows faster than arithmetic. */
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
  config: modelConfig(options),
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
    label: 'slots of the memory',
    usual: 128,
    points: [128, 256, 512, 1024, 2048, 4096].map((memorySize) =>
      point(memorySize, { memorySize }),
    ),
    note: `Here time grows faster than arithmetic, because of the largest memories. Those of 16 episodes and their
gradients, 21 MB at 4,096 slots, no longer fit into the cores' own caches, and each step of an episode goes through
all of them: what is fetched decides, not what is computed. Each is fetched once a pass (the sums of a step go
block by block), so it can't be had for less without leaving parts of the memory out.`,
  },
  {
    name: 'episode',
    label: 'drawings in an episode, ten of each class',
    usual: 50,
    points: [50, 100, 200, 500].map((length) =>
      point(length, { numClasses: length / 10 }, 16, length),
    ),
  },
  {
    name: 'controller',
    label: 'units of the controller',
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
    console.log(`  time grows as x^${time.toFixed(2)}, its arithmetic as x^${work.toFixed(2)}\n`);
    await makeFolder('docs/charts');
    await writeFileAtomic(`docs/charts/${axis.name}.svg`, chart(axis, measured));
    parts.push(section(axis, measured, time, work));
  }
  await writeFileAtomic('docs/performance.md', page(machine, date, parts));
  console.log('docs/performance.md');
}

/** The points in turn, several times over, so that a slow spell of the machine does not hit one alone. */
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

/** Measured times, and beside them what the arithmetic would take at the rate of the usual shape. */
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
  return `## ${title}

Time grows as x^${time.toFixed(2)}, its arithmetic as x^${work.toFixed(2)}.${note}

![Training step by ${axis.label}](charts/${axis.name}.svg)

| ${axis.label} | training step, ms | GFLOP | GFLOP/s |
|--:|--:|--:|--:|
${rows.join('\n')}
`;
}

function page(machine: string, date: string, parts: readonly string[]): string {
  return `# How cost grows

A training step (forward, backward through time, Adam) of the default network, 16 episodes of 5 classes ×
50 drawings, ${fastestKind() === 'relaxed' ? 'relaxed SIMD' : 'SIMD'}, ${THREADS} threads, one thing changed at a time. Of a drawing's numbers only
those that are not 0 (here one in five) count as arithmetic: the kernels pass over the others. Medians; ${machine}, ${date}.
Dashed: what the arithmetic alone would take at the rate of the default shape. The exponents are the slopes
of straight lines through the logarithms. Made by \`npm run bench -- --sweep\`.

${parts.join('\n')}`;
}
