import { UserError } from '../common/errors.js';
import type { TrainStepOptions } from './engine.js';
import type { Job } from './wasm/kernels.js';

type AdamNumbers = Pick<Job, 'rate' | 'correct1' | 'correct2' | 'epsilon' | 'clip'>;

/** Checks the numbers of an update. @throws UserError */
export function checkUpdate({ learningRate, clip = 0 }: TrainStepOptions): void {
  for (const [name, value] of Object.entries({ learningRate, clip })) {
    if (Number.isFinite(value) && value >= 0) continue;
    throw new UserError(`trainStep: ${name} must be a number from 0, not ${value}`);
  }
}

/** Adam's numbers for one update; steps count from 1. @throws UserError */
export function adamNumbers(options: TrainStepOptions, step: number): AdamNumbers {
  checkUpdate(options);
  const { learningRate, adam, clip = 0 } = options;
  const correct2 = 1 / (1 - 0.999 ** step);
  return {
    rate: learningRate,
    correct1: 1 / (1 - 0.9 ** step),
    correct2,
    epsilon: adam === 'tensorflow1' ? 1e-8 * Math.sqrt(correct2) : 1e-8,
    clip,
  };
}

/** Of a batch that changes no weights. */
export const noUpdate: AdamNumbers = { rate: 0, correct1: 0, correct2: 0, epsilon: 0, clip: 0 };
