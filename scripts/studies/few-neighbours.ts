/**
 * `npx tsx scripts/studies/few-neighbours.ts [DIMENSIONS]`: the log density that the exact process reaches in the task regression
 * if it is told only the nearest few of the points so far: what a network reaches that combines so many values.
 */
import { Random } from '../../dist/common/random.js';
import type { Floats } from '../../dist/model/tensors.js';
import { FunctionSampler } from '../../dist/tasks/regression/functions.js';
import { predictEach } from '../../dist/tasks/regression/gaussian-process.js';

const EPISODES = 400;
const POINTS = 50;
/** Points that are known before those that count, as in the column `after 20`. */
const KNOWN = 20;
const NEIGHBOURS = [1, 2, 3, 4, 6, 8, 12, POINTS];

const D = Number(process.argv[2] ?? 1);
const sampler = new FunctionSampler({ batchSize: EPISODES, dimensions: D }, new Random(1, 'few'));
const batch = sampler.next({ length: POINTS });

function distance(points: Floats, i: number, j: number): number {
  let squares = 0;
  for (let d = 0; d < D; d++) squares += (points[i * D + d]! - points[j * D + d]!) ** 2;
  return squares;
}

/** Of the value at point t, by the process that knows the `count` nearest before it. */
function logDensity(episode: number, t: number, count: number): number {
  const points = batch.points.subarray(episode * POINTS * D, (episode + 1) * POINTS * D);
  const values = batch.targets.subarray(episode * POINTS, (episode + 1) * POINTS);
  const nearest = Array.from({ length: t }, (_, i) => i)
    .sort((i, j) => distance(points, i, t) - distance(points, j, t))
    .slice(0, count);
  const shown = [...nearest, t];
  const { logDensities } = predictEach(
    Float32Array.from(shown.flatMap((i) => [...points.subarray(i * D, (i + 1) * D)])),
    Float32Array.from(shown, (i) => values[i]!),
    D,
    { length: batch.lengths[episode]!, scale: batch.scales[episode]!, noise: batch.noise },
  );
  return logDensities.at(-1)!;
}

for (const count of NEIGHBOURS) {
  let sum = 0;
  for (let episode = 0; episode < EPISODES; episode++) {
    for (let t = KNOWN; t < POINTS; t++) sum += logDensity(episode, t, count);
  }
  const mean = sum / (EPISODES * (POINTS - KNOWN));
  console.log(`${count === POINTS ? 'all' : count} nearest: ${mean.toFixed(2)} nats`);
}
