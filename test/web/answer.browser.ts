/** What the page says to a drawing, and what of it stays: after clearing, undoing, wiping and reloading. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { columnsOf, columnsText } from '../../web/src/machine/columns.js';
import { indexOfLargest, restingSlot, shadeOf } from '../../web/src/machine/memory-map.js';
import type { Frame } from '../../web/src/session/frame.js';
import {
  answers,
  classButton,
  draw,
  drop,
  dropCross,
  findChromium,
  pad,
  status,
  symbols,
  teach,
  visits,
} from './browser.js';

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

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const ink = (page: Page) => pad(page).locator('path').getAttribute('d');
const rival = (page: Page) => page.locator('#rival');
const strip = (page: Page) => page.locator('#strip li');
const says = (page: Page, text: RegExp) =>
  page.waitForFunction(
    (source) => new RegExp(source).test(document.querySelector('#status')!.textContent!),
    text.source,
  );
const examples = (page: Page, count: number) =>
  page.waitForFunction((count) => document.querySelectorAll('#strip li').length === count, count);

/** The cards' names that are marked as the answer, and the percentages of all six. */
const cards = (page: Page) =>
  page.evaluate(() => {
    const all = [...document.querySelectorAll('.class')];
    const percent = (card: Element) =>
      (card.querySelector('.share') as HTMLElement).dataset.percent ?? '';
    const name = (card: Element) => card.getAttribute('aria-label') ?? 'None';
    return {
      best: all.filter((card) => card.classList.contains('best')).map(name),
      percents: all.map(percent),
      taken: all.filter((card) => card.querySelector('.thumb')).map(name),
    };
  });

/** Pixels of a map that are not clear. */
const painted = (page: Page, selector: string) =>
  page.evaluate((selector) => {
    const canvas = document.querySelector(selector) as HTMLCanvasElement;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 3; i < data.length; i += 4) count += +(data[i]! > 0);
    return count;
  }, selector);

