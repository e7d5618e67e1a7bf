import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';
import { LIMITS } from './host.ts';
import { targetFile, targetNames } from './target.ts';

/** Many tests run at once here: what is slow then is no failure. */
const limits = { deadline: 60_000, memory: 2 * LIMITS.memory };
const folder = mkdtempSync(join(tmpdir(), 'mann-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Other seeds than those of `npm test`, and ten times as many; more still by `npm run fuzz`.
it.each(targetNames)('a correct result or a sentence: %s', async (name) => {
  const file = targetFile(name);
  const result = await fuzz({ name, file, seed: 2, runs: 4000, folder, limits });
  expect(result.failure?.what).toBeUndefined();
  expect(result.runs).toBe(4000);
});
