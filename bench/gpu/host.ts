/**
 * What the CPU adds to the steps of a graphics processor in a training, where there is none. Dawn's null backend takes all
 * work and does nothing, and answers are held back until a processor would have given them whose steps take as long as
 * those of docs/results/gpu-h200.json. What a driver needs of the CPU is not in it.
 */
import { readFileSync } from 'node:fs';
import type { Batch, Forward, TrainStepOptions } from '../../dist/engine/engine.js';
import { openDevice } from '../../dist/engine/webgpu/device.js';
import { WebGpuEngine } from '../../dist/engine/webgpu/engine.js';
import { engineFor } from '../work.ts';
import { configOf, type GpuFigures, heading, ms, row, trainingTime } from './gpu.ts';

const FIGURES = new URL('../../docs/results/gpu-h200.json', import.meta.url);

/** @param faster how many times as fast the processor is: what a CPU adds that is so many times as slow as this one */
export async function measureHost(faster = 1): Promise<void> {
  const { times, device: name }: GpuFigures = JSON.parse(readFileSync(FIGURES, 'utf8'));
  const words = faster === 1 ? '' : `, ${faster} times as fast`;
  console.log(`with the steps of ${name}${words}`);
  heading('network', 'episodes', 'a step', 'in a training', 'times');
  for (const { preset, episodes: B, step: measured } of times) {
    const step = measured! / faster;
    const config = configOf(preset);
    const { device } = await openDevice(['backend=null']);
    const engine = new StandIn(config, await engineFor(config, 'simd', 1), device, 'none');
    engine.stepTime = step;
    const rest = { length: 50, quick: false, end: Number.POSITIVE_INFINITY };
    const training = (await trainingTime(engine, preset, B, rest))!;
    await engine.dispose();
    row(preset, `${B}`, ms(step), ms(training), (training / step).toFixed(2));
  }
}

/** An engine without a processor, which answers when one would. */
class StandIn extends WebGpuEngine {
  /** Milliseconds that a step takes. */
  stepTime = 0;
  /** When the processor will have done all that it was given, as `performance.now()`. */
  #idle = 0;

  override async trainStep(batch: Batch, options: TrainStepOptions): Promise<Forward> {
    const answers = await super.trainStep(batch, options);
    this.#idle = Math.max(performance.now(), this.#idle) + this.stepTime;
    await until(this.#idle);
    return { ...answers, loss: 1 };
  }

  /** There are no weights to bring back. */
  override async settle(): Promise<void> {}
}

/** As Dawn waits in Node: it looks again whenever nothing else is to be done. */
function until(time: number): Promise<void> {
  return new Promise((resolve) => {
    const look = () => (performance.now() >= time ? resolve() : setImmediate(look));
    look();
  });
}
