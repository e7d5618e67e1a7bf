/** The HTML report in a browser: on wide and narrow screens, light and dark, and on paper. */
import AxeBuilder from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelConfig } from '../../dist/model/config.js';
import { type EpisodeRecord, renderReport } from '../../dist/report/index.js';
import { makeRecipe } from '../../dist/training/recipe/recipe.js';
import { sampleReport } from '../report/sample.js';
import { copyReport, regressionReport, stringsReport } from '../report/sample-tasks.js';
import { findChromium, launch } from './browser.js';

const executable = findChromium();

/** An episode of the usual size. */
function usualEpisode(): EpisodeRecord {
  const [T, side, C, N, W, R] = [50, 20, 5, 128, 40, 4];
  const wave = (size: number) => Float32Array.from({ length: size }, (_, i) => Math.sin(i) ** 2);
  const probabilities = new Float32Array(T * C);
  for (let t = 0; t < T; t++) probabilities[t * C + ((t * 7) % 5)] = 1;
  return {
    kind: 'drawings',
    length: T,
    height: side,
    width: side,
    classes: C,
    pictures: wave(T * side * side),
    labels: Array.from({ length: T }, (_, t) => (t * t) % 5),
    probabilities,
    memory: {
      slots: N,
      wordSize: W,
      heads: R,
      memory: wave(T * N * W).map((x) => x - 0.5),
      readWeights: wave(T * R * N),
      writeWeights: wave(T * R * N),
      usage: wave(T * N),
    },
  };
}

const report = () =>
  renderReport(
    sampleReport({
      config: modelConfig({}),
      recipe: makeRecipe({ iterations: 400 }),
      dataset: { name: 'omniglot', trained: '1200 classes', tested: '423 unseen classes' },
      episode: usualEpisode(),
    }),
  );

describe.skipIf(!executable)('the report', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(executable!);
  });
  afterAll(() => browser?.close());

  async function open(width: number, colorScheme: 'light' | 'dark', content = report()) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    await page.setContent(await content);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    return page;
  }

  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(AxeBuilder.source);
    return page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string }[] }> };
      };
      return (await axe.run()).violations.map(({ id }) => id);
    });
  }

  test.each([
    [1280, 'light'],
    [768, 'dark'],
    [720, 'light'],
    [641, 'light'],
    [390, 'dark'],
    [320, 'light'],
  ] as const)('fits a screen of %i pixels (%s)', async (width, scheme) => {
    const page = await open(width, scheme);
    const found = await page.evaluate(() => {
      const edge = document.documentElement.clientWidth;
      const boxes = [...document.querySelectorAll('main *:not(svg *)')]
        .filter((e) => !e.closest('.hidden'))
        .map((e) => ({
          name: `${e.tagName}.${e.className}`,
          ...e.getBoundingClientRect().toJSON(),
        }));
      const columns = getComputedStyle(document.querySelector('.strip')!).gridTemplateColumns;
      const scroll = document.querySelector('.scroll')!;
      const shown = (kind: string) =>
        [...document.querySelectorAll<HTMLElement>(`img.${kind}`)].filter((e) => e.offsetWidth > 0);
      return {
        beyond: boxes.filter(({ right }) => right > edge + 0.5).map(({ name }) => name),
        scrolls:
          document.documentElement.scrollWidth > edge || scroll.scrollWidth > scroll.clientWidth,
        widths: new Set(columns.split(' ').map((text) => Math.round(Number.parseFloat(text)))).size,
        pictures: { light: shown('light').length, dark: shown('dark').length },
      };
    });
    expect(found.beyond).toEqual([]);
    expect(found.scrolls).toBe(false);
    expect(found.widths).toBe(1);
    const maps = 6 + 3 + 4;
    expect(found.pictures).toEqual(
      scheme === 'light' ? { light: maps, dark: 0 } : { light: 0, dark: maps },
    );
    await page.close();
  });

  test('stays a table where its rows are laid out anew, and passes axe', async () => {
    const page = await open(390, 'light');
    expect(await violations(page)).toEqual([]);
    const cells = page.getByRole('row', { name: 'People' }).getByRole('cell');
    expect(await cells.allTextContents()).toEqual(['34.5', '57.3', '70.1', '71.8', '81.4', '92.4']);
    await page.close();
  });

  describe.each([
    ['regression', () => regressionReport()],
    ['regression in 2 dimensions', () => regressionReport({ dimensions: 2 })],
    ['copy', () => copyReport()],
    ['labels as strings', () => stringsReport()],
  ] as const)('of %s', (_, data) => {
    test.each([
      [1280, 'light'],
      [375, 'dark'],
      [320, 'light'],
    ] as const)('fits a screen of %i pixels (%s) and passes axe', async (width, scheme) => {
      const page = await open(width, scheme, renderReport(data()));
      const found = await page.evaluate(() => {
        const edge = document.documentElement.clientWidth;
        // a wide table scrolls by itself
        const beyond = [...document.querySelectorAll('main *:not(svg *, .scroll *, .hidden)')]
          .filter((e) => e.getBoundingClientRect().right > edge + 0.5)
          .map((e) => `${e.tagName}.${e.className}`);
        const texts = (selector: string) =>
          [...document.querySelectorAll(selector)].map((e) => e.getBoundingClientRect());
        const cells = texts('.ours td');
        return {
          beyond,
          scrolls: document.documentElement.scrollWidth > edge,
          overlaps: cells.filter((cell, i) => i > 0 && cell.left < cells[i - 1]!.right - 0.5)
            .length,
          // numbers that are wider than their cells run into each other
          tight: [...document.querySelectorAll('.ours td')].filter((e) => {
            const range = document.createRange();
            range.selectNodeContents(e);
            return range.getBoundingClientRect().width > e.clientWidth + 0.5;
          }).length,
        };
      });
      expect(found).toEqual({ beyond: [], scrolls: false, overlaps: 0, tight: 0 });
      expect(await violations(page)).toEqual([]);
      await page.close();
    });
  });

  test('prints on five pages, light even from a dark screen', async () => {
    const page = await open(1280, 'dark');
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = false;
    });
    const pdf = (await page.pdf({ format: 'A4', preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b/g)?.length).toBeLessThanOrEqual(5);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const ink = await page.evaluate(() => getComputedStyle(document.body).color);
    expect(ink).toBe('rgb(35, 33, 29)');
    await page.close();
  });
});
