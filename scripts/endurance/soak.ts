/**
 * `npm run soak -- --steps 100000`: trains a tiny network for long, with the checkpoints, logs and
 * evaluations of a usual run, and prints what must not grow: memory, open files, logs.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createEngine } from '../../dist/engine/create.js';
import {
  glyphs,
  initialTensors,
  makeRecipe,
  modelConfig,
  Random,
  RunFolder,
  RunLogs,
  splitClasses,
  testEpisodes,
  train,
  trainingEpisodes,
} from '../../dist/index.js';
import { accuracyByInstance } from '../../dist/tasks/classification/by-instance.js';

const { values } = parseArgs({ options: { steps: { type: 'string', default: '100000' } } });
const steps = Number(values.steps);
/** The part at the beginning in which memory still finds its level. */
const WARM_UP = 0.3;
const SAMPLES = 400;

const data = glyphs({ classes: 60 });
const split = splitClasses(data);
const shape = { numClasses: 2, inputHeight: 5, inputWidth: 5 };
const config = modelConfig({ ...shape, lstmSize: 8, memorySize: 8, memoryDim: 4, nbReads: 1 });
// Reported and evaluated as often as usual, saved five times as often.
const recipe = makeRecipe({
  numClasses: 2,
  episodeLength: 4,
  batchSize: 1,
  iterations: steps,
  evaluateBatches: 2,
  checkpointEvery: 100,
});

// Rubbish that is not collected yet would hide a slow leak, or look like one.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

interface Sample {
  readonly step: number;
  readonly resident: number;
  /** What is in use of the JavaScript heap. */
  readonly heap: number;
  readonly buffers: number;
}

/** Files that this process has open, where the system tells. */
function openFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length - 1; // one is to read the list
  } catch {
    return undefined;
  }
}

/** The slope of the least-squares line, and twice its standard error. */
function slope(points: readonly (readonly [number, number])[]): string {
  const n = points.length;
  const mean = (at: 0 | 1) => points.reduce((sum, point) => sum + point[at], 0) / n;
  const [x, y] = [mean(0), mean(1)];
  const xx = points.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
  const b = points.reduce((sum, [a, value]) => sum + (a - x) * (value - y), 0) / xx;
  const left = points.reduce((sum, [a, value]) => sum + (value - y - b * (a - x)) ** 2, 0);
  const error = Math.sqrt(left / (n - 2) / xx);
  return `${b.toFixed(2)} ± ${(2 * error).toFixed(2)} bytes a step`;
}

const path = mkdtempSync(join(tmpdir(), 'mann-soak-'));
const { folder } = await RunFolder.open(path);
const logs = await RunLogs.open(path, recipe, accuracyByInstance(recipe.numClasses));
const parameters = initialTensors(config, new Random(1, 'weights'));
const engine = await createEngine(config, { parameters, threads: 1 });
const samples: Sample[] = [];
let filesAtStart: number | undefined;
const started = performance.now();

await train({
  engine,
  recipe,
  seed: 1,
  source: trainingEpisodes(data, split.train, config, recipe, 1),
  dataset: { name: data.name, digest: data.digest, split: 'random' },
  evaluation: (step) => testEpisodes(data, split.test, config, recipe, 1, `evaluation ${step}`),
  onProgress: ({ batch }) => {
    if (batch === 1) filesAtStart = openFiles();
    if (batch % Math.ceil(steps / SAMPLES) !== 0) return;
    collect();
    const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
    samples.push({ step: batch, resident: rss, heap: heapUsed, buffers: arrayBuffers });
    if (samples.length % 40 === 0) console.log(`${batch} steps, ${(rss / 1e6).toFixed(1)} MB`);
  },
  onReport: (row) => logs.report(row),
  onEvaluation: (line) => logs.evaluation(line),
  save: async (checkpoint) => {
    await folder.save(checkpoint);
  },
});
const filesAtEnd = openFiles();
const seconds = (performance.now() - started) / 1000;
await engine.dispose();
folder.close();

const warm = samples.filter(({ step }) => step > WARM_UP * steps);
const trend = (what: Exclude<keyof Sample, 'step'>) =>
  `${(warm[0]![what] / 1e6).toFixed(1)} to ${(warm.at(-1)![what] / 1e6).toFixed(1)} MB, ` +
  slope(warm.map((sample) => [sample.step, sample[what]]));
console.log(`\n${steps} steps in ${seconds.toFixed(0)} s, ${engine.kind} engine`);
console.log(`resident memory after ${Math.ceil(WARM_UP * steps)} steps: ${trend('resident')}`);
console.log(`JavaScript heap: ${trend('heap')}`);
console.log(`buffers outside it: ${trend('buffers')}`);
console.log(`open files: ${filesAtStart ?? 'not known'} at the start, ${filesAtEnd} at the end`);
const lines = { 'log.csv': recipe.reportEvery, 'log.jsonl': recipe.evaluateEvery };
for (const [name, every] of Object.entries(lines)) {
  const { size } = statSync(join(path, name));
  const each = size / Math.ceil(steps / every);
  console.log(`${name}: ${size} bytes, ${each.toFixed(0)} a line, a line every ${every} steps`);
}
console.log(`in the folder: ${readdirSync(path).sort().join(', ')}`);
rmSync(path, { recursive: true });
