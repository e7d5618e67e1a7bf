/** Random episodes of invented characters for both networks, away from the page's own thread. */
import {
  type Checkpoint,
  createEngine,
  type Engine,
  type EpisodeBatch,
  EpisodeSampler,
  glyphs,
  Random,
  UserError,
} from 'mann';
import { unpack } from '../weights/compact.js';
import type { Answer, Ask, EpisodeWeights, Shown, Tally } from './messages.js';

const C = 5;
const T = 50;
/** Characters that are invented for one seed. */
const CLASSES = 60;

interface Engines {
  readonly mann: Engine;
  readonly lstm: Engine | undefined;
}

let opening: Promise<Engines> | undefined;

self.onmessage = async ({ data: ask }: MessageEvent<Ask>) => {
  try {
    if ('weights' in ask) {
      opening = openAll(ask.weights);
      await opening;
      return;
    }
    await run(ask);
  } catch (error) {
    const message = error instanceof UserError ? error.message : String(error);
    post({ kind: 'failed', message });
  }
};

async function openAll({ mann, lstm }: EpisodeWeights): Promise<Engines> {
  return { mann: await open(unpack(mann)), lstm: lstm && (await open(unpack(lstm))) };
}

const open = ({ config, parameters }: Checkpoint) =>
  createEngine(config, { parameters, threads: 0 });

async function run({ seed, from, count }: Exclude<Ask, { weights: unknown }>): Promise<void> {
  if (!opening) throw new Error('no weights');
  const engines = await opening;
  const data = glyphs({ classes: CLASSES, drawings: 20, seed });
  const all = [...data.classes.keys()];
  for (let i = from; i < from + count; i++) {
    const options = {
      batchSize: 1,
      numClasses: C,
      inputHeight: 20,
      inputWidth: 20,
      augment: false,
    };
    const sampler = new EpisodeSampler(data, all, options, new Random(seed, `episode ${i}`));
    const batch = sampler.next({ classes: C, length: T });
    const mann = (await engines.mann.forward(batch)).logits;
    const lstm = (await engines.lstm?.forward(batch))?.logits;
    const tally: Tally = { mann: count10(batch, mann), lstm: lstm && count10(batch, lstm) };
    const shown = i === 0 ? show(batch, data, mann, lstm) : undefined;
    post({ kind: 'episode', number: i, tally, shown });
  }
  post({ kind: 'done' });
}

/** Right answers and all answers by instance, 1 to 10. */
function count10({ labels, instances }: EpisodeBatch, logits: ArrayLike<number>) {
  const right = new Array<number>(10).fill(0);
  const total = new Array<number>(10).fill(0);
  for (let t = 0; t < T; t++) {
    const instance = instances[t]! - 1;
    if (instance >= 10) continue;
    total[instance]!++;
    if (best(logits, t) === labels[t]) right[instance]!++;
  }
  return { right, total };
}

function show(
  { labels, drawings }: EpisodeBatch,
  { atlas, side }: { atlas: Uint8Array; side: number },
  mann: ArrayLike<number>,
  lstm: ArrayLike<number> | undefined,
): Shown[] {
  const P = side * side;
  return Array.from({ length: T }, (_, t) => {
    const first = drawings[t]! * P;
    return {
      ink: Float32Array.from(atlas.subarray(first, first + P), (x) => x / 255),
      side,
      truth: labels[t]!,
      guess: best(mann, t),
      confidence: confidence(mann, t),
      rival: lstm && best(lstm, t),
    };
  });
}

function best(logits: ArrayLike<number>, t: number): number {
  let most = 0;
  for (let i = 1; i < C; i++) if (logits[t * C + i]! > logits[t * C + most]!) most = i;
  return most;
}

function confidence(logits: ArrayLike<number>, t: number): number {
  const most = logits[t * C + best(logits, t)]!;
  let sum = 0;
  for (let i = 0; i < C; i++) sum += Math.exp(logits[t * C + i]! - most);
  return 1 / sum;
}

const post = (answer: Answer) => self.postMessage(answer);
