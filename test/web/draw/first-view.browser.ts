/** What is to be seen first: on screens of every size, without scripts, and of a link to the page. */
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { site as sitePlugin } from '../../../web/build/site.js';
import {
  button,
  card,
  draw,
  dropCross,
  examples,
  findChromium,
  newSymbol,
  pad,
  says,
  symbols,
  visits,
} from '../browser.js';

const chromium = findChromium();

/** Desk, phones upright and on their side, and a desk at 200% zoom. */
const screens = {
  'a desk': { width: 1280, height: 800 },
  'a low window': { width: 1024, height: 560 },
  'a tablet': { width: 768, height: 1024 },
  'a phone': { width: 390, height: 844 },
  'a phone on its side': { width: 844, height: 390 },
  'a short phone': { width: 375, height: 667 },
  'a small phone': { width: 320, height: 568 },
  'a small phone on its side': { width: 568, height: 320 },
  'a desk at 200%': { width: 640, height: 400 },
};

const boxes = (page: Page) =>
  page.evaluate(() => {
    scrollTo({ top: 0, behavior: 'instant' });
    const box = (selector: string) => {
      const { left, top, right, bottom } = document
        .querySelector(selector)!
        .getBoundingClientRect();
      return { left, top, right, bottom };
    };
    return {
      pad: box('#pad'),
      undo: box('#undo'),
      verdict: box('.verdict'),
      classes: box('.cards'),
    };
  });

