/** The network that is trained in the page: drawn for, downloaded, tested again by the command line. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { captionInWords, needInWords } from '../../../web/src/why/words.js';
import {
  axeFindings,
  draw,
  examples,
  findChromium,
  newSymbol,
  symbols,
  teach,
  visits,
} from '../browser.js';

const chromium = findChromium();
const main = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

const trialPad = (page: Page) => page.locator('#trial-pad');
const rows = (page: Page) => page.locator('#trial-table tbody tr');

async function train(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.locator('#trained .note').waitFor();
}

/** The symbol that each network takes the drawing on the pad for, the oldest network first. */
function answersOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const names = [...document.querySelectorAll('#trial-table thead .trial-name')];
    return [...document.querySelectorAll('#trial-table tbody tr')].map((row) => {
      const cells = [...row.querySelectorAll('td')];
      return (
        names[cells.findIndex((cell) => cell.classList.contains('trial-best'))]?.textContent ?? ''
      );
    });
  });
}

/** Accuracy in percent that the page says, on the 1st, 2nd and 5th instance. */
async function accuracyOf(page: Page): Promise<number[]> {
  const text = (await page.locator('#trained .says').textContent())!;
  return [...text.matchAll(/(\d+)%/g)].map(([, percent]) => Number(percent));
}

