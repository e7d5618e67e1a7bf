/**
 * `npm run kill -- --times 200 --seed 1`: kills tiny trainings at random moments and goes on with them. Exits
 * with 1 at the first one that does not end as if nothing had happened.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killTimes } from '../../test/kill.ts';

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
  },
});
const [times, seed] = [Number(values.times), Number(values.seed)];
console.log(`${times} kills, seed ${seed}`);
const folder = mkdtempSync(join(tmpdir(), 'mann-kill-'));
try {
  const tally = await killTimes({
    times,
    seed,
    folder,
    onKill: ({ kills, runs }) => {
      if (kills % 20 === 0) console.log(`${kills} kills, ${runs} runs ended`);
    },
  });
  console.log(
    `${tally.kills} kills, all gone on with; ${tally.runs} runs ended with the bits and lines of an undisturbed one`,
  );
  console.log(
    `before the first checkpoint ${tally.beforeCheckpoints}, while a file was being written ${tally.inWriting}, ` +
      `with log lines ahead of the checkpoint ${tally.inLogging}, after training ${tally.afterTraining}`,
  );
  rmSync(folder, { recursive: true });
} catch (error) {
  console.error(`${(error as Error).message}\nWhat it left is in ${folder}`);
  process.exitCode = 1;
}