describe.skipIf(!chromium)('the first view', () => {
  const { at, open } = visits(chromium!);

  for (const [name, viewport] of Object.entries(screens)) {
    test(`on ${name} holds pad, answer and classes, and nothing moves`, async () => {
      const { page } = await open(at(), { viewport, reducedMotion: 'reduce' });
      await page.waitForFunction(() => /Your turn/.test(document.body.textContent!));
      const start = await boxes(page);
      const isSame = async (state: string) => {
        const { pad, verdict, classes, undo } = await boxes(page);
        expect(pad, state).toEqual(start.pad);
        expect(classes, state).toEqual(start.classes);
        expect(undo.top, state).toBe(start.undo.top);
        expect(verdict.bottom, state).toBeLessThanOrEqual(classes.top);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(wide, state).toBeLessThanOrEqual(0);
      };
      for (const box of [start.pad, start.verdict, start.classes]) {
        expect(box.top).toBeGreaterThanOrEqual(0);
        expect(box.bottom).toBeLessThanOrEqual(viewport.height);
        expect(box.left).toBeGreaterThanOrEqual(0);
        expect(box.right).toBeLessThanOrEqual(viewport.width);
      }
      expect(start.pad.right - start.pad.left).toBeGreaterThanOrEqual(140);

      await draw(page, symbols.A!);
      await isSame('first drawing');
      await newSymbol(page).click();
      await isSame('one example');
      await draw(page, symbols.B!);
      await isSame('new symbol');
      for (const name of ['B', 'C', 'D', 'E']) {
        if (name !== 'B') await draw(page, symbols[name]!);
        await newSymbol(page).click();
      }
      await examples(page, 5);
      await isSame('five examples');
      await draw(page, symbols.C!, 0.02);
      await says(page, /your C/);
      await isSame('answer');
      // The card that is the answer is to be seen, however many there are.
      const [answer, all] = [
        await card(page, 'C').boundingBox(),
        await page.locator('#classes').boundingBox(),
      ];
      expect(answer!.x).toBeGreaterThanOrEqual(all!.x - 1);
      expect(answer!.x + answer!.width).toBeLessThanOrEqual(all!.x + all!.width + 1);
      await button(page, 'Yes').click();
      await isSame('score');
      await dropCross(page);
      await says(page, /your B/);
      await isSame('picture');
      const [picture, paper] = [
        await pad(page).locator('canvas').boundingBox(),
        await pad(page).boundingBox(),
      ];
      expect(picture!.height).toBeLessThanOrEqual(paper!.height);
      expect(picture!.width).toBeCloseTo(picture!.height, 0);
      await page.locator('#wipe').click();
      await says(page, /^Its memory is empty/);
      await isSame('without the memory');
      expect(await pad(page).locator('canvas').count()).toBe(1);
      // No text of the cards is cut off.
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll('.class, .class span, .name, .tool')]
          .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
          .map((one) => one.className),
      );
      expect(cut).toEqual([]);
    });
  }

  test('without scripts says what is needed, and where to read on', async () => {
    const { page } = await open(at(), { javaScriptEnabled: false });
    const note = page.locator('.noscript');
    expect(await note.textContent()).toMatch(/^This page needs JavaScript and WebAssembly/);
    expect(await note.locator('a').first().getAttribute('href')).toBe(
      'https://arxiv.org/abs/1605.06065',
    );
  });

  test('links to the paper and the source code', async () => {
    const { page } = await open();
    const link = (name: string | RegExp) =>
      page.locator('footer').getByRole('link', { name }).getAttribute('href');
    expect(await link(/One-shot Learning/)).toBe('https://arxiv.org/abs/1605.06065');
    expect(await link('Source code')).toMatch(/^https:\/\/\S+\/\S+$/);
    expect(await page.content()).not.toContain('%REPOSITORY%');
  });

  test('of a link has a title, a text and a picture; icons are PNG too', async () => {
    const { page } = await open();
    const property = (name: string) =>
      page.locator(`meta[property="og:${name}"]`).getAttribute('content');
    expect(await property('title')).toBe('Draw it once and it knows');
    expect(await property('description')).toContain('external memory');
    expect(await property('type')).toBe('website');
    const icon = (rel: string) =>
      page.locator(`link[rel="${rel}"][href$=".png"]`).getAttribute('href');
    const manifest = await (await page.request.get(at('manifest.webmanifest'))).json();
    const pictures: [string, number, number][] = [
      [(await property('image'))!, 1200, 630],
      [(await icon('apple-touch-icon'))!, 180, 180],
      [(await icon('icon'))!, 192, 192],
      ...manifest.icons
        .filter(({ type }: { type: string }) => type === 'image/png')
        .map(({ src, sizes }: { src: string; sizes: string }) => [
          src,
          Number.parseInt(sizes, 10),
          Number.parseInt(sizes, 10),
        ]),
    ];
    expect(pictures).toHaveLength(5);
    for (const [path, width, height] of pictures) {
      const answer = await page.request.get(new URL(path, at()).href);
      expect(answer.status(), path).toBe(200);
      expect(answer.headers()['content-type']).toBe('image/png');
      const bytes = await answer.body();
      expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], path).toEqual([width, height]);
    }
    expect(await property('image:width')).toBe('1200');
    expect(await property('image:height')).toBe('630');
  });

  test('of the experiments: counts without an episode before, says so, and then has a table', async () => {
    const { page, errors } = await open(at(), { reducedMotion: 'reduce' });
    const table = page.locator('#table');
    expect(await table.isHidden()).toBe(true);
    const count = page.getByRole('button', { name: 'Count 100 more episodes' });
    expect(await count.isEnabled()).toBe(true);
    // All that it says, as it says it.
    await page.evaluate(() => {
      const line = document.querySelector('#episode-says')!;
      const said: string[] = [];
      Object.assign(window, { said });
      new MutationObserver(() => said.push(line.textContent!)).observe(line, { childList: true });
    });
    await count.click();
    await page.waitForFunction(() =>
      /^Counted/.test(document.querySelector('#episode-says')!.textContent!),
    );
    const said = await page.evaluate(() => (window as unknown as { said: string[] }).said);
    expect(said[0]).toBe('Loading the networks…');
    expect(said).toContain('Counting: 57 of 100 episodes…');
    expect(said.at(-1)).toBe('Counted 100 episodes.');
    expect(await page.locator('#counted').textContent()).toBe(': 100 episodes');
    expect(await table.locator('td').filter({ hasText: '–' }).count()).toBe(0);
    await count.click();
    await page.waitForFunction(
      () => document.querySelector('#episode-says')!.textContent === 'Counted 200 episodes.',
    );
    expect(errors).toEqual([]);
  });
});

describe('the address that a link to the page carries', () => {
  const head = () => {
    const { handler } = sitePlugin().transformIndexHtml as unknown as {
      handler: (html: string) => { html: string; tags: { attrs: Record<string, string> }[] };
    };
    const { tags } = handler(
      '<title>T</title><meta name="description" content="D"><a href="%REPOSITORY%">',
    );
    return Object.fromEntries(tags.map(({ attrs }) => [attrs.property, attrs.content]));
  };
  beforeEach(() => vi.unstubAllEnvs());
  afterEach(() => vi.unstubAllEnvs());

  test('is in full where PAGE_URL says it', () => {
    vi.stubEnv('PAGE_URL', 'https://example.org/mann');
    expect(head()).toMatchObject({
      'og:url': 'https://example.org/mann/',
      'og:image': 'https://example.org/mann/card.png',
      'og:title': 'T',
      'og:description': 'D',
    });
  });

  test('is left out where it does not', () => {
    vi.stubEnv('PAGE_URL', undefined);
    expect(head()).not.toHaveProperty('og:url');
    expect(head()['og:image']).toBe('./card.png');
  });
});
