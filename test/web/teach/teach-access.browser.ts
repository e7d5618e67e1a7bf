import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { axeFindings, findChromium, visits } from '../browser.js';
import { finished, QUICK, runSays, train } from './teach-page.js';

const chromium = findChromium();
/** Enough to have a curve and tests. */
const SHORT = QUICK.replace('batches=120', 'batches=10');

const excess = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** Presses Tab until what has the focus matches. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((selector) => document.activeElement?.matches(selector), selector)) {
      return;
    }
  }
  throw new Error(`Tab does not lead to ${selector}`);
}

describe.skipIf(!chromium)('the page for classes, for everybody', () => {
  const { at, open } = visits(chromium!);
  const teach = (fragment = '') => at(`teach.html${fragment}`);

  test('works with the keyboard alone', async () => {
    const { page, errors } = await open(teach(QUICK.replace('batches=120', 'batches=2000')));
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement!.textContent)).toBe(
      'Skip to the task builder',
    );
    await page.keyboard.press('Enter');
    await tabTo(page, '#classes');
    await page.keyboard.press('ArrowUp');
    await tabTo(page, '[name=labels]');
    await page.keyboard.press('ArrowRight');
    await tabTo(page, '[name=memory]');
    await page.keyboard.press('ArrowLeft'); // round to the last one
    expect(await page.locator('[name=memory]:checked').inputValue()).toBe('none');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('[name=classes]').inputValue()).toBe('4');
    expect(await page.locator('[name=labels]:checked').inputValue()).toBe('strings');
    await tabTo(page, '#train');
    await page.keyboard.press('Enter');
    await runSays(page, /^Batch/);
    await tabTo(page, '.run .tool:not([hidden])');
    await page.keyboard.press('Enter');
    await runSays(page, /^Stopped after/);
    // the button in its place has the focus
    expect(await page.evaluate(() => document.activeElement!.textContent)).toBe('Go on');
    await page.keyboard.press('Enter');
    await runSays(page, /^Batch/);
    expect(await page.evaluate(() => document.activeElement!.textContent)).toBe('Stop');
    await page.keyboard.press('Enter');
    await runSays(page, /^Stopped after/);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.locator('.run').count()).toBe(0);
    // not at the top of the page
    expect(await page.evaluate(() => document.activeElement!.id)).toBe('runs-title');
    expect(errors).toEqual([]);
  });

  test('tells those who listen of a few events, not of every batch', async () => {
    const { page } = await open(teach(QUICK));
    await page.evaluate(() => {
      const heard: string[] = [];
      Object.assign(globalThis, { heard });
      const region = document.querySelector('#announce')!;
      new MutationObserver(() => heard.push(region.textContent!)).observe(region, {
        childList: true,
      });
    });
    expect(await page.locator('#announce').getAttribute('role')).toBe('status');
    await train(page);
    await finished(page);
    const heard = await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
    expect(heard).toEqual([
      'MANN, 3 classes: training begins.',
      'MANN, 3 classes: 25% of the training.',
      'MANN, 3 classes: 50% of the training.',
      'MANN, 3 classes: 75% of the training.',
      expect.stringMatching(
        /^MANN, 3 classes is trained: \d+% on the 2nd instance of new classes\.$/,
      ),
    ]);
    // what changes all the time is in no live region
    expect(
      await page.evaluate(() =>
        document.querySelector('.run')!.closest('[aria-live], [role=status]'),
      ),
    ).toBeNull();
  });

  test('works offline once loaded, beside the page', async () => {
    const { page, errors } = await open(teach());
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.context().setOffline(true);
    await page.goto(teach(SHORT));
    expect(await page.title()).toBe('Two exercises on learning from one example');
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await train(page);
    await finished(page);
    // hosts that leave the ending out
    await page.goto(at('teach'));
    expect(await page.title()).toBe('Two exercises on learning from one example');
    await page.getByRole('link', { name: 'mann', exact: true }).click();
    await page.waitForFunction(
      () => document.title !== 'Two exercises on learning from one example',
    );
    expect(await page.locator('#pad').count()).toBe(1);
    expect(errors).toEqual([]);
  });

  for (const [name, options] of Object.entries({
    'at a desk, light': { colorScheme: 'light' as const },
    'at a desk, dark': { colorScheme: 'dark' as const },
    'on a phone, light': { colorScheme: 'light' as const, viewport: { width: 360, height: 780 } },
    'on a phone, dark': { colorScheme: 'dark' as const, viewport: { width: 780, height: 360 } },
    'on the narrowest phone': { viewport: { width: 320, height: 640 } },
    // what a desk has left of 1280 pixels
    'at 200%': { viewport: { width: 640, height: 400 } },
  })) {
    test(`axe finds nothing serious ${name}`, async () => {
      const { page, errors } = await open(teach(SHORT), {
        ...{ reducedMotion: 'reduce', bypassCSP: true },
        ...options,
      });
      await page.waitForFunction(() => document.querySelectorAll('#example li').length > 0);
      expect(await excess(page)).toBeLessThanOrEqual(0);
      await page.getByText('More settings').click();
      await train(page);
      await page.getByLabel('no memory', { exact: true }).check();
      await train(page);
      await finished(page, 2);
      await page.getByText('Repeat it').first().click();
      await page.locator('#shots svg').waitFor();
      const found = await axeFindings(page);
      expect(found).toEqual([]);
      expect(await excess(page)).toBeLessThanOrEqual(0);
      // large enough for a finger
      const small = await page.evaluate(() =>
        [...document.querySelectorAll('button, input, select')]
          .map((one) => [one.id || one.textContent, one.getBoundingClientRect()] as const)
          .filter(([, { width, height }]) => width > 0 && (width < 40 || height < 40))
          .map(([id]) => id),
      );
      expect(small).toEqual([]);
      expect(errors).toEqual([]);
    });
  }
});