describe.skipIf(!chromium)('the answer', () => {
  const { at, open } = visits(chromium!);

  test('is one: new while cards are free, none of these when all are taken', async () => {
    const { page } = await open();
    await draw(page, symbols.A!);
    await says(page, /^It has no example yet\. Tap a card to label this drawing\.$/);
    await classButton(page, 'A').click();
    await says(page, /^Labelled A\. Draw another symbol: 4 cards are still empty\.$/);
    await draw(page, symbols.B!);
    await says(page, /^New to me: tap an empty card\.$/);
    const early = await cards(page);
    expect(early.best).toEqual(['None']);
    expect(early.percents.map(Boolean)).toEqual([true, false, false, false, false, true]);
    expect(parseInt(early.percents[5]!, 10)).toBeGreaterThan(50);
    await button(page, 'Clear').click();
    await page.getByRole('button', { name: 'Start over' }).click();

    await teach(page);
    await draw(page, symbols.C!, 0.02);
    await says(page, /^Class C, \d+%$/);
    expect((await cards(page)).best).toEqual(['Class C']);
    await button(page, 'Clear').click();
    await draw(page, H);
    await says(page, /^None of these, \d+%$/);
    const { best, percents } = await cards(page);
    expect(best).toEqual(['None']);
    const sum = percents.reduce((sum, percent) => sum + parseInt(percent, 10), 0);
    expect(Math.abs(sum - 100)).toBeLessThanOrEqual(3); // each is rounded
    // The bar is as high as its percentage.
    const height = await page.evaluate(() => {
      const bar = document.querySelector<HTMLElement>('.none .fill')!;
      return 100 * Number(/scaleY\((.*)\)/.exec(bar.style.transform)![1]);
    });
    expect(Math.round(height)).toBe(parseInt(percents[5]!, 10));
  });

  test('of the LSTM stands beside it', async () => {
    const { page } = await open();
    await teach(page);
    expect(await rival(page).textContent()).toBe('');
    await draw(page, symbols.D!, 0.02);
    await says(page, /^Class D/);
    const said = await rival(page).textContent();
    expect(said).toMatch(/^LSTM without memory: class [A-E], \d+%$/);
    const [own, other] = [await status(page).boundingBox(), await rival(page).boundingBox()];
    expect(Math.abs(own!.y - other!.y)).toBeLessThan(40);
    await classButton(page, 'D').click();
    await examples(page, 6);
    // The strip keeps what was said.
    const letter = /class ([A-E])/.exec(said!)![1];
    expect(await strip(page).last().textContent()).toContain(`LSTM ${letter}`);
    expect(await rival(page).textContent()).toBe('');
  });

  test('goes with the drawing: after Clear, Undo and Start over nothing of it is left', async () => {
    const { page } = await open();
    await teach(page);
    const recalled = page.locator('#recalled li');
    const prompt = /^It has seen all five\. Draw one of them again\.$/;
    const isGone = async () => {
      await says(page, prompt);
      const { best, percents } = await cards(page);
      expect(best).toEqual([]);
      expect(percents.join('')).toBe('');
      expect(await recalled.count()).toBe(0);
      expect(await rival(page).textContent()).toBe('');
    };
    await draw(page, symbols.C!);
    await says(page, /^Class C/);
    expect(await recalled.count()).toBeGreaterThan(0);
    await button(page, 'Clear').click();
    await isGone();
    await draw(page, symbols.C!);
    await says(page, /^Class C/);
    await button(page, 'Undo').click();
    await isGone();
    await dropCross(page);
    await says(page, /^Class B/);
    await button(page, 'Undo').click();
    await isGone();
    await draw(page, symbols.C!);
    await says(page, /^Class C/);
    await button(page, 'Start over').click();
    await says(page, /^Draw a symbol, then tap a card\.$/);
    expect((await cards(page)).taken).toEqual([]);
  });

  test('is not the recording: after it the cards are blank, and so is the memory', async () => {
    const { page } = await open(at(), { reducedMotion: 'reduce' });
    await says(page, /^Your turn: draw a symbol of your own\.$/);
    expect(await strip(page).count()).toBe(10);
    expect((await cards(page)).taken).toEqual([]);
    expect(await painted(page, '#mini-map .heat')).toBe(0);
    // Later, with drawings of one's own, it gives way to them by itself.
    await teach(page);
    await button(page, 'Replay').click();
    await says(page, /^It has seen all five/);
    expect((await cards(page)).taken).toHaveLength(5);
    expect(await strip(page).count()).toBe(5);
  });

  test('is no answer without a memory: the map is blank and no card is lit', async () => {
    const { page, errors } = await open();
    await teach(page);
    const before = await answers(page);
    expect(await painted(page, '#memory-map .heat')).toBeGreaterThan(0);
    await button(page, 'Wipe the memory').click();
    await button(page, 'Restore the memory').waitFor();
    await says(page, /^The memory is empty\. Draw one of your symbols: it can only guess\.$/);
    for (const map of ['#mini-map', '#memory-map']) {
      expect(await painted(page, `${map} .heat`), map).toBe(0);
      expect(await painted(page, `${map} .reads`), map).toBe(0);
      expect(await page.locator(`${map} .mark:not([hidden])`).count(), map).toBe(0);
    }
    expect(await page.locator('#slot-facts').textContent()).toBe('All 256 slots are empty.');
    await draw(page, symbols.A!, 0.02);
    await says(page, /^Guessing: the memory is empty\.$/);
    const { best, percents } = await cards(page);
    expect(best).toEqual([]);
    expect(percents.join('')).toBe('');
    expect(await page.locator('#recalled li').count()).toBe(0);
    // The LSTM has no such memory to lose.
    expect(await rival(page).textContent()).toMatch(/^LSTM without memory: class/);

    // What is observed now is in the memory again; a reload keeps all this.
    await classButton(page, 'A').click();
    await says(page, /^Labelled A\. The memory holds 1 of 5 symbols again\. Draw one\.$/);
    expect(await painted(page, '#memory-map .heat')).toBeGreaterThan(0);
    await page.reload();
    await says(page, /^The memory holds 1 of 5 symbols again\. Draw one\.$/);
    await button(page, 'Undo example').click();
    await says(page, /^Guessing: the memory is empty\.$/);
    await button(page, 'Clear').click();
    await button(page, 'Restore the memory').click();
    await button(page, 'Wipe the memory').waitFor();
    expect(await answers(page)).toEqual(before);
    expect(errors).toEqual([]);
  });

  test('is of the examples that were not undone', async () => {
    const { page, errors } = await open();
    await teach(page);
    const want = await answers(page);
    await draw(page, symbols.C!, 0.02);
    const other = await rival(page).textContent();
    await button(page, 'Clear').click();
    await button(page, 'Start over').click();
    await says(page, /^Draw a symbol/);

    await draw(page, symbols.A!);
    await classButton(page, 'A').click();
    await examples(page, 1);
    // A wrong label: the drawing comes back onto the pad and takes another one.
    await draw(page, symbols.B!);
    const drawn = await ink(page);
    await classButton(page, 'D').click();
    await examples(page, 2);
    expect((await cards(page)).taken).toEqual(['Class A', 'Class D']);
    await button(page, 'Undo example').click();
    await examples(page, 1);
    expect(await ink(page)).toBe(drawn);
    await says(page, /^New to me/);
    expect((await cards(page)).taken).toEqual(['Class A']);
    await classButton(page, 'B').click();
    await examples(page, 2);
    for (const name of ['C', 'D', 'E']) {
      await draw(page, symbols[name]!);
      await classButton(page, name).click();
    }
    await says(page, /^Labelled E/);
    // The last one, by keyboard.
    await pad(page).focus();
    await page.keyboard.press('Control+z');
    await examples(page, 4);
    await classButton(page, 'E').click();
    await examples(page, 5);

    expect(await answers(page)).toEqual(want);
    await draw(page, symbols.C!, 0.02);
    expect(await rival(page).textContent()).toBe(other);
    expect(errors).toEqual([]);
  });

  test('has rehearsals behind it only when asked for, and they are no examples', async () => {
    const { page } = await open();
    await teach(page);
    const detail = page.locator('#rehearsal');
    const scrubber = page.getByRole('slider', { name: 'Step of the episode' });
    expect(await detail.isHidden()).toBe(true);
    expect(await scrubber.getAttribute('aria-valuetext')).toBe('Step 5 of 5: E');
    await draw(page, symbols.C!, 0.02);
    await says(page, /^Class C, /);
    const before = await page.locator('#recalled').textContent();
    await button(page, 'Clear').click();
    for (const often of ['once', 'twice']) {
      await button(page, 'Rehearse all examples').click();
      await page.waitForFunction(
        (text) => document.querySelector('#rehearsed')!.textContent === text,
        `Examples rehearsed ${often}`,
      );
    }
    expect(await strip(page).count()).toBe(5);
    expect(await detail.getAttribute('open')).toBeNull();
    expect(await scrubber.getAttribute('aria-valuetext')).toBe('Step 15 of 15: E (rehearsal)');
    // Undone one after the other; the examples stay.
    for (const left of [10, 5]) {
      await button(page, 'Undo example').click();
      await page.waitForFunction(
        (left) => (document.querySelector('#scrubber') as HTMLInputElement).max === `${left - 1}`,
        left,
      );
      await says(page, /^Rehearsal undone\./);
    }
    expect(await strip(page).count()).toBe(5);
    expect(await detail.isHidden()).toBe(true);
    await draw(page, symbols.C!, 0.02);
    await says(page, /^Class C, /);
    expect(await page.locator('#recalled').textContent()).toBe(before);
  });

  test('is back after a reload, with examples, labels and what is on the pad', async () => {
    const { page, errors } = await open();
    await teach(page);
    await dropCross(page);
    await says(page, /^Class B/);
    await classButton(page, 'B').click();
    await examples(page, 6);
    await draw(page, symbols.C!, 0.02);
    await says(page, /^Class C, \d+%$/);
    const state = async () => ({
      said: await status(page).textContent(),
      rival: await rival(page).textContent(),
      cards: await cards(page),
      strip: await page.locator('#strip').textContent(),
      ink: await ink(page),
      recalled: await page.locator('#recalled').textContent(),
      step: await page.locator('#scrubber-says').textContent(),
    });
    const before = await state();
    await page.reload(); // at once: what waits to be kept is kept when the page is left
    await says(page, /^Class C, \d+%$/);
    expect(await state()).toEqual(before);
    await button(page, 'Clear').click();
    // A picture on the pad too.
    await dropCross(page);
    await says(page, /^Class B/);
    const picture = await state();
    await page.reload();
    await says(page, /^Class B/);
    expect(await state()).toEqual(picture);
    expect(await pad(page).locator('canvas').count()).toBe(1);
    // Start over forgets what was kept.
    await button(page, 'Start over').click();
    await says(page, /^Draw a symbol/);
    await page.reload();
    await page.waitForFunction(() => document.querySelectorAll('#strip li').length >= 1);
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
    await classButton(page, 'A').click();
    await examples(page, 1);
    expect(errors).toEqual([]);
  });

  test('is back from a file, and from one that an earlier version saved', async () => {
    const { page, errors } = await open();
    await teach(page);
    const before = await answers(page);
    const waiting = page.waitForEvent('download');
    await button(page, 'Download drawings').click();
    const saved = JSON.parse(readFileSync(await (await waiting).path(), 'utf8'));
    const old = {
      format: 1,
      learner: { weights: 'others' },
      // biome-ignore lint/suspicious/noExplicitAny: as it was
      steps: saved.steps.map(({ action, ...step }: any) => step),
    };
    for (const content of [saved, old]) {
      await button(page, 'Start over').click();
      await says(page, /^Draw a symbol/);
      await drop(page, 'drawings.json', 'application/json', JSON.stringify(content));
      await says(page, /^Your drawings are back\. It has seen all five/);
      expect(await answers(page)).toEqual(before);
    }
    await button(page, 'Undo example').click();
    await examples(page, 4);
    expect(errors).toEqual([]);
  });

  test('comes from slots that are to be seen: the largest read has the full colour', async () => {
    const { page } = await open();
    await teach(page);
    const strongest = await page.evaluate(() => {
      const { width, height } = document.querySelector<HTMLCanvasElement>('#map-read .heat')!;
      const canvas = document.querySelector<HTMLCanvasElement>('#map-read .heat')!;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
      return Math.max(...data.filter((_, i) => i % 4 === 3));
    });
    expect(strongest).toBe(255);
    const facts = await page.locator('#slot-facts').textContent();
    expect(facts).toMatch(/Strongest read: slot \d+\.$/);
    expect(await page.locator('#resting').isHidden()).toBe(true);
    expect(await page.locator('#memory-size').textContent()).toBe('256 slots of 80 numbers');
  });
});

