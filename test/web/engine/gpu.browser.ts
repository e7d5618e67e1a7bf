/** WebGPU in a browser: the engine itself, and what the page does with it. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Machine } from '../../../web/src/training/messages.js';
import { sameInWords, slowerInWords, speedInWords } from '../../../web/src/training/words.js';
import { findChromium, SOFTWARE_GPU, visits } from '../browser.js';
import { bundle } from '../bundle.js';

const chromium = findChromium();

/** Trains, and gives what the page then says. */
async function trained(page: Page) {
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.locator('#trained .note').waitFor();
  const [says, machine, note] = await Promise.all(
    ['#train-says', '#train-machine', '#trained .note'].map((it) => page.locator(it).textContent()),
  );
  return { says, machine, note, checksum: /Checksum of the weights: (\w+)/.exec(note!)![1]! };
}

describe.skipIf(!chromium)('where a program imitates a graphics processor', () => {
  const { at, open } = visits(chromium!, SOFTWARE_GPU);

  test('the webgpu engine computes what the golden file says, the same bits twice', async () => {
    const [{ page }, script] = await Promise.all([
      open(at('manifest.webmanifest'), { bypassCSP: true }),
      bundle('engine/golden-in-browser.ts'),
    ]);
    await page.addScriptTag({ type: 'module', content: script });
    await page.waitForFunction('globalThis.check');
    const found = (await page.evaluate('check()')) as {
      device: string;
      updates: number;
      errors: Record<string, number>;
      isSame: boolean;
    };
    expect(found.device).toMatch(/swiftshader/i);
    expect(found.updates).toBe(10);
    for (const [what, error] of Object.entries(found.errors)) {
      expect(error, what).toBeLessThanOrEqual(2e-4);
    }
    expect(found.isSame).toBe(true);
  }, 240_000);

  test('the page trains on the processor', async () => {
    const { page, errors } = await open(at('?batches=20&threads=1'));
    const { says, machine, note } = await trained(page);
    expect(says).toMatch(/^20 batches of 8 episodes in \d+ s$/);
    expect(machine).toMatch(
      /^On your processor \(1 thread, (relaxed )?SIMD\): [\d,]+ episodes a second\.$/,
    );
    expect(note).toMatch(/gives the same weights on every processor\.$/);
    expect(errors).toEqual([]);
  });
});

describe.skipIf(!chromium)('with a graphics processor', () => {
  const { at, open } = visits(chromium!);
  const fake = readFileSync(new URL('fake-gpu.js', import.meta.url), 'utf8');

  /** The page with a stand-in for WebGPU. */
  const openWith = (query: string, fails?: 'at once' | 'in training') =>
    open(at(query), { serviceWorkers: 'block' }, (page) =>
      page.route(/\/assets\/worker-(?!web)/, async (route) => {
        const response = await route.fetch();
        const stub = `Object.defineProperty(navigator, 'gpu', { value: fakeGpu(${JSON.stringify(fails)}) });`;
        await route.fulfill({ response, body: `${fake}\n${stub}\n${await response.text()}` });
      }),
    );

  test('the page trains on it, and says how much faster it measured that to be', async () => {
    const { page, errors } = await openWith('?batches=30&threads=1');
    const shaders: string[] = [];
    page.on('response', async (response) => {
      const text = await response.text().catch(() => '');
      if (text.includes('@compute')) shaders.push(response.url());
    });
    await page.waitForLoadState('networkidle');
    expect(shaders).toEqual([]);
    const { says, machine, note } = await trained(page);
    expect(says).toMatch(/^30 batches of 64 episodes in \d+ s$/);
    expect(machine).toMatch(
      /^On your graphics processor \(NVIDIA ampere\): [\d,]+ episodes a second, [\d.,]+ times as many as on this machine’s processor with 1 thread\.$/,
    );
    expect(note).toMatch(/gives the same weights on this graphics processor\.$/);
    expect(shaders.length).toBe(1);
    expect(errors).toEqual([]);
  });

  test('that fails, the page trains on the processor', async () => {
    const query = '?batches=20&threads=1';
    const onProcessor = await openWith(`${query}&processor=cpu`);
    const right = await trained(onProcessor.page);
    expect(right.machine).toMatch(/^On your processor/);
    for (const [fails, sentence] of [
      ['at once', 'The graphics processor could not be used, so your processor trains.'],
      [
        'in training',
        'The graphics processor stopped working, so the training began again on your processor.',
      ],
    ] as const) {
      const { page, errors } = await openWith(query, fails);
      const { says, machine, checksum } = await trained(page);
      expect(says).toMatch(/^20 batches of 8 episodes/);
      expect(machine!.startsWith(`${sentence} On your processor (1 thread`), machine!).toBe(true);
      expect(checksum).toBe(right.checksum);
      expect(errors).toEqual([]);
    }
  }, 120_000);

  test('that is not there though it is asked for, the page says so', async () => {
    const { page, errors } = await open(at('?batches=10&processor=gpu'));
    const { machine } = await trained(page);
    expect(machine).toMatch(
      /^This browser gives the page no graphics processor\. On your processor/,
    );
    expect(errors).toEqual([]);
  });

  test('the page stops at once while it is made ready', async () => {
    const { page, errors } = await open(at('?batches=10'), { serviceWorkers: 'block' }, (page) =>
      page.route(/\/assets\/worker-(?!web)/, async (route) => {
        const response = await route.fetch();
        const waits = '{ requestAdapter: () => new Promise(() => {}) }';
        const stub = `Object.defineProperty(navigator, 'gpu', { value: ${waits} });`;
        await route.fulfill({ response, body: `${stub}\n${await response.text()}` });
      }),
    );
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.getByRole('button', { name: 'Stop' }).click();
    expect(await page.locator('#train-says').textContent()).toBe('Stopped.');
    await page.getByRole('button', { name: 'Train', exact: true }).waitFor();
    expect(errors).toEqual([]);
  });
});

describe('the words of the page', () => {
  const gpu: Machine = {
    ...{ means: 'gpu', gpu: 'NVIDIA ampere', threads: 7, engine: 'relaxed', processorSpeed: 270 },
  };

  test('say how fast, and compare', () => {
    expect(speedInWords(gpu, 1934)).toBe(
      'On your graphics processor (NVIDIA ampere): 1,930 episodes a second, ' +
        '7 times as many as on this machine’s processor with 7 threads.',
    );
    expect(speedInWords({ ...gpu, gpu: 'GPU', threads: 1 }, 405)).toBe(
      'On your graphics processor: 405 episodes a second, ' +
        '1.5 times as many as on this machine’s processor with 1 thread.',
    );
    expect(speedInWords(gpu, 271)).toContain(', as many as on this machine’s processor');
    expect(speedInWords(gpu, 1.1)).toMatch(/: 1 episode a second, 0\.004 times as many as/);
    expect(slowerInWords(gpu, 99.4)).toBe(
      'Your graphics processor (NVIDIA ampere) would be slower: 99 episodes a second.',
    );
    expect(sameInWords(gpu)).toMatch(/on this graphics processor\.$/);
  });
});
