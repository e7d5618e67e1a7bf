import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { loadCheckpoint } from 'mann';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { pack, unpack } from '../../../web/src/weights/compact.js';
import {
  button,
  draw,
  examples,
  findChromium,
  newSymbol,
  pad,
  says,
  status,
  symbols,
  teach,
  visits,
} from '../browser.js';

const chromium = findChromium();
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const ink = (page: Page) => pad(page).locator('path').getAttribute('d');
describe.skipIf(!chromium)('the page', () => {
  const { at, open } = visits(chromium!);

  test('is at most 200 kB gzipped at first view, without the weights', async () => {
    const sizes: Record<string, number> = {};
    const { page } = await open(at(), { serviceWorkers: 'block' }, async (page) =>
      page.on('response', async (response) => {
        const { pathname } = new URL(response.url());
        if (!pathname.includes('/weights/')) {
          sizes[pathname] = gzipSync(await response.body()).length;
        }
      }),
    );
    await page.waitForLoadState('networkidle');
    const sum = Object.values(sizes).reduce((a, b) => a + b, 0);
    expect(Object.keys(sizes)).toContain('/');
    expect(sum, JSON.stringify(sizes)).toBeLessThanOrEqual(200_000);
  });

  test('fetches the network of the experiments only when they are asked for', async () => {
    const fetched: string[] = [];
    const { page, errors } = await open(
      at(),
      { serviceWorkers: 'block', reducedMotion: 'reduce' },
      async (page) =>
        page.on('request', (request) => {
          const [, name] = /weights\/(\w+)\.bin$/.exec(request.url()) ?? [];
          if (name) fetched.push(name);
        }),
    );
    await teach(page);
    expect(fetched.sort()).toEqual(['lstm', 'mann']);
    await page.getByRole('button', { name: 'Run an episode' }).click();
    await page.waitForFunction(() => document.querySelectorAll('#episode-strip li').length === 50);
    // Another seed starts another worker, with the same weights.
    await page.getByRole('button', { name: 'Another seed' }).click();
    await page.waitForFunction(() => document.querySelectorAll('#episode-strip li').length === 50);
    expect(fetched.sort()).toEqual(['five', 'lstm', 'mann']);
    expect(errors).toEqual([]);
  });

  test('is alive before the weights are there', async () => {
    let bring = () => {};
    const wait = new Promise<void>((resolve) => {
      bring = resolve;
    });
    const { page } = await open(at(), { serviceWorkers: 'block' }, (page) =>
      page.route('**/weights/*', async (route) => {
        await wait;
        await route.continue();
      }),
    );
    await page.waitForFunction(() => document.querySelectorAll('#slots .slot').length >= 2);
    await draw(page, symbols.A!);
    await says(page, /Loading/);
    await newSymbol(page).click();
    bring();
    await examples(page, 1);
    await says(page, /^Remembered as A\. Draw another symbol, quite different\.$/);
  });

  test('says so where the weights cannot be had', async () => {
    const { page } = await open(at(), { serviceWorkers: 'block' }, (page) =>
      page.route('**/weights/*', (route) => route.fulfill({ status: 404, body: '' })),
    );
    await page.waitForFunction(() => /could not be loaded/.test(document.body.textContent!));
    await page.waitForFunction(() => document.querySelectorAll('#slots .slot').length >= 2);
  });

  test('is drawn on with a finger, and does not scroll meanwhile', async () => {
    const { page, errors } = await open(at(), phone);
    await pad(page).scrollIntoViewIfNeeded();
    const before = await page.evaluate(() => scrollY);
    const box = (await pad(page).boundingBox())!;
    const touch = await page.context().newCDPSession(page);
    const finger = (type: string, x: number, y: number) =>
      touch.send('Input.dispatchTouchEvent', {
        type: type as 'touchStart',
        touchPoints:
          type === 'touchEnd' ? [] : [{ x: box.x + x * box.width, y: box.y + y * box.height }],
      });
    await finger('touchStart', 0.5, 0.2);
    for (let y = 0.25; y < 0.9; y += 0.05) await finger('touchMove', 0.5, y);
    await finger('touchEnd', 0, 0);
    expect(await ink(page)).toMatch(/^M\d+ \d+.*L/);
    expect(await page.evaluate(() => scrollY)).toBe(before);
    await page.waitForTimeout(1000); // sooner, Chromium takes the tap for a part of the simulated stroke: no click comes
    await newSymbol(page).tap();
    await examples(page, 1);
    expect(await status(page).textContent()).toContain('Remembered as A.');
    // Whatever is to be tapped is large enough for a finger.
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('button, input:not([type=range])')]
        .map((one) => [one.id, one.getBoundingClientRect()] as const)
        .filter(([, { width, height }]) => width > 0 && (width < 40 || height < 40))
        .map(([id]) => id),
    );
    expect(small).toEqual([]);
    expect(errors).toEqual([]);
  });

  test('takes strokes back, and clears', async () => {
    const { page } = await open();
    await draw(page, symbols.B!);
    const both = await ink(page);
    await page.getByRole('button', { name: 'Undo' }).click();
    const one = (await ink(page))!;
    expect(both!.startsWith(one)).toBe(true);
    expect(one.match(/M/g)).toHaveLength(1);
    await draw(page, [symbols.B![1]!]);
    await page.getByRole('button', { name: 'Clear' }).click();
    expect(await ink(page)).toBe('');
    await newSymbol(page).click();
    await says(page, /^Draw something first/);
    expect(await page.locator('#slots .slot').count()).toBe(0);
  });

  test('shows the memory at each step', async () => {
    const { page } = await open();
    await teach(page);
    await draw(page, symbols.C!, 0.02);
    await says(page, /your C.*%$/);
    await button(page, 'No').click();
    await page.getByRole('button', { name: 'This is D' }).click();
    await examples(page, 6);
    const scrubber = page.getByRole('slider', { name: 'Step of the episode' });
    const facts = page.locator('#slot-facts');
    expect(await scrubber.getAttribute('aria-valuetext')).toBe('Step 6 of 6: D');
    const last = await facts.textContent();
    expect(last).toMatch(
      /Strongest write: slot.*Erased before the write: slot.*Least used.*slot.*Strongest read: slot/,
    );
    await scrubber.focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft');
    expect(await scrubber.getAttribute('aria-valuetext')).toBe('Step 3 of 6: C');
    expect(await facts.textContent()).not.toBe(last);
    // Pointing at a map moves the same scrubber.
    const map = page.locator('#map-read');
    await map.scrollIntoViewIfNeeded();
    const { width, height } = (await map.boundingBox())!;
    await map.click({ position: { x: width / 2, y: (height * 0.5) / 6 } });
    expect(await scrubber.getAttribute('aria-valuetext')).toBe('Step 1 of 6: A');
  });

  test('keeps its settings in the address', async () => {
    const { page } = await open(at('?seed=12&threads=0&batches=30'), { reducedMotion: 'reduce' });
    expect(await page.getByLabel('Seed').inputValue()).toBe('12');
    expect(await page.getByLabel('Threads').inputValue()).toBe('0');
    await page.getByLabel('Threads').fill('2');
    await page.getByLabel('Threads').blur();
    await page.getByLabel('Seed').fill('5');
    await page.getByLabel('Seed').blur();
    expect(new URL(page.url()).search).toBe('?seed=5&threads=2&batches=30');
    await page.reload();
    expect(await page.getByLabel('Seed').inputValue()).toBe('5');
    // Nonsense is as if it were not there.
    await page.goto(at('?seed=-1&threads=1e9&batches=<b>'));
    expect(await page.getByLabel('Seed').inputValue()).toBe('1');
  });
});

describe('the compact weights', () => {
  test('say what the learner needs to know of the training', async () => {
    const file = new URL('../../../models/mann-omniglot-20way.safetensors', import.meta.url);
    const trained = await loadCheckpoint(fileURLToPath(file));
    const { config, step, training } = unpack(pack(trained).buffer);
    expect({ config, step }).toEqual({ config: trained.config, step: trained.step });
    expect(config.familiarity).toBe('learned');
    expect(training?.recipe).toEqual(trained.training?.recipe);
    expect(training?.recipe.distractors).toBe(4);
    expect(training?.dataset).toEqual(trained.training?.dataset);
  });
});
