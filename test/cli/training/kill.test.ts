import { expect, it } from 'vitest';
import { killTimes } from '../../kill.js';
import { temporaryFolder } from '../run.js';

it('a run that is killed, whenever, goes on and ends as if nothing had happened', async () => {
  // `npm run kill` does it as often as you like.
  const tally = await killTimes({ times: 10, seed: 1, folder: temporaryFolder() });
  expect(tally.kills).toBe(10);
  expect(tally.runs).toBeGreaterThanOrEqual(1);
}, 180_000);