// They train, on machines that may be busy.
describe.skipIf(!chromium)('a network trained in the page', { timeout: 180_000 }, () => {
  const { at, open } = visits(chromium!);
  const query = (batches: number) => at(`?batches=${batches}&threads=1&processor=cpu`);

  test('knows the visitor’s symbols better than before its training', async () => {
    const { page, errors } = await open(query(700));
    await teach(page);
    await train(page);
    expect((await accuracyOf(page))[1]).toBeGreaterThan(60);
    expect(await rows(page).locator('th').allTextContents()).toEqual([
      'Before training',
      'After 500 batches',
      'After 700 batches, the end',
    ]);
    expect(await page.locator('#trial-symbols').textContent()).toMatch(/your first three symbols/);
    const right = [0, 0, 0];
    for (const name of ['A', 'B', 'C']) {
      for (const sway of [-0.03, 0.02, 0.04]) {
        await page.getByRole('button', { name: 'Wipe the pad' }).click();
        await draw(page, symbols[name]!, sway, trialPad(page));
        const answers = await answersOf(page);
        for (const [i, answer] of answers.entries()) right[i]! += +(answer === name);
      }
    }
    expect(right[2]).toBeGreaterThanOrEqual(8);
    expect(right[2]).toBeGreaterThan(right[0]!);
    expect(await page.locator('#trial-says').textContent()).toMatch(
      /^After 700 batches: C, \d+%\. Before training: [ABC], \d+%\.$/,
    );
    expect(errors).toEqual([]);
  });

  test('is shown stand-ins until there are three symbols of the visitor’s', async () => {
    const { page, errors } = await open(query(20));
    const said = page.locator('#trial-symbols');
    const names = page.locator('#trial-table thead .trial-name');
    await draw(page, symbols.D!);
    await newSymbol(page).click();
    await page.getByLabel('Name of symbol A').fill('D');
    await page.getByLabel('Name of symbol A').press('Enter');
    await examples(page, 1);
    await train(page);
    expect(await said.textContent()).toMatch(/not drawn three symbols above yet/);
    expect(await names.allTextContents()).toEqual(['A', 'B', 'C']);
    for (const [i, name] of ['B', 'E'].entries()) {
      await draw(page, symbols[name]!);
      await newSymbol(page).click();
      await examples(page, i + 2);
      const field = page.getByLabel(`Name of symbol ${'BC'[i]}`);
      await field.fill(name);
      await field.press('Enter');
    }
    await draw(page, symbols.B!, 0.02, trialPad(page));
    expect(await said.textContent()).toMatch(/your first three symbols/);
    expect(await names.allTextContents()).toEqual(['D', 'B', 'E']);
    expect((await answersOf(page)).every((answer) => 'DBE'.includes(answer))).toBe(true);
    expect(errors).toEqual([]);
  });

  test('answers while it is in training, also to the keyboard', async () => {
    const { page, errors } = await open(query(4000));
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await rows(page).nth(2).waitFor();
    expect(await rows(page).allTextContents()).toEqual([
      'Before training',
      'After 500 batchesnot yet',
      'After 2,000 batchesnot yet',
    ]);
    await trialPad(page).focus();
    await page.keyboard.press('Space');
    for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowRight');
    for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    expect(await page.locator('#trial-says').textContent()).toMatch(
      /^Before training: [ABC], \d+%\.$/,
    );
    // A network that comes later says what it makes of the drawing that lies there.
    await page.waitForFunction(
      () =>
        document.querySelectorAll('#trial-table tbody tr')[1]!.querySelector('td.trial-best') !==
        null,
    );
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.locator('#trained .note').waitFor();
    const last = rows(page).last();
    expect(await last.textContent()).toMatch(/^After [\d,]+ batches, the end/);
    const name = (await last.locator('th').textContent())!.replace(', the end', ': ');
    expect((await page.locator('#trial-says').textContent())!.startsWith(name)).toBe(true);
    expect(await page.locator('#trial-table .trial-later').count()).toBe(0);
    await trialPad(page).focus();
    await page.keyboard.press('Delete');
    expect(await page.locator('#trial-says').textContent()).toBe('Draw one of the three again.');
    expect(await page.locator('#trial-table .trial-best').count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test('is downloaded as a file that mann test gives the same accuracy', async () => {
    const { page, errors } = await open(`${query(40)}&seed=3`);
    await train(page);
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download the network' }).click();
    const download = await coming;
    const folder = await mkdtemp(join(tmpdir(), 'mann-page-'));
    try {
      const name = download.suggestedFilename();
      await download.saveAs(join(folder, name));
      const command = (await page.locator('#train-command').textContent())!;
      const [npx, mann, ...args] = command.split(' ');
      expect([npx, mann, args[0], args[1]]).toEqual(['npx', 'mann', 'test', name]);
      const run = await promisify(execFile)(process.execPath, [main, ...args, '--json'], {
        cwd: folder,
      });
      const { dataset, classes, episodes, accuracy } = JSON.parse(run.stdout);
      expect({ dataset, classes, episodes }).toEqual({
        ...{ dataset: 'glyphs', classes: 104, episodes: 320 },
      });
      const rounded = ['1', '2', '5'].map((instance) => Math.round(accuracy[instance]));
      expect(rounded).toEqual(await accuracyOf(page));
    } finally {
      await rm(folder, { recursive: true });
    }
    expect(errors).toEqual([]);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`and the pictures fit a screen of 320 pixels, and pass axe (${colorScheme})`, async () => {
      const { page } = await open(query(20), {
        ...{ colorScheme, viewport: { width: 320, height: 640 }, bypassCSP: true },
        reducedMotion: 'reduce',
      });
      await train(page);
      await draw(page, symbols.B!, 0.02, trialPad(page));
      for (const summary of await page.locator('#why summary, #idea summary').all()) {
        await summary.click();
      }
      const found = await axeFindings(page, ['#why', '#idea', '#train']);
      expect(found).toEqual([]);
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(excess).toBeLessThanOrEqual(0);
      // Letters in the pictures are as large as they are meant to be.
      const sizes = await page.evaluate(() =>
        ['#why-chart svg', '.idea-picture'].map((selector) => {
          const picture = document.querySelector<SVGSVGElement>(selector)!;
          return (picture.clientWidth / picture.viewBox.baseVal.width) * 13;
        }),
      );
      for (const size of sizes) expect(size).toBeGreaterThanOrEqual(10);
      // Nothing of them is cut off, and style meant for others does not reach them.
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll('#why-chart text, .idea-picture text')]
          .filter((text) => {
            const { left, right } = text.getBoundingClientRect();
            return left < 0 || right > innerWidth;
          })
          .map((text) => text.textContent),
      );
      expect(cut).toEqual([]);
      const slots = page.locator('.idea-picture .idea-slot');
      const widths = await slots.evaluateAll((all) =>
        all.map((one) => (one as SVGRectElement).getBBox().width),
      );
      expect(widths).toEqual(Array(5).fill(164));
    });
  }
});

test('the picture’s words name the most drawings that are still too few', () => {
  const points = (...all: number[]) => all.map((accuracy, i) => ({ drawings: 10 ** i, accuracy }));
  const ordinary = points(51.6, 84, 98.1, 99.7);
  const measured = { ordinary, varied: points(64.6, 98.3, 100, 100), memory: 98.9, chance: 20 };
  const text = needInWords(measured);
  expect(text).toContain('With one drawing of each it classifies 52% of new drawings correctly.');
  expect(text).toContain('It takes more than 100 drawings of each');
  expect(captionInWords(measured, 10)).toContain('It takes more than 10 drawings then.');
});
