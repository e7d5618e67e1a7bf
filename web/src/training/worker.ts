/** Trains the small network on the library's own engines, away from the page's thread. */
import {
  type Checkpoint,
  createEngine,
  type DataSet,
  type DatasetRecord,
  describeGpu,
  type Engine,
  evaluate,
  type Gpu,
  glyphs,
  initialTensors,
  messageOf,
  Random,
  type Recipe,
  type Split,
  serialiseCheckpoint,
  splitClasses,
  type Tensors,
  testEpisodes,
  train,
  trainingEpisodes,
} from 'mann';
import { fnv } from './fnv.js';
import { type Machine, STOP, type TrainAnswer, type TrainAsk } from './messages.js';
import { CHARACTERS, isShown, smallNetwork, smallRecipe } from './network.js';
import { speedOf } from './speed.js';
import { failedInWords, slowerInWords } from './words.js';

const stop = new AbortController();
/** Milliseconds between two points of the curve. */
const EVERY = 120;

/** A training, whatever it runs on. */
interface Course extends TrainAsk {
  readonly data: DataSet;
  readonly split: Split;
  readonly parameters: Tensors;
}

self.onmessage = ({ data }: MessageEvent<TrainAsk | typeof STOP>) => {
  if (data === STOP) stop.abort();
  else run(data).catch((error) => post({ kind: 'failed', message: messageOf(error) }));
};

async function run(ask: TrainAsk): Promise<void> {
  const data = glyphs({ classes: CHARACTERS, seed: ask.seed });
  const split = splitClasses(data);
  const parameters = initialTensors(smallNetwork, new Random(ask.seed, 'weights'));
  const course: Course = { ...ask, data, split, parameters };
  const why = ask.means === 'cpu' ? undefined : await onGpu(course);
  if (why !== 'done') await onProcessor(course, why);
}

/** @returns `done`, or why the processor is to train instead; undefined where nobody has to know */
async function onGpu(course: Course): Promise<'done' | string | undefined> {
  const isAsked = course.means === 'gpu';
  const gpu = await describeGpu();
  if (!gpu) return isAsked ? 'This browser gives the page no graphics processor.' : undefined;
  if (!gpu.real && !isAsked) return undefined;
  post({ kind: 'preparing' });
  let engine: Engine | undefined;
  let hasBegun = false;
  try {
    const { parameters } = course;
    engine = await createEngine(smallNetwork, { kind: 'webgpu', parameters });
    const fresh = engine.optimizer();
    const recipe = smallRecipe('gpu', course.batches);
    const speed = await speedOf(engine, recipe, episodesOf(course, recipe));
    const machine = await measuredBeside(gpu, course, recipe);
    if (speed < machine.processorSpeed && !isAsked) return slowerInWords(machine, speed);
    engine.setParameters(parameters);
    engine.setOptimizer(fresh);
    hasBegun = true;
    await trainOn(engine, course, recipe, machine);
    return 'done';
  } catch (error) {
    // Too little memory, a driver that gives up, a laptop that changes to its other graphics processor.
    console.warn(`The graphics processor failed: ${messageOf(error)}`);
    return failedInWords(hasBegun);
  } finally {
    await engine?.dispose();
  }
}

/** A graphics processor, and the speed of the processor with the same network and batches. */
async function measuredBeside(gpu: Gpu, course: Course, recipe: Recipe) {
  const { threads, parameters } = course;
  const engine = await createEngine(smallNetwork, { threads, parameters });
  try {
    const processorSpeed = await speedOf(engine, recipe, episodesOf(course, recipe));
    const { kind } = engine;
    return {
      ...{ means: 'gpu', gpu: gpu.name, threads: engine.threads, engine: kind, processorSpeed },
    } satisfies Machine;
  } finally {
    await engine.dispose();
  }
}

async function onProcessor(course: Course, why: string | undefined): Promise<void> {
  const { threads, parameters } = course;
  const engine = await createEngine(smallNetwork, { threads, parameters });
  const machine: Machine = { means: 'cpu', threads: engine.threads, engine: engine.kind, why };
  await trainOn(engine, course, smallRecipe('cpu', course.batches), machine);
  await engine.dispose();
}

async function trainOn(
  engine: Engine,
  course: Course,
  recipe: Recipe,
  machine: Machine,
): Promise<void> {
  const { data, split, seed, parameters } = course;
  const { iterations: batches, batchSize: episodes, evaluateBatches: tested } = recipe;
  post({ kind: 'begin', machine, batches, episodes });
  let last: Checkpoint = { config: smallNetwork, step: 0, parameters };
  let shown = last;
  const show = () => {
    if (last.step === shown.step) return;
    shown = last;
    post({ kind: 'snapshot', checkpoint: last });
  };
  post({ kind: 'snapshot', checkpoint: last });
  const started = performance.now();
  let told = started;
  const { step } = await train({
    engine,
    recipe,
    source: episodesOf(course, recipe),
    seed,
    dataset: recordOf(data, seed),
    signal: stop.signal,
    onProgress: ({ batch, scores: accuracy }) => {
      const now = performance.now();
      if (now - told < EVERY && batch < batches) return;
      told = now;
      post({ kind: 'progress', batch, accuracy, speed: (1000 * batch) / (now - started) });
    },
    onReport: breathe,
    save: ({ optimizer: _, ...checkpoint }) => {
      last = checkpoint;
      if (isShown(checkpoint.step)) show();
    },
  });
  show();
  const seconds = (performance.now() - started) / 1000;
  const test = testEpisodes(data, split.test, smallNetwork, recipe, seed, 'test');
  const { scores: unseen } = await evaluate(engine, test, tested);
  const digest = fnv(
    [...engine.parameters().values()].map(
      ({ data }) => new Uint8Array(Float32Array.from(data).buffer),
    ),
  );
  const file = Uint8Array.from(serialiseCheckpoint(last));
  post({ kind: 'end', batch: step, seconds, digest, unseen, tested, file });
}

/** What `mann test` makes the same characters from. */
function recordOf({ name, digest }: DataSet, seed: number): DatasetRecord {
  const options = { characters: CHARACTERS, charactersSeed: seed };
  return { name, digest, split: 'random', options };
}

const episodesOf = ({ data, split, seed }: Course, recipe: Recipe) =>
  trainingEpisodes(data, split.train, smallNetwork, recipe, seed);

/** Lets messages in: without threads all the work is done in one go, and nothing else would be heard. */
const breathe = () =>
  new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });

const post = (answer: TrainAnswer) => self.postMessage(answer);
