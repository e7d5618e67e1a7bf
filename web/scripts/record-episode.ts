/**
 * Records the episode that the page opens on: drawings of Omniglot's test classes, and what the network
 * makes of them. `npx tsx web/scripts/record-episode.ts WEIGHTS OMNIGLOT [seed]` writes
 * web/src/demo/episode.json. Without a seed it takes the first of which every second drawing is known.
 */
import { writeFileSync } from 'node:fs';
import { Learner, loadCheckpoint, loadOmniglot, Random, splitClasses } from 'mann';
import { type RecordedStep, type Recording, USAGE_TOP } from '../src/demo/recording.js';
import { beginning, raster, type Stroke } from '../src/pad/strokes.js';
import { frameOf } from '../src/session/frame.js';
import { traced } from './trace.js';

const [weights, folder, only] = process.argv.slice(2);
if (!weights || !folder) throw new Error('usage: record-episode.ts WEIGHTS OMNIGLOT [seed]');
const checkpoint = await loadCheckpoint(weights);
const data = await loadOmniglot({ data: folder, side: 105 });
const { test } = splitClasses(data);
const learner = await Learner.load(checkpoint);
const { memorySize: N, memoryDim: W, keySize: K } = learner.config;

const seeds = only ? [Number(only)] : Array.from({ length: 400 }, (_, seed) => seed);
for (const seed of seeds) {
  const { recording, right } = record(seed);
  if (!only && right < 5) continue;
  const text = JSON.stringify(recording);
  writeFileSync(new URL('../src/demo/episode.json', import.meta.url), `${text}\n`);
  console.log(`seed ${seed}: ${right} of 5, ${text.length} bytes, ${recording.source}`);
  break;
}

function record(seed: number): { recording: Recording; right: number } {
  const random = new Random(seed, 'recorded episode');
  const classes = random.sample(test.length, 5).map((i) => data.classes[test[i]!]!);
  const drawings = classes.map(({ first, count }) =>
    random.sample(count, 2).map((i) => traced(data, first + i)),
  );
  const order = [...classes.keys(), ...random.shuffle([...classes.keys()])];
  learner.forget();
  let scale = 0;
  let before = new Float32Array(N * W);
  let right = 0;
  const raw = order.map((truth, step) => {
    const strokes = drawings[truth]![step < 5 ? 0 : 1]!;
    const guesses = step === 0 ? [] : [0.25, 0.5, 0.75, 1].map((part) => guess(strokes, part));
    const recalled = step === 0 ? [] : learner.inspect().recalled;
    if (step >= 5) right += +(indexOfLargest(guesses.at(-1)!) === truth);
    learner.observe(raster(strokes), 'ABCDE'[truth]!);
    const frame = frameOf(learner.inspect(), K);
    const slots = [...frame.usage.keys()].filter((slot) =>
      frame.memory
        .subarray(slot * W, (slot + 1) * W)
        .some((x, i) => Math.abs(x - before[slot * W + i]!) > 0.004),
    );
    for (const x of frame.memory) scale = Math.max(scale, Math.abs(x));
    before = frame.memory.slice();
    return { strokes, truth, guesses, recalled, frame, slots };
  });
  const steps = raw.map(({ strokes, truth, guesses, recalled, frame, slots }): RecordedStep => {
    const words = slots.flatMap((slot) => [...frame.memory.subarray(slot * W, (slot + 1) * W)]);
    return {
      strokes,
      truth,
      guesses,
      recalled: recalled
        .filter(({ share }) => share > 0.02)
        .slice(0, 4)
        .map(({ observation, share }) => [observation, Math.round(100 * share)] as const),
      written: frame.written,
      leastUsed: frame.leastUsed,
      read: base64(frame.read, 255),
      write: base64(frame.write, 255),
      usage: base64(frame.usage, 255 / USAGE_TOP),
      slots,
      words: base64(words, 127 / scale),
    };
  });
  const source = `Omniglot: ${classes.map(({ name }) => name).join(', ')}; weights of batch ${checkpoint.step}`;
  const recording = { source, shape: [N, W, K], scale: Number(scale.toPrecision(4)), steps };
  return { recording, right };
}

/** Confidences in percent by class of the first part of a drawing. */
function guess(strokes: readonly Stroke[], part: number): number[] {
  const percent = [0, 0, 0, 0, 0];
  const { confidences } = learner.predict(raster(beginning(strokes, part)));
  for (const { label, confidence } of confidences) {
    percent['ABCDE'.indexOf(label)] = Math.round(100 * confidence);
  }
  return percent;
}

function indexOfLargest(numbers: readonly number[]): number {
  return numbers.indexOf(Math.max(...numbers));
}

function base64(numbers: ArrayLike<number>, scale: number): string {
  const bytes = Array.from(numbers, (x) => Math.max(-127, Math.min(255, Math.round(x * scale))));
  return Buffer.from(bytes.map((x) => x & 255)).toString('base64');
}
