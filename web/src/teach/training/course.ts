/** One training and its tests, from the first batch to the last or from where it was stopped. */
import {
  type DataSet,
  type Engine,
  type EpisodeBatch,
  type EpisodeSource,
  type Evaluation,
  evaluate,
  initialTensors,
  messageOf,
  Random,
  type Scores,
  type TrainOptions,
  train,
} from 'mann';
import { planOf, testBatches } from '../task/network.js';
import type { Settings } from '../task/settings.js';
import { type Chosen, chooseEngine, onProcessor } from './machine.js';
import type { Answer, Result, Score, Shot } from './messages.js';
import { Meter } from './meter.js';
import { pixelNeighbours } from './neighbours.js';
import { nearestAnswers, shotAnswers } from './shots/answers.js';
import { SHOTS, ShotEpisodes, waysOf } from './shots/episodes.js';

/** Milliseconds between two messages. */
const EVERY = 200;
/** Batches of 20 episodes for each number of classes. */
const SHOT_BATCHES = 6;
/** What training leaves, to be gone on with. */
type Saved = Parameters<NonNullable<TrainOptions['save']>>[0];

type Tell = (answer: Answer) => void;

/** `await course.run(signal)` trains and tests; stopped by the signal it goes on where it was when it is run again. */
export class Course {
  readonly #plan: ReturnType<typeof planOf>;
  readonly #meter: Meter;
  #saved: Saved | undefined;
  #seconds = 0;

  constructor(
    readonly number: number,
    readonly settings: Settings,
    readonly data: DataSet,
    readonly threads: number,
    readonly tell: Tell,
  ) {
    this.#plan = planOf(settings, data);
    this.#meter = new Meter(settings.batches);
  }

  /** What there is of the network; undefined before it was stopped or done. */
  get checkpoint(): Saved | undefined {
    return this.#saved;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { config, recipe } = this.#plan;
    const parameters = initialTensors(config, new Random(this.settings.seed, 'weights'));
    let chosen = await chooseEngine(config, recipe, parameters, this.threads);
    try {
      try {
        await this.#train(chosen, signal);
      } catch (error) {
        if (chosen.engine.kind !== 'webgpu') throw error;
        // too little memory, a driver that gives up: the processor begins where this did
        await chosen.engine.dispose();
        chosen = await onProcessor(config, parameters, this.threads, messageOf(error));
        this.#meter.reset();
        await this.#train(chosen, signal);
      }
      if (!signal.aborted) await this.#test(chosen.engine, signal);
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error;
    } finally {
      await chosen.engine.dispose();
    }
    if (signal.aborted) this.tell({ kind: 'stopped', run: this.number });
  }

  async #train({ engine, machine }: Chosen, signal: AbortSignal): Promise<void> {
    const { task, config, recipe } = this.#plan;
    const { number: run, settings } = this;
    const sampler = task.trainingEpisodes(config, recipe, settings.seed);
    const source = this.#meter.watching(sampler as EpisodeSource<EpisodeBatch>);
    this.tell({ kind: 'begin', run, machine });
    const started = performance.now();
    let told = 0;
    await train({
      ...{ engine, recipe, source, signal, seed: settings.seed, dataset: task.record },
      resume: this.#saved,
      onProgress: ({ batch, batches, secondsLeft }) => {
        this.#meter.add(batch);
        const now = performance.now();
        if (now - told < EVERY && batch < batches) return;
        told = now;
        this.#tellProgress(batch, secondsLeft);
      },
      save: (checkpoint) => {
        this.#saved = checkpoint;
      },
    });
    this.#seconds += (performance.now() - started) / 1000;
    if (signal.aborted) this.#tellProgress(this.#saved?.step ?? 0, 0);
  }

  #tellProgress(batch: number, secondsLeft: number): void {
    const points = this.#meter.take();
    this.tell({ kind: 'progress', run: this.number, batch, secondsLeft, points });
  }

  async #test(engine: Engine, signal: AbortSignal): Promise<void> {
    const { task, config, recipe } = this.#plan;
    const { number: run, settings, data } = this;
    const batches = testBatches(settings);
    const ways = waysOf(config);
    const steps = 2 * (ways.length + 1);
    let done = 0;
    const began = () => this.tell({ kind: 'testing', run, done: done++ / steps });
    const episodes = () => task.testEpisodes(config, recipe, settings.seed, 'test');
    const { keepMemory } = recipe;
    began();
    const own = await evaluate(engine, episodes(), batches, { keepMemory, signal });
    began();
    const other = await evaluate(pixelNeighbours(config), episodes(), batches, { signal });
    const shots: Shot[] = [];
    for (const N of ways) {
      const test = () => new ShotEpisodes(data, task.test, config, N, settings.seed);
      began();
      const network = await evaluate(shotAnswers(engine), test(), SHOT_BATCHES, { signal });
      began();
      const neighbours = await evaluate(nearestAnswers(config), test(), SHOT_BATCHES, { signal });
      for (const K of SHOTS) {
        shots.push({
          ...{ ways: N, shots: K, episodes: network.episodes },
          network: scoreOf(network, String(K)),
          neighbours: scoreOf(neighbours, String(K)),
        });
      }
    }
    const result: Result = {
      episodes: own.episodes,
      byInstance: scoresOf(own),
      neighbours: scoresOf(other),
      shots,
    };
    this.tell({ kind: 'end', run, seconds: this.#seconds, result });
  }
}

const scoreOf = ({ scores, ci95 }: Evaluation, key: string): Score => ({
  accuracy: scores[key]!,
  ci95: ci95[key]!,
});

const scoresOf = (test: Evaluation): Record<string, Score> =>
  Object.fromEntries(
    Object.keys(test.scores satisfies Scores).map((key) => [key, scoreOf(test, key)]),
  );
