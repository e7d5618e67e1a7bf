/** The training step and the forward pass, on every engine of the machine. */
import { fastestKind } from '../dist/engine/create.js';
import { ceiling } from './parts/ceiling.ts';
import { flopsOf } from './parts/flops.ts';
import { median } from './timing.ts';
import { engineFor, randomBatch, usual } from './work.ts';

export interface StepTimes {
  readonly engine: 'simd' | 'relaxed';
  readonly threads: number;
  readonly batch: number;
  /** Milliseconds. */
  readonly training: number;
  readonly forward: number;
  /** GFLOP/s of the training step, and its share of the machine's 128-bit ceiling. */
  readonly rate: number;
  readonly ceiling: number;
}

const kinds = fastestKind() === 'relaxed' ? (['relaxed', 'simd'] as const) : (['simd'] as const);

/** B = 16 on each engine with one thread and two, and B = 8 on the fastest. */
export async function measureSteps(onResult: (times: StepTimes) => void): Promise<StepTimes[]> {
  const results: StepTimes[] = [];
  for (const engine of kinds) {
    for (const threads of [1, 2]) {
      const before = await ceiling(engine, threads);
      const times: Omit<StepTimes, 'ceiling'>[] = [];
      for (const batch of engine === kinds[0] ? [usual.batch, usual.batch / 2] : [usual.batch]) {
        times.push(await measure(engine, threads, batch));
      }
      const most = Math.max(before, await ceiling(engine, threads));
      for (const each of times) {
        results.push({ ...each, ceiling: most });
        onResult(results.at(-1)!);
      }
    }
  }
  return results;
}

async function measure(
  kind: 'simd' | 'relaxed',
  threads: number,
  batch: number,
): Promise<Omit<StepTimes, 'ceiling'>> {
  const engine = await engineFor(usual.config, kind, threads);
  const episodes = randomBatch(usual.config, batch, usual.length);
  const training = await median(31, () => engine.trainStep(episodes, { learningRate: 1e-3 }));
  const forward = await median(31, () => engine.forward(episodes));
  await engine.dispose();
  const rate = flopsOf(usual.config, batch, usual.length).training / training / 1e6;
  return { engine: kind, threads, batch, training, forward, rate };
}
