/**
 * The training step on a graphics processor: alone, in a training, and in other libraries. What there is no time for is
 * left out, and listed.
 */
import { messageOf } from '../../dist/common/errors.js';
import { fastestKind } from '../../dist/engine/create.js';
import type { Batch, Engine, EngineKind, Forward } from '../../dist/engine/engine.js';
import { glyphs, splitClasses } from '../../dist/index.js';
import { modelConfig } from '../../dist/model/config.js';
import { modelPresets } from '../../dist/model/presets.js';
import { trainingEpisodes } from '../../dist/tasks/classification/drawings.js';
import type { EpisodeBatch } from '../../dist/tasks/classification/episodes.js';
import { samplingThread } from '../../dist/tasks/classification/thread/sampling-thread.js';
import { initialWeights } from '../../dist/training/initial-weights.js';
import { makeRecipe } from '../../dist/training/recipe/recipe.js';
import { train } from '../../dist/training/trainer.js';
import { machine, middle } from '../timing.ts';
import { engineFor } from '../work.ts';
import { type GpuPeerResult, GpuPeers } from './peers.ts';

export const gpuPresets = ['default', 'flat'] as const;
export type GpuPreset = (typeof gpuPresets)[number];

export interface GpuOptions {
  /** What is measured. Another engine than `webgpu` shows that the benchmark runs where there is no graphics processor. */
  readonly engine: EngineKind;
  readonly presets: readonly GpuPreset[];
  /** Episodes in a batch: ours, and those of the other libraries. */
  readonly episodes: readonly number[];
  readonly peersEpisodes: readonly number[];
  /** Drawings in an episode. */
  readonly length: number;
  /** Nothing is begun after so many seconds. */
  readonly seconds: number;
  /** Takes so few steps that the times mean nothing: shows that everything runs. */
  readonly quick: boolean;
}

/** In milliseconds. */
export interface GpuTimes {
  readonly preset: GpuPreset;
  readonly episodes: number;
  /** A step on one batch again and again, with as many steps under way as the engine allows. */
  step?: number;
  /** A batch of `train()`: episodes are sampled and drawn, losses and answers are read and graded. */
  training?: number | undefined;
  /** The first step, for which shaders are compiled and memory is allocated. */
  first?: number;
  /** By pass, where the engine measures it. */
  profile?: Readonly<Record<string, number>> | undefined;
}

export interface GpuFigures {
  readonly machine: string;
  readonly device: string;
  readonly options: GpuOptions;
  /** The largest difference of five losses from those of the WebAssembly engine, relative. */
  readonly differences: Readonly<Record<string, number>>;
  readonly times: readonly GpuTimes[];
  readonly peers: readonly GpuPeerResult[];
  readonly leftOut: readonly string[];
}

/** What an engine can have besides. */
interface Profiling {
  /** Milliseconds of a training step by pass. */
  profile?(batch: Batch): Promise<Record<string, number>>;
}

const UPDATE = { learningRate: 1e-3 };

/** @param onFigures gets all figures so far whenever there are more, so that none is lost when the program is ended */
export async function measureGpu(
  options: GpuOptions,
  onFigures: (figures: GpuFigures) => Promise<void>,
): Promise<void> {
  const peers = options.peersEpisodes.length > 0 ? new GpuPeers(options) : undefined;
  try {
    await new GpuBench(options, peers, onFigures).run();
  } finally {
    peers?.close();
  }
}

class GpuBench {
  readonly #options: GpuOptions;
  readonly #peers: GpuPeers | undefined;
  readonly #onFigures: (figures: GpuFigures) => Promise<void>;
  readonly #end: number;
  #device = '';
  readonly #differences: Record<string, number> = {};
  readonly #times: GpuTimes[] = [];
  readonly #results: GpuPeerResult[] = [];
  readonly #leftOut: string[] = [];

  constructor(
    options: GpuOptions,
    peers: GpuPeers | undefined,
    onFigures: (figures: GpuFigures) => Promise<void>,
  ) {
    this.#options = options;
    this.#peers = peers;
    this.#onFigures = onFigures;
    this.#end = performance.now() + options.seconds * 1000;
  }

  async run(): Promise<void> {
    const { presets, episodes } = this.#options;
    for (const preset of presets) {
      await this.#attempt(`${preset}, comparison`, () => this.#compare(preset));
    }
    heading('network', 'episodes', 'a step', 'in a training', 'episodes/s', 'first step');
    for (const preset of presets) {
      for (const B of episodes) {
        await this.#attempt(`${preset}, ${B} episodes`, () => this.#measure(preset, B));
      }
    }
    for (const preset of presets) await this.#measurePeers(preset);
    this.#printBeside();
    await this.#keep();
  }

