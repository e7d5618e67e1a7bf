/** What is not the training step: online steps, loading, episodes, a whole training, memory. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '../dist/common/files/atomic-file.js';
import { Random } from '../dist/common/random.js';
import { glyphs } from '../dist/data/glyphs.js';
import { splitClasses } from '../dist/data/splits.js';
import { fastestKind } from '../dist/engine/create.js';
import { initialTensors } from '../dist/model/tensors.js';
import { serialiseCheckpoint } from '../dist/runs/checkpoint.js';
import { type EpisodeBatch, EpisodeSampler } from '../dist/tasks/classification/episodes.js';
import { median, medians, middle } from './timing.ts';
import { engineFor, randomBatch, usual } from './work.ts';

/** Milliseconds of one online step (one drawing of one episode). */
export async function onlineStep(): Promise<number> {
  const engine = await engineFor(usual.config, fastestKind(), 0);
  const { inputs } = randomBatch(usual.config, 1, 1);
  let state = engine.zeroState(1);
  return median(501, () => {
    state = engine.step(inputs, state).state;
  });
}

/** Milliseconds to draw the episodes of a batch, and of the training step in the same spell. */
export async function episodes(): Promise<{ drawing: number; training: number }> {
  const data = glyphs();
  const { config, batch, length } = usual;
  const { numClasses, inputHeight, inputWidth } = config;
  const options = { batchSize: batch, numClasses, inputHeight, inputWidth, augment: true };
  const sampler = new EpisodeSampler(data, splitClasses(data).train, options, new Random(1));
  const engine = await engineFor(config, fastestKind(), 2);
  const random = randomBatch(config, batch, length);
  let spent: EpisodeBatch | undefined;
  const [drawing, training] = await medians(31, [
    () => (spent = sampler.next({ classes: numClasses, length }, spent)),
    () => engine.trainStep(random, { learningRate: 1e-3 }),
  ]);
  await engine.dispose();
  return { drawing: drawing!, training: training! };
}

/** Milliseconds to sample a large batch for an engine that draws itself, and to grade the answers. */
export async function viewsOf(batchSize: number): Promise<{ sampling: number; grading: number }> {
  const data = glyphs();
  const { config, length } = usual;
  const { numClasses, inputHeight, inputWidth } = config;
  const options = { batchSize, numClasses, inputHeight, inputWidth, augment: true };
  const sampler = new EpisodeSampler(data, splitClasses(data).train, options, new Random(1));
  const logits = Float32Array.from({ length: batchSize * length * numClasses }, Math.random);
  let batch: EpisodeBatch | undefined;
  const [sampling, grading] = await medians(51, [
    () => (batch = sampler.next({ classes: numClasses, length }, batch, true)),
    () => sampler.grade(batch!, { logits }),
  ]);
  return { sampling: sampling!, grading: grading! };
}

/** A fresh process from its start to the first prediction of a network from a checkpoint, in milliseconds. */
export async function firstPrediction(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'mann-bench-'));
  try {
    const file = join(folder, 'network.safetensors');
    const parameters = initialTensors(usual.config, new Random(2, 'weights'));
    const bytes = serialiseCheckpoint({ config: usual.config, step: 0, parameters });
    await writeFileAtomic(file, bytes);
    const program = `
      const start = performance.now();
      const { createEngine, loadCheckpoint } = await import(${JSON.stringify(here('../dist/index.js'))});
      const { config, parameters } = await loadCheckpoint(${JSON.stringify(file)});
      const engine = await createEngine(config, { threads: 0, parameters });
      engine.step(new Float32Array(405), engine.zeroState(1));
      console.log(performance.now() - start);
      process.exit();`;
    const run = () => Number(node(['--input-type=module', '-e', program]));
    run();
    return middle(Array.from({ length: 7 }, run));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface WholeTraining {
  /** Batches of 16 of the full task, episodes drawn, logs and checkpoints written. */
  readonly batches: number;
  /** Milliseconds a batch, and of the bare training step just before and after. */
  readonly batch: number;
  readonly bare: number;
  /** The most memory that the process held, in MB. */
  readonly memory: number;
}

/**
 * `mann train` as anybody runs it, on the full task alone, beside the bare training step: the median of
 * three such pairs by what is kept of the rate, because the machine's speed changes from one to the next.
 * (The first dozen batches are slow, while V8 compiles the kernels: what they take in all must not count.)
 */
export async function wholeTraining(): Promise<WholeTraining> {
  const pairs: WholeTraining[] = [];
  for (let i = 0; i < 3; i++) pairs.push(await trainingBesideStep(1000));
  return pairs.sort((a, b) => a.bare / a.batch - b.bare / b.batch)[1]!;
}

async function trainingBesideStep(batches: number): Promise<WholeTraining> {
  const bare = async () => {
    const engine = await engineFor(usual.config, fastestKind(), 2);
    const random = randomBatch(usual.config, usual.batch, usual.length);
    const ms = await median(31, () => engine.trainStep(random, { learningRate: 1e-3 }));
    await engine.dispose();
    return ms;
  };
  const before = await bare();
  const { batch, memory } = mannTrain(batches, ['--preset', 'flat']);
  const after = await bare();
  return { batches, batch, bare: (before + after) / 2, memory };
}

/** The networks of docs/results.md, with their flags of `mann train`. */
const networks = {
  default: [],
  mann: ['--preset', 'flat'],
  'mann-original': ['--preset', 'original'],
  lstm: ['--preset', 'flat', '--model', 'lstm'],
} as const;

/**
 * Milliseconds a batch of the full task in `mann train`, the first and slow ones counted: the median of three
 * runs that take turns.
 */
export function networkTimes(): Record<string, number> {
  const times = Object.entries(networks).map(([name, flags]) => ({
    name,
    flags,
    ms: [] as number[],
  }));
  for (let i = 0; i < 3; i++) {
    for (const { flags, ms } of times) ms.push(mannTrain(300, flags).batch);
  }
  return Object.fromEntries(times.map(({ name, ms }) => [name, middle(ms)]));
}

/** A `mann train` of so many batches of the full task: milliseconds a batch, and its memory at most in MB. */
function mannTrain(batches: number, flags: readonly string[]): { batch: number; memory: number } {
  const folder = mkdtempSync(join(tmpdir(), 'mann-bench-'));
  try {
    const all = [
      '--iterations',
      String(batches),
      '--curriculum',
      'none',
      '--threads',
      '2',
      ...flags,
    ];
    const program = `
      process.argv = ['node', 'mann', 'train', '--json', '--save-dir', ${JSON.stringify(join(folder, 'run'))},
        '--evaluate-every', '0', '--test-batches', '1', ...${JSON.stringify(all)}];
      process.on('exit', () => console.log(process.resourceUsage().maxRSS));
      await import(${JSON.stringify(here('../dist/cli/main.js'))});`;
    const [result, memory] = node(['--input-type=module', '-e', program]).trim().split('\n');
    const { seconds } = JSON.parse(result!).run;
    return { batch: (seconds * 1000) / batches, memory: Number(memory) / 1000 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function node(args: string[]): string {
  return execFileSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function here(path: string): string {
  return new URL(path, import.meta.url).href;
}
