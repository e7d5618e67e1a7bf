/** Small networks that were never trained, and learners taught by them. */
import { expect } from 'vitest';
import { Learner } from '../../dist/learner/learner.js';
import { modelPresets } from '../../dist/model/presets.js';
import { letter } from './drawings.ts';
import { untrained } from './weights.ts';

const { memorySize, memoryDim, nbReads, ...flatOptions } = modelPresets.flat;

export const weights = untrained();

export const networks = {
  default: weights,
  mlp: untrained({ encoder: 'mlp', encoderWidths: [9], embeddingSize: 5 }),
  flat: untrained(flatOptions),
  feedforward: untrained({ controller: 'feedforward', lookup: 'before-write' }),
  spelling: untrained({ output: 'strings', numClasses: 5, labelLength: 5 }),
};

export const userError = expect.objectContaining({ name: 'UserError' });

/** A learner that has seen five drawings of three classes. */
export async function taught(checkpoint = weights): Promise<Learner> {
  const learner = await Learner.load(checkpoint);
  for (const name of ['L', 'T', 'L', 'Z', 'T']) learner.observe(letter(name), `letter ${name}`);
  return learner;
}