describe('the resting slot of networks that have one', () => {
  // Four slots of two numbers: slot 0 is read most and holds next to nothing.
  const memory = Float32Array.of(0.05, 0, 2, 1, 0, 1, 0, 0);
  const read = Float32Array.of(0.8, 0.15, 0.05, 0);
  const wide = (row: Float32Array, N: number) => {
    const all = new Float32Array((row.length / 4) * N);
    all.set(row);
    return all;
  };
  const frame = { memory: wide(memory, 40), read: wide(read, 40) };

  test('is found by what it is read and holds', () => {
    expect(restingSlot([frame])).toBe(0);
    const written = Float32Array.from(frame.memory);
    written[0] = 1;
    expect(restingSlot([{ ...frame, memory: written }])).toBeUndefined();
    const unread = Float32Array.from(frame.read);
    unread[0] = 0.05;
    expect(restingSlot([{ ...frame, read: unread }])).toBeUndefined();
  });

  test('is left out of the scale, and is in the second colour', () => {
    const shade = shadeOf([frame.read], true, 0);
    const even = 1 / 40;
    expect(shade(frame.read, 0)).toBeCloseTo(-0.4, 6);
    expect(shade(frame.read, 1)).toBe(1);
    expect(shade(frame.read, 2)).toBeCloseTo((0.05 - even) / (0.15 - even), 6);
    expect(shade(frame.read, 3)).toBe(0);
    expect(indexOfLargest(frame.read, 0)).toBe(1);
    const without = shadeOf([frame.read], true, undefined);
    expect(without(frame.read, 0)).toBe(1);
  });
});

