import { describe, expect, test } from 'vitest';
import {
  answers,
  axeFindings,
  card,
  draw,
  drop,
  dropCross,
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
import { hostileFiles } from './hostile-files.js';

const chromium = findChromium();

describe.skipIf(!chromium)('the page', () => {
  const { at, atBare, open } = visits(chromium!);

  test('knows five symbols after one drawing each', async () => {
    const { page, errors, foreign } = await open();
    await teach(page);
    const said = await answers(page);
    for (const name of Object.keys(symbols)) expect(said[name]).toContain(`That’s your ${name}.`);
    expect(errors).toEqual([]);
    expect(foreign).toEqual([]);
  });

  test('plays a recorded episode, then hands over the pen', async () => {
    const { page, errors } = await open();
    await page.waitForFunction(() => document.querySelectorAll('#slots .slot').length >= 2);
    expect(await pad(page).locator('path').getAttribute('d')).not.toBe('');
    await page.waitForFunction(() =>
      /Your turn/.test(document.querySelector('#status')!.textContent!),
    );
    expect(await page.locator('#scrubber-says').textContent()).toContain('Recorded step 10 of 10');
    await draw(page, symbols.B!);
    expect(await page.locator('#scrubber-says').textContent()).toBe('No drawings yet.');
    expect(errors).toEqual([]);
  });

  test('says the same with and without cross-origin isolation', async () => {
    const isolated = await open(at());
    const plain = await open(atBare());
    expect(await isolated.page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(await plain.page.evaluate(() => crossOriginIsolated)).toBe(false);
    const said = [];
    for (const { page } of [isolated, plain]) {
      await page.bringToFront();
      await teach(page);
      said.push(await answers(page));
    }
    expect(said[1]).toEqual(said[0]);
  });

  test('trains to the same weights with threads and without', async () => {
    const results = [];
    for (const url of [
      atBare('?batches=40'),
      at('?batches=40&threads=1'),
      at('?batches=40&threads=2'),
    ]) {
      const { page, errors } = await open(url);
      await page.getByRole('button', { name: 'Train', exact: true }).click();
      await page.locator('#trained .note').waitFor();
      const text = (await page.locator('#trained .note').textContent())!;
      results.push(/Checksum of the weights: (\w+)/.exec(text)![1]);
      expect(errors).toEqual([]);
    }
    expect(new Set(results).size).toBe(1);
  });

  test('works with the keyboard alone', async () => {
    const { page } = await open();
    await pad(page).focus();
    await page.keyboard.press('Space');
    for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowRight');
    for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    expect(await pad(page).locator('path').getAttribute('d')).toMatch(/^M500 500/);
    await page.keyboard.press('Backspace');
    expect(await pad(page).locator('path').getAttribute('d')).toBe('');
    await page.keyboard.press('Space');
    for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Space');
    await page.keyboard.press('a');
    await examples(page, 1);
    await says(page, /^Remembered as A\./);
    await page.keyboard.press('Space');
    for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await says(page, /%$/);
    await page.keyboard.press('Enter');
    await page.waitForFunction(() =>
      /^(Right|Remembered)/.test(document.querySelector('#status')!.textContent!),
    );
  });

  test('draws random episodes by seed, and keeps the seed in the address', async () => {
    const { page, errors } = await open(at('?seed=7'), { reducedMotion: 'reduce' });
    const episode = async () => {
      await page.getByRole('button', { name: 'Run an episode' }).click();
      await page.waitForFunction(
        () => document.querySelectorAll('#episode-strip li').length === 50,
      );
      return page.locator('#episode-strip').textContent();
    };
    const first = await episode();
    expect(await episode()).toBe(first);
    await page.getByRole('button', { name: 'Count 100 more episodes' }).click();
    await page.waitForFunction(
      () => document.querySelector('#counted')!.textContent === ': 101 episodes',
    );
    const rows = await page.locator('#table tbody tr').allTextContents();
    const mann = await page.locator('#table tbody tr').first().locator('td').allTextContents();
    expect(Number(mann[5])).toBeGreaterThan(60);
    expect(rows[2]).toContain('34.557.370.171.881.492.4');
    await page.getByRole('button', { name: 'Another seed' }).click();
    expect(page.url()).toContain('seed=8');
    expect(errors).toEqual([]);
  });

  test('comes to no harm by hostile files', { timeout: 180_000 }, async () => {
    const { page, errors } = await open();
    await teach(page);
    const before = await answers(page);
    await page.waitForFunction(() => localStorage.getItem('mann.session')?.includes('"E"'));
    const saved = await page.evaluate(() => localStorage.getItem('mann.session')!);
    for (const { name, type, content, says } of hostileFiles(saved)) {
      await drop(page, name, type, content);
      const note = page.locator('#note');
      await expect.poll(() => note.textContent(), { message: name, timeout: 30_000 }).toMatch(says);
      expect(await note.locator('*').count(), name).toBe(0);
      await page.evaluate(() => {
        document.querySelector('#note')!.textContent = '';
      });
    }
    expect(page.url()).toBe(at());
    expect(await answers(page)).toEqual(before);
    // What was kept in the browser may have been changed there too.
    await page.goto('about:blank');
    await page.goto(at());
    await page.evaluate(() => localStorage.setItem('mann.session', '{"format":1}'));
    await page.reload();
    await page.waitForFunction(() => document.querySelector('#note')!.textContent !== '');
    expect(await page.locator('#note').textContent()).toMatch(
      /of your last visit could not be restored/,
    );
    await draw(page, symbols.A!);
    await newSymbol(page).click();
    await examples(page, 1);
    expect(errors).toEqual([]);
  });

  test('takes a dropped picture for a drawing', async () => {
    const { page, errors } = await open();
    await teach(page);
    await dropCross(page);
    await says(page, /%$/);
    expect(await status(page).textContent()).toContain('your B.');
    await card(page, 'B').click();
    await says(page, /^Right: 1 of 1/);
    expect(errors).toEqual([]);
  });

  test('works offline once loaded', async () => {
    const { page, errors } = await open();
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.context().setOffline(true);
    await page.goto(at('?seed=3'));
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await teach(page);
    const said = await answers(page);
    expect(said.B).toContain('your B.');
    await page.getByRole('button', { name: 'Run an episode' }).click();
    await page.waitForFunction(() => document.querySelectorAll('#episode-strip li').length > 0);
    expect(errors).toEqual([]);
  });

  for (const [name, options] of Object.entries({
    'at a desk, light': { colorScheme: 'light' as const },
    'at a desk, dark': { colorScheme: 'dark' as const },
    'on a phone, light': { colorScheme: 'light' as const, viewport: { width: 390, height: 844 } },
    'on a phone, dark': { colorScheme: 'dark' as const, viewport: { width: 390, height: 844 } },
  })) {
    test(`axe finds nothing serious ${name}`, async () => {
      const { page } = await open(at(), {
        reducedMotion: 'reduce',
        bypassCSP: true,
        ...options,
      });
      await teach(page);
      await draw(page, symbols.C!, 0.02);
      await page.locator('#machine summary').first().click();
      await page.getByRole('button', { name: 'Run an episode' }).click();
      await page.waitForFunction(
        () => document.querySelectorAll('#episode-strip li').length === 50,
      );
      const found = await axeFindings(page);
      expect(found.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual(
        [],
      );
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(excess).toBeLessThanOrEqual(0);
    });
  }
});
