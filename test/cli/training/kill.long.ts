import { expect, it } from 'vitest';
import { killTimes } from '../../kill.js';
import { temporaryFolder } from '../run.js';

it('a run that is killed, whenever, goes on and ends as if nothing had happened', async () => {
  const tally = await killTimes({ times: 60, seed: 2, folder: temporaryFolder() });
  expect(tally.kills).toBe(60);
  expect(tally.runs).toBeGreaterThan(10);
  expect(tally.inWriting).toBeGreaterThan(0);
});
