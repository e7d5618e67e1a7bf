/** The loop of the page: draw, name, draw again; what of it stays after undoing, wiping, reloading. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import {
  answers,
  button,
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

const chromium = findChromium();

/** A symbol unlike the five. */
const H = [
  [
    [0.25, 0.2],
    [0.25, 0.8],
  ],
  [
    [0.75, 0.2],
    [0.75, 0.8],
  ],
  [
    [0.25, 0.5],
    [0.75, 0.5],
  ],
] as const;

const ink = (page: Page) => pad(page).locator('path').getAttribute('d');
const score = (page: Page) => page.locator('#score').textContent();
const nameField = (page: Page, id: string) => page.getByLabel(`Name of symbol ${id}`);

/** The cards that are marked as the answer, and all shares in percent. */
const cards = (page: Page) =>
  page.evaluate(() => {
    const all = [...document.querySelectorAll('#classes .class, #none-card')];
    const name = (one: Element) => one.getAttribute('aria-label') ?? 'None';
    return {
      best: all.filter((one) => one.classList.contains('best')).map(name),
      names: all.map(name),
      percents: all.map(
        (one) => (one.querySelector('.percent') as HTMLElement).dataset.percent ?? '',
      ),
    };
  });

/** Draws a symbol again and waits for the answer. */
async function again(page: Page, name: string): Promise<void> {
  await draw(page, symbols[name]!, 0.02);
  await says(page, /%$/);
}