describe('the columns of the maps', () => {
  /** A memory of which some slots hold something; one of them was written last. */
  const frameWith = (N: number, held: readonly number[], leastUsed: number): Frame => {
    const memory = new Float32Array(2 * N);
    for (const slot of held) memory[2 * slot] = 1;
    const write = new Float32Array(N);
    const written = held.at(-1) ?? -1;
    if (written >= 0) write[written] = 1;
    const read = new Float32Array(N).fill(1 / N);
    return { memory, keySize: 1, read, write, usage: read, written, leastUsed };
  };

  test('are all slots of a small memory', () => {
    const columns = columnsOf([frameWith(64, [63], 62)]);
    expect(columns).toHaveLength(64);
    expect(columnsText(columns, 64)).toBe('');
  });

  test('are what a large memory holds, what comes next and a few free ones', () => {
    const columns = columnsOf([frameWith(256, [255], 254), frameWith(256, [255, 254], 253)]);
    expect(columns).toEqual(Array.from({ length: 16 }, (_, i) => 240 + i));
    expect(columnsText(columns, 256)).toBe(
      'The columns are slots 241 to 256. The other 240 slots are empty.',
    );
    const apart = columnsOf([frameWith(256, [255, 7], 100)]);
    expect(apart.slice(0, 3)).toEqual([7, 100, 242]);
    expect(columnsText(apart, 256)).toBe(
      'The columns are slots 8, 101, 243 to 256. The other 240 slots are empty.',
    );
    const held = Array.from({ length: 20 }, (_, i) => 255 - i);
    expect(columnsOf([frameWith(256, held, 235)])).toHaveLength(32);
    expect(columnsOf([])).toEqual([]);
  });
});
