import type { TrainFlags } from './plan.js';

/** What `npm start` trains: under a minute on two cores. Flags given beside --demo win. */
export const DEMO = {
  dataset: 'glyphs',
  iterations: 1000,
  reportEvery: 50,
  evaluateEvery: 0,
  checkpointEvery: 500,
  testBatches: 100,
} as const satisfies TrainFlags;
