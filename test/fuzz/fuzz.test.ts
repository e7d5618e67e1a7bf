import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fuzz, replay } from './fuzz.ts';
import { LIMITS } from './host.ts';
import { targetFile, targetNames } from './target.ts';

/** Many tests run at once here: what is slow then is no failure. */
const patient = { deadline: 60_000, memory: 2 * LIMITS.memory };
const folder = mkdtempSync(join(tmpdir(), 'mann-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Many more by `npm run fuzz`.
describe('a correct result or a sentence', () => {
  it.each(targetNames)('%s', async (name) => {
    const limits = patient;
    const result = await fuzz({ name, file: targetFile(name), seed: 1, runs: 400, folder, limits });
    expect(result.failure?.what).toBeUndefined();
    expect(result.runs).toBe(400);
    expect(result.accepted).toBeGreaterThan(20);
    expect(result.refused).toBeGreaterThan(20);
  });
});

describe('what breaks the contract', () => {
  const misbehaving = new URL('misbehaving.ts', import.meta.url);

  it.each([
    ['hang', /no answer within 0.5 s/],
    ['throw', /TypeError: of no use to people/],
    ['heap', /heap|memory/],
    ['memory', /\d+ MB of memory/],
    ['exit', /the thread ended with 3/],
    ['lines', /characters that are not for printing/],
  ])('is noticed: %s', async (how, message) => {
    const deadline = how === 'hang' ? 500 : patient.deadline;
    const memory = how === 'memory' ? process.memoryUsage.rss() + 2 ** 28 : patient.memory;
    const limits = { deadline, memory };
    await expect(replay(misbehaving, Buffer.from(how), limits)).rejects.toThrow(message);
    expect(await replay(misbehaving, Buffer.from('well'), limits)).toBe('accepted');
  });

  it('is written down as small as it goes, with the seed that finds it again', async () => {
    const options = { name: 'misbehaving', file: misbehaving, runs: 2000, folder, limits: patient };
    const { failure, runs } = await fuzz({ ...options, seed: 5 });
    expect(runs).toBeLessThan(2000);
    expect(failure!.what).toMatch(/of no use to people/);
    expect(readFileSync(failure!.path, 'utf8')).toBe('throw');
    const again = await fuzz({ ...options, seed: failure!.seed });
    expect(again.failure).toEqual(failure);
    await expect(replay(misbehaving, readFileSync(failure!.path))).rejects.toThrow(/of no use/);
  });
});
