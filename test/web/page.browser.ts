import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import {
  answers,
  classButton,
  draw,
  findChromium,
  pad,
  status,
  symbols,
  teach,
  visits,
} from './browser.js';
import { hostileFiles } from './hostile-files.js';

const chromium = findChromium();

describe.skipIf(!chromium)('the page', () => {
  const { at, atBare, open } = visits(chromium!);

  test('knows five symbols after one drawing each', async () => {
    const { page, errors, foreign } = await open();
    await teach(page);
    const said = await answers(page);
    for (const name of Object.keys(symbols)) expect(said[name]).toContain(`Class ${name}`);
    expect(errors).toEqual([]);
    expect(foreign).toEqual([]);
  });

  test('plays a recorded episode, then hands over the pen', async () => {
    const { page, errors } = await open();
    await page.waitForFunction(() => document.querySelectorAll('#strip li').length >= 2);
    expect(await pad(page).locator('path').getAttribute('d')).not.toBe('');
    await page.waitForFunction(() =>
      /Your turn/.test(document.querySelector('#status')!.textContent!),
    );
    expect(await page.locator('#strip li').count()).toBe(10);
    await draw(page, symbols.B!);
    expect(await page.locator('#strip li').count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test('saves, reloads and restores', async () => {
    const { page } = await open();
    await teach(page);
    await draw(page, symbols.C!, 0.02);
    await classButton(page, 'C').click();
    await page.waitForFunction(() => document.querySelectorAll('#strip li').length === 11);
    const strip = page.locator('#strip');
    const shown = await strip.textContent();
    expect(shown).toMatch(/LSTM [A-E]$/);
    const before = await answers(page);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Restore', exact: true }).click();
    await page.waitForFunction(() =>
      /Restored/.test(document.querySelector('#status')!.textContent!),
    );
    expect(await strip.textContent()).toBe(shown);
    expect(await answers(page)).toEqual(before);
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
      results.push(/weights (\w+)/.exec(text)![1]);
      expect(errors).toEqual([]);
    }
    expect(new Set(results).size).toBe(1);
  });

  test('wiping the memory makes it forget; giving it back brings all back', async () => {
    const { page } = await open();
    await teach(page);
    const before = await answers(page);
    await page.getByRole('button', { name: 'Wipe the memory' }).click();
    await page.getByRole('button', { name: 'Give it back' }).waitFor();
    const wiped = await answers(page);
    const known = Object.keys(symbols).filter((name) => wiped[name]!.includes(`Class ${name}`));
    expect(known.length).toBeLessThan(5);
    await page.getByRole('button', { name: 'Give it back' }).click();
    await page.getByRole('button', { name: 'Wipe the memory' }).waitFor();
    expect(await answers(page)).toEqual(before);
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
    await page.keyboard.press('c');
    await page.waitForFunction(() => document.querySelectorAll('#strip li').length === 1);
    expect(await status(page).textContent()).toContain('class C');
  });

  test('draws random episodes by seed, and keeps the seed in the address', async () => {
    const { page, errors } = await open(at('?seed=7'), { reducedMotion: 'reduce' });
    const episode = async () => {
      await page.getByRole('button', { name: 'Draw an episode' }).click();
      await page.waitForFunction(
        () => document.querySelectorAll('#episode-strip li').length === 50,
      );
      return page.locator('#episode-strip').textContent();
    };
    const first = await episode();
    expect(await episode()).toBe(first);
    await page.getByRole('button', { name: 'Count 100 more' }).click();
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

  test('comes to no harm by hostile files', async () => {
    const { page, errors } = await open();
    await teach(page);
    const before = await answers(page);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const saved = await page.evaluate(() => localStorage.getItem('mann.session')!);
    for (const { name, type, content, says } of hostileFiles(saved)) {
      await drop(page, name, type, content);
      await page.waitForFunction(() => document.querySelector('#note')!.textContent !== '');
      const note = page.locator('#note');
      expect(await note.textContent(), name).toMatch(says);
      expect(await note.locator('*').count(), name).toBe(0);
      await page.evaluate(() => {
        document.querySelector('#note')!.textContent = '';
      });
    }
    expect(page.url()).toBe(at());
    expect(await answers(page)).toEqual(before);
    // What was kept in the browser may have been changed there too.
    await page.evaluate(() => localStorage.setItem('mann.session', '{"format":1}'));
    await page.getByRole('button', { name: 'Restore', exact: true }).click();
    await page.waitForFunction(() => document.querySelector('#note')!.textContent !== '');
    expect(await answers(page)).toEqual(before);
    expect(errors).toEqual([]);
  });

  test('takes a dropped picture for a drawing', async () => {
    const { page, errors } = await open();
    await teach(page);
    const url = await page.evaluate(() => {
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = 300;
      const context = canvas.getContext('2d')!;
      context.fillStyle = '#fff';
      context.fillRect(0, 0, 300, 300);
      context.lineWidth = 9;
      context.beginPath();
      context.moveTo(60, 60);
      context.lineTo(240, 240);
      context.moveTo(240, 60);
      context.lineTo(60, 240);
      context.stroke();
      return canvas.toDataURL();
    });
    await drop(page, 'cross.png', 'image/png', atob(url.split(',')[1]!));
    await page.waitForFunction(() => document.querySelector('#status')!.textContent!.includes('%'));
    expect(await status(page).textContent()).toContain('Class B');
    await classButton(page, 'B').click();
    await page.waitForFunction(() => document.querySelectorAll('#strip li').length === 11);
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
    expect(said.B).toContain('Class B');
    await page.getByRole('button', { name: 'Draw an episode' }).click();
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
      await page.locator('summary').first().click();
      await page.getByRole('button', { name: 'Draw an episode' }).click();
      await page.waitForFunction(
        () => document.querySelectorAll('#episode-strip li').length === 50,
      );
      const source = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
      await page.evaluate(readFileSync(source, 'utf8'));
      const found = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
        const { violations } = await axe.run();
        return violations.map(({ id, impact, nodes }) => ({
          id,
          impact,
          where: nodes.map(({ html }) => html.slice(0, 120)).slice(0, 3),
        }));
      });
      expect(found.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual(
        [],
      );
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(excess).toBeLessThanOrEqual(0);
    });
  }
});

/** Drops a file on the page. `content` is one character a byte. */
async function drop(page: Page, name: string, type: string, content: string): Promise<void> {
  await page.evaluate(
    ([name, type, content]) => {
      const bytes = Uint8Array.from(content!, (c) => c.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], name!, { type: type! }));
      document.body.dispatchEvent(
        new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }),
      );
    },
    [name, type, content],
  );
}