  /** Does a part if there is time for it. The others go on where it fails, for lack of memory for example. */
  async #attempt(what: string, work: () => Promise<void>): Promise<void> {
    if (performance.now() > this.#end) return this.#leaveOut(what, 'there was no time left');
    try {
      await work();
    } catch (error) {
      this.#leaveOut(what, messageOf(error));
    }
    await this.#keep();
  }

  #leaveOut(what: string, why: string): void {
    this.#leftOut.push(`${what}: ${why}`);
    console.log(`left out: ${what}: ${why}`);
  }

  #keep(): Promise<void> {
    return this.#onFigures({
      machine: machine(),
      device: this.#device,
      options: this.#options,
      differences: this.#differences,
      times: this.#times,
      peers: this.#results,
      leftOut: this.#leftOut,
    });
  }

  /** Whether a graphics processor computes what the processor does. */
  async #compare(preset: GpuPreset): Promise<void> {
    const losses: number[][] = [];
    const batch = this.#batch(preset, this.#options.quick ? 2 : 16);
    for (const kind of [this.#options.engine, fastestKind()]) {
      const engine = await engineOf(preset, kind);
      if (kind !== fastestKind() || !this.#device) this.#name(engine);
      const own: number[] = [];
      for (let i = 0; i < 5; i++) own.push((await engine.trainStep(batch, UPDATE)).loss);
      losses.push(own);
      await engine.dispose();
    }
    const [ours, right] = losses as [number[], number[]];
    const largest = Math.max(...ours.map((loss, i) => Math.abs(loss - right[i]!) / right[i]!));
    this.#differences[preset] = largest;
    const words = largest.toExponential(1);
    console.log(`${preset}: five losses differ from the WebAssembly engine's by ${words} at most`);
  }

  #name({ device, kind, threads }: Engine): void {
    if (this.#device) return;
    this.#device = device ?? `${kind}, ${threads} threads`;
    console.log(`${this.#device}\n`);
  }

  /** Ours, with so many episodes in a batch. */
  async #measure(preset: GpuPreset, B: number): Promise<void> {
    const engine = await engineOf(preset, this.#options.engine);
    try {
      if (this.#options.peersEpisodes.includes(B)) {
        await this.#peers?.addWork(preset, engine, this.#batch(preset, B));
        restart(engine, preset);
      }
      const times: GpuTimes = { preset, episodes: B };
      this.#times.push(times);
      const batch = this.#batch(preset, B, engine);
      const started = performance.now();
      await steps(engine, batch, 1);
      times.first = performance.now() - started;
      times.step = await this.#step(engine, batch);
      restart(engine, preset);
      times.training = await trainingTime(engine, preset, B, { ...this.#options, end: this.#end });
      const { step, training, first } = times;
      const rate = training === undefined ? '' : ((1000 * B) / training).toFixed(0);
      row(preset, `${B}`, ms(step), ms(training), rate, ms(first));
      if (training === undefined) {
        this.#leaveOut(`${preset}, ${B} episodes, in a training`, 'there was no time left');
      }
      times.profile = await (engine as Profiling).profile?.(batch);
      if (times.profile) {
        const passes = Object.entries(times.profile);
        console.log(`  by pass: ${passes.map(([pass, t]) => `${pass} ${ms(t)}`).join(', ')}`);
      }
    } finally {
      await engine.dispose();
    }
  }

  /** A step on one batch: the median of groups of ten steps, fewer where one takes more than 100 ms. */
  async #step(engine: Engine, batch: Batch): Promise<number> {
    const { quick } = this.#options;
    const started = performance.now();
    await steps(engine, batch, 1);
    const one = performance.now() - started;
    const size = quick ? 2 : Math.max(1, Math.min(10, Math.floor(1000 / one)));
    if (!quick) await steps(engine, batch, size);
    const times: number[] = [];
    const begun = performance.now();
    const isEnough = () =>
      times.length >= (quick ? 1 : 5) && (quick || performance.now() > begun + 1500);
    while (times.length === 0 || (!isEnough() && performance.now() < this.#end)) {
      const start = performance.now();
      await steps(engine, batch, size);
      times.push((performance.now() - start) / size);
    }
    return middle(times);
  }

  async #measurePeers(preset: GpuPreset): Promise<void> {
    await this.#peers?.measure(preset, this.#end, {
      onResult: async (result) => {
        this.#results.push(result);
        await this.#keep();
      },
      onLeftOut: (what, why) => this.#leaveOut(what, why),
    });
  }

  /** Ours and the other libraries' beside each other. */
  #printBeside(): void {
    if (this.#results.length === 0) return;
    console.log();
    heading('network', 'episodes', 'a step', 'times mann', 'prepared', '');
    for (const { preset, episodes, step } of this.#times) {
      const own = this.#results.filter((r) => r.preset === preset && r.episodes === episodes);
      if (own.length === 0 || step === undefined) continue;
      row(preset, `${episodes}`, ms(step), '1', '', `mann ${this.#options.engine}`);
      for (const { name, version, variant, ms: time, prepared } of own) {
        const seconds = `${prepared.toFixed(0)} s`;
        row('', '', ms(time), (time / step).toFixed(2), seconds, `${name} ${version}, ${variant}`);
      }
    }
  }

  /** The first batch of a training: as the engine gets it there, or with its pixels. */
  #batch(preset: GpuPreset, B: number, engine?: Engine): EpisodeBatch {
    const task = { classes: configOf(preset).numClasses, length: this.#options.length };
    return episodesFor(preset, B, this.#options.length).next(task, undefined, engine?.draws);
  }
}

