import type { TrainFlags } from './training-plan.js';

/** What `npm start` trains: about two minutes on two cores. Flags given beside --demo win. */
export const DEMO = {
  dataset: 'glyphs',
  iterations: 3000,
  reportEvery: 50,
  evaluateEvery: 0,
  checkpointEvery: 500,
  testBatches: 100,
} as const satisfies TrainFlags;