describe.skipIf(!chromium)('the loop', () => {
  const { at, open } = visits(chromium!);

  test('goes on in words: draw, name, draw again, yes', async () => {
    const { page, errors } = await open();
    const step = () => page.locator('.steps [aria-current=step]').getAttribute('id');
    await draw(page, symbols.A!);
    await says(page, /^Tap “New symbol”, and it will remember this one\.$/);
    expect(await step()).toBe('step-name');
    await newSymbol(page).click();
    await says(page, /^Remembered as A\. Draw another symbol, quite different\.$/);
    expect(await step()).toBe('step-draw');
    await nameField(page, 'A').fill('  cat ');
    await nameField(page, 'A').press('Enter');
    await says(page, /^Now called cat\./);
    await draw(page, symbols.B!);
    await says(page, /^(I think t|T)hat’s new to me\. \d+%$/);
    await button(page, 'Remember it').click();
    await says(page, /^Remembered as B\. Draw another symbol, or one of these again\.$/);
    expect(await step()).toBe('step-ask');
    expect(await score(page)).toBe('');
    await again(page, 'A');
    await says(page, /^That’s your cat\. \d+%$/);
    expect((await cards(page)).best).toEqual(['This is cat']);
    await button(page, 'Yes').click();
    await says(page, /^Right: 1 of 1, each seen once\./);
    expect(await score(page)).toBe('1 of 1, each seen once');
    expect(await ink(page)).toBe('');
    await examples(page, 2); // it knew this one: there was nothing to learn
    expect(errors).toEqual([]);
  });

  test('learns from a no, and says so in the score', async () => {
    const { page } = await open();
    await teach(page);
    await again(page, 'C');
    await says(page, /^That’s your C\./);
    await button(page, 'No').click();
    await says(page, /^Which one is it\? Tap its card\.$/);
    expect(await page.locator('.cards.asking').count()).toBe(1);
    await card(page, 'E').click();
    await says(page, /^Remembered: that was E\./);
    expect(await score(page)).toBe('0 of 1, each seen once');
    await examples(page, 6);
    // E has two examples now.
    await again(page, 'E');
    await card(page, 'E').click();
    await page.waitForFunction(() => /of 2/.test(document.querySelector('#score')!.textContent!));
    expect(await score(page)).not.toContain('seen once');
    // The other methods are asked too.
    const rows = page.locator('#versus-table tbody tr');
    expect(await rows.locator('th').allTextContents()).toEqual([
      expect.stringMatching(/^This network/),
      expect.stringMatching(/^An LSTM/),
      expect.stringMatching(/^Nearest picture/),
    ]);
    expect(await rows.nth(1).locator('.sum').textContent()).toMatch(/^\d of 2$/);
    expect(await rows.nth(2).locator('.asked').count()).toBe(2);
    await again(page, 'A');
    for (const row of await rows.all()) {
      expect(await row.locator('.now').textContent()).toMatch(/^([A-E]|new)$/);
    }
  });

  test('has "none of these" for an answer of its own', async () => {
    const { page } = await open();
    await teach(page);
    await draw(page, H);
    await says(page, /new to me\. \d+%$/);
    const { best, percents } = await cards(page);
    expect(best).toEqual(['None']);
    const sum = percents.reduce((sum, percent) => sum + (parseInt(percent, 10) || 0), 0);
    expect(Math.abs(sum - 100)).toBeLessThanOrEqual(4); // each is rounded
    await button(page, 'None of these').click();
    await says(page, /^Right: 1 of 1, each seen once\./);
    await examples(page, 5);
    // What it takes for one of them, and is none, counts against it.
    await again(page, 'B');
    await button(page, 'None of these').click();
    await says(page, /^Not one of them, then\./);
    expect(await score(page)).toBe('1 of 2, each seen once');
    await examples(page, 5);
  });

  test('takes up to twenty symbols', async () => {
    const { page, errors } = await open(at(), { reducedMotion: 'reduce' });
    for (let i = 0; i < 20; i++) {
      const [a, b] = [0.15 + 0.035 * i, 0.15 + 0.12 * (i % 6)];
      await draw(page, [
        [
          [a, 0.1],
          [b, 0.9],
        ],
        [
          [0.1, b],
          [0.9, a],
        ],
      ]);
      await newSymbol(page).click();
      await examples(page, i + 1);
    }
    expect(await newSymbol(page).isDisabled()).toBe(true);
    expect((await cards(page)).names.slice(-2)).toEqual(['This is T', 'None']);
    // An LSTM for five has nothing to say here.
    await again(page, 'B');
    const rows = page.locator('#versus-table tbody tr');
    expect(await rows.nth(1).locator('.now').textContent()).toBe('');
    expect(await rows.nth(2).locator('.now').textContent()).not.toBe('');
    // By keyboard too.
    await pad(page).focus();
    await page.keyboard.press('t');
    await page.waitForFunction(() => /of 1/.test(document.querySelector('#score')!.textContent!));
    expect(errors).toEqual([]);
  });

  test('keeps to names that harm nothing', async () => {
    const { page, errors } = await open();
    await draw(page, symbols.A!);
    await newSymbol(page).click();
    await examples(page, 1);
    const markup = '<img src=x onerror=alert(1)>';
    await nameField(page, 'A').fill(markup);
    await nameField(page, 'A').press('Enter');
    await says(page, /^Now called <img/);
    expect(await page.locator('main img').count()).toBe(0);
    expect(await nameField(page, 'A').inputValue()).toBe(markup.slice(0, 24));
    await nameField(page, 'A').fill(' \u202e \u0000 ');
    await nameField(page, 'A').press('Enter');
    await says(page, /^Now called A\./);
    expect(errors).toEqual([]);
  });

  test('shows the slot that answers, with an arc from pad to slot to answer', async () => {
    const { page } = await open();
    await teach(page);
    const slots = page.locator('#slots .slot');
    expect(await slots.nth(0).textContent()).toMatch(/^Aslot 25\d$/);
    expect(await slots.nth(0).locator('canvas.numbers').count()).toBe(2);
    expect(await slots.nth(4).textContent()).toBe('Ewaits');
    expect(await page.locator('#slots-say').textContent()).toMatch(/252 slots are empty\.$/);
    await again(page, 'C');
    expect(await page.locator('#slots .slot.lit').textContent()).toMatch(/\d+%C/);
    const ends = await page.evaluate(() => {
      const box = (selector: string) => document.querySelector(selector)!.getBoundingClientRect();
      const [slot, best, arcs] = [box('.slot.lit'), box('.class.best'), box('#arcs')];
      const numbers = [...document.querySelectorAll('.arc')].map((arc) =>
        arc
          .getAttribute('d')!
          .match(/-?[\d.]+/g)!
          .map(Number),
      );
      const near = (at: number[], x: number, y: number) =>
        Math.hypot(at.at(-2)! + arcs.left - x, at.at(-1)! + arcs.top - y);
      return [
        near(numbers[0]!, slot.left + slot.width / 2, slot.top),
        near(numbers[1]!, best.left + best.width / 2, best.bottom),
      ];
    });
    for (const distance of ends) expect(distance).toBeLessThan(2);
    await button(page, 'Clear').click();
    expect(await page.locator('#arcs.shown, .slot.lit').count()).toBe(0);
  });

  test('leaves nothing of an answer after Clear, Undo and Start over', async () => {
    const { page } = await open();
    await teach(page);
    const prompt = /^Draw one of them again\.$/;
    const isGone = async () => {
      await says(page, prompt);
      const { best, percents } = await cards(page);
      expect(best).toEqual([]);
      expect(percents.join('')).toBe('');
      expect(await page.locator('.slot.lit').count()).toBe(0);
      expect(await page.locator('#confirm').isVisible()).toBe(false);
    };
    for (const way of ['Clear', 'Undo']) {
      await draw(page, symbols.C!);
      await says(page, /^That’s your C/);
      await button(page, way).click();
      await isGone();
    }
    await dropCross(page);
    await says(page, /^That’s your B/);
    await button(page, 'Undo').click();
    await isGone();
    await draw(page, symbols.C!);
    await says(page, /^That’s your C/);
    await button(page, 'Start over').click();
    await says(page, /^Draw a symbol: anything\.$/);
    expect((await cards(page)).names).toEqual(['None']);
  });

  test('is not the recording: after it cards and slots are empty', async () => {
    const { page } = await open(at(), { reducedMotion: 'reduce' });
    await says(page, /^Your turn: draw a symbol of your own\.$/);
    expect((await cards(page)).names).toEqual(['None']);
    expect(await page.locator('#slots .slot').count()).toBe(0);
    // Later, with drawings of one's own, it gives way to them by itself.
    await teach(page);
    await button(page, 'Replay').click();
    await says(page, /^Draw one of them again\.$/);
    expect((await cards(page)).names).toHaveLength(6);
    await examples(page, 5);
  });

  test('is a guess without the memory, and as before with it', async () => {
    const { page, errors } = await open();
    await teach(page);
    const before = await answers(page);
    await page.locator('#wipe').click();
    await says(page, /^Its memory is empty\. Draw one of your symbols\.$/);
    expect(await page.locator('#wipe').textContent()).toBe('Give the memory back');
    expect(await page.locator('#slots.emptied').count()).toBe(1);
    await draw(page, symbols.A!, 0.02);
    await says(page, /^Its memory is empty: it can only guess\.$/);
    expect((await cards(page)).best).not.toEqual(['This is A']);
    expect(await page.locator('.slot.lit').count()).toBe(0);
    await card(page, 'A').click();
    await says(page, /^Give the memory back first/);
    await button(page, 'Clear').click();
    await page.locator('#wipe').click();
    await says(page, /^Draw one of them again\.$/);
    expect(await answers(page)).toEqual(before);
    await examples(page, 5);
    expect(errors).toEqual([]);
  });

  test('takes any example back, the last one and any other', async () => {
    const { page, errors } = await open();
    await teach(page);
    const want = await answers(page);
    await button(page, 'Start over').click();
    await says(page, /^Draw a symbol/);
    await draw(page, symbols.A!);
    await newSymbol(page).click();
    // A wrong symbol: the drawing comes back onto the pad.
    await draw(page, symbols.B!);
    const drawn = await ink(page);
    await newSymbol(page).click();
    await examples(page, 2);
    await button(page, 'Undo last').click();
    await examples(page, 1);
    expect((await cards(page)).names).toEqual(['This is A', 'None']);
    expect(await ink(page)).toMatch(drawn!.slice(0, 4)); // with the points that it needs
    await newSymbol(page).click();
    await draw(page, H);
    await newSymbol(page).click();
    await examples(page, 3);
    await page.locator('#slots .slot').nth(2).hover();
    await button(page, 'Forget this drawing of C').click();
    await says(page, /^Forgotten\./);
    await examples(page, 2);
    for (const name of ['C', 'D', 'E']) {
      await draw(page, symbols[name]!);
      await newSymbol(page).click();
      await says(page, new RegExp(`^Remembered as ${name}`));
    }
    expect(await answers(page)).toEqual(want);
    // An answer that was confirmed is taken back as a whole, by keyboard.
    await again(page, 'C');
    await button(page, 'Yes').click();
    await says(page, /^Right: 1 of 1/);
    await pad(page).focus();
    await page.keyboard.press('Control+z');
    await says(page, /^That’s your C/);
    expect(await score(page)).toBe('');
    expect(errors).toEqual([]);
  });

  test('is back after a reload, with names, score and what is on the pad', async () => {
    const { page, errors } = await open();
    await teach(page);
    await nameField(page, 'B').fill('cross');
    await nameField(page, 'B').press('Enter');
    await dropCross(page);
    await says(page, /^That’s your cross/);
    await button(page, 'Yes').click();
    await again(page, 'C');
    const state = async () => ({
      said: await status(page).textContent(),
      score: await score(page),
      cards: await cards(page),
      slots: await page.locator('#slots').textContent(),
      versus: await page.locator('#versus-table').textContent(),
      ink: await ink(page),
      step: await page.locator('#scrubber-says').textContent(),
    });
    const before = await state();
    expect(before.score).toBe('1 of 1, each seen once');
    await page.reload(); // at once: what waits to be kept is kept when the page is left
    await says(page, /^That’s your C\. \d+%$/);
    expect(await state()).toEqual(before);
    await button(page, 'Clear').click();
    // A picture on the pad too.
    await dropCross(page);
    await says(page, /^That’s your cross/);
    const picture = await state();
    await page.reload();
    await says(page, /^That’s your cross/);
    expect(await state()).toEqual(picture);
    expect(await pad(page).locator('canvas').count()).toBe(1);
    // Start over forgets what was kept.
    await button(page, 'Start over').click();
    await says(page, /^Draw a symbol/);
    await page.reload();
    await page.waitForFunction(() => document.querySelectorAll('#slots .slot').length >= 1);
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
    expect(errors).toEqual([]);
  });

  test('is there without storage too, and the page says what it cannot keep', async () => {
    const { page, errors } = await open(at(), {}, (page) =>
      page.addInitScript(() => {
        Storage.prototype.setItem = () => {
          throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
        };
      }),
    );
    expect(await page.locator('#kept').isVisible()).toBe(true);
    await draw(page, symbols.A!);
    await page.waitForFunction(() => document.querySelector('#note')!.textContent !== '');
    expect(await page.locator('#note').textContent()).toBe(
      'This browser cannot keep your drawings for the next visit. Download them instead.',
    );
    expect(await page.locator('#kept').isHidden()).toBe(true);
    await newSymbol(page).click();
    await examples(page, 1);
    expect(errors).toEqual([]);
  });

  test('is back from a file, and from one that earlier versions saved', async () => {
    const { page, errors } = await open();
    await teach(page);
    const before = await answers(page);
    const waiting = page.waitForEvent('download');
    await button(page, 'Download drawings').click();
    const saved = JSON.parse(readFileSync(await (await waiting).path(), 'utf8'));
    // biome-ignore lint/suspicious/noExplicitAny: as they were
    const steps = saved.steps as any[];
    const rehearsed = { ...steps[0], again: true, action: 6 };
    const older = [
      {
        format: 1,
        learner: {},
        steps: steps.map(({ action, ...step }) => ({ ...step, again: false })),
      },
      {
        format: 2,
        wipedAt: 3,
        steps: [...steps.map((step) => ({ ...step, again: false })), rehearsed],
      },
    ];
    for (const content of [saved, ...older]) {
      await button(page, 'Start over').click();
      await says(page, /^Draw a symbol/);
      await drop(page, 'drawings.json', 'application/json', JSON.stringify(content));
      await says(page, /^Your drawings are back\. Draw one of them again\.$/);
      expect(await answers(page)).toEqual(before);
    }
    await button(page, 'Undo last').click();
    await examples(page, 4);
    expect(errors).toEqual([]);
  });
});