/**
 * Milliseconds for a batch of a real training, when Node has compiled what it runs: the mean of 100 batches, or of those in
 * six seconds.
 * @param end as `performance.now()`: it takes no longer
 */
export async function trainingTime(
  engine: Engine,
  preset: GpuPreset,
  B: number,
  { length, quick, end }: Pick<GpuOptions, 'length' | 'quick'> & { readonly end: number },
): Promise<number | undefined> {
  const [warmUp, count] = quick ? [1, 3] : [100, 100];
  const done: number[] = [];
  const stop = new AbortController();
  const until = Math.min(end, performance.now() + 6000);
  const { name, digest } = data;
  await train({
    engine,
    recipe: recipeOf(preset, B, length, warmUp + count),
    source: episodesFor(preset, B, length),
    sampling: samplingThread,
    seed: 1,
    dataset: { name, digest, split: 'random' },
    signal: stop.signal,
    onProgress: () => {
      done.push(performance.now());
      if (performance.now() > until && done.length > warmUp) stop.abort();
    },
  });
  const measured = done.length - warmUp;
  return measured > 0 ? (done.at(-1)! - done[warmUp - 1]!) / measured : undefined;
}

const data = glyphs({ classes: 400 });

function recipeOf(preset: GpuPreset, batchSize: number, episodeLength: number, iterations: number) {
  const rest = { curriculum: 'none', evaluateEvery: 0 } as const;
  return makeRecipe({ preset, batchSize, iterations, episodeLength, ...rest });
}

function episodesFor(preset: GpuPreset, B: number, length: number) {
  const { train: classes } = splitClasses(data);
  return trainingEpisodes(data, classes, configOf(preset), recipeOf(preset, B, length, 1), 1);
}

export function configOf(preset: GpuPreset) {
  return modelConfig(modelPresets[preset]);
}

function engineOf(preset: GpuPreset, kind: EngineKind): Promise<Engine> {
  return engineFor(configOf(preset), kind, 2);
}

/** Gives a network its first weights again, and Adam no past. */
function restart(engine: Engine, preset: GpuPreset): void {
  const parameters = initialWeights(configOf(preset), 2);
  const zeros = () =>
    new Map(
      [...parameters].map(([name, { shape, data }]) => {
        return [name, { shape, data: new Float32Array(data.length) }];
      }),
    );
  engine.setParameters(parameters);
  engine.setOptimizer({ step: 0, first: zeros(), second: zeros() });
}

/** So many updates: up to `engine.ahead` are under way, and the oldest is waited for before the next begins. */
async function steps(engine: Engine, batch: Batch, count: number): Promise<void> {
  const underWay: Promise<Forward>[] = [];
  for (let i = 0; i < count; i++) {
    if (underWay.length >= engine.ahead) await underWay.shift();
    const work = engine.trainStep(batch, UPDATE);
    work.catch(() => undefined); // it is waited for below, unless an earlier one fails
    underWay.push(work);
  }
  await Promise.all(underWay);
}

export function ms(value: number | undefined): string {
  return value === undefined ? '' : `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}

export function heading(...cells: readonly string[]): void {
  console.log();
  row(...cells);
}

export function row(...[network, ...cells]: readonly string[]): void {
  const last = cells.pop()!;
  const middle = cells.map((cell) => cell.padStart(14)).join('');
  console.log(`${network!.padEnd(9)}${middle}  ${last}`.trimEnd());
}
