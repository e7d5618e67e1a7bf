import type { TrainFlags } from './training-plan.js';

/** What `npm start` trains: about two minutes on two cores. Flags given beside --demo win. */
export const DEMO = {
  dataset: 'glyphs',
  iterations: 1600,
  batchSize: 8,
  reportEvery: 25,
  evaluateEvery: 0,
  checkpointEvery: 400,
  testBatches: 100,
} as const satisfies TrainFlags;
