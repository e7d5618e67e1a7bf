/** Trains the small network on the library's own engine, away from the page's thread. */
import {
  createEngine,
  evaluate,
  glyphs,
  initialTensors,
  messageOf,
  Random,
  splitClasses,
  testEpisodes,
  train,
  trainingEpisodes,
} from 'mann';
import { STOP, type TrainAnswer, type TrainAsk } from './messages.js';
import { CHARACTERS, smallNetwork, smallRecipe } from './network.js';

const stop = new AbortController();
/** Milliseconds between two points of the curve. */
const EVERY = 120;

self.onmessage = ({ data }: MessageEvent<TrainAsk | typeof STOP>) => {
  if (data === STOP) stop.abort();
  else run(data).catch((error) => post({ kind: 'failed', message: messageOf(error) }));
};

async function run({ seed, threads, batches }: TrainAsk): Promise<void> {
  const data = glyphs({ classes: CHARACTERS, seed });
  const split = splitClasses(data);
  const recipe = smallRecipe(batches);
  const parameters = initialTensors(smallNetwork, new Random(seed, 'weights'));
  const engine = await createEngine(smallNetwork, { threads, parameters });
  const source = trainingEpisodes(data, split.train, smallNetwork, recipe, seed);
  const dataset = { name: data.name, digest: data.digest, split: 'random' };

  const started = performance.now();
  let told = started;
  const { step } = await train({
    engine,
    recipe,
    source,
    seed,
    dataset,
    signal: stop.signal,
    onProgress: ({ batch, scores: accuracy }) => {
      const now = performance.now();
      if (now - told < EVERY && batch < batches) return;
      told = now;
      const speed = (1000 * batch) / (now - started);
      post({ kind: 'progress', batch, batches, accuracy, speed });
    },
    onReport: breathe,
  });
  const seconds = (performance.now() - started) / 1000;
  const episodes = testEpisodes(data, split.test, smallNetwork, recipe, seed, 'test');
  const { scores: unseen } = await evaluate(engine, episodes, 40);
  const digest = digestOf([...engine.parameters().values()].map(({ data }) => data));
  post({
    kind: 'end',
    batch: step,
    seconds,
    threads: engine.threads,
    engine: engine.kind,
    digest,
    unseen,
  });
  await engine.dispose();
}

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

/** FNV-1a over the bits, to compare weights at a glance. */
function digestOf(arrays: readonly ArrayLike<number>[]): string {
  let hash = 0x811c9dc5;
  for (const array of arrays) {
    for (const byte of new Uint8Array(Float32Array.from(array).buffer)) {
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

const post = (answer: TrainAnswer) => self.postMessage(answer);
