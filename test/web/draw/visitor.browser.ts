/** The page as somebody uses it who has never seen it: sets of symbols, a link from a friend, a frame on another site. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Random } from 'mann';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redrawn } from '../../../web/scripts/redraw.js';
import { alphabets } from '../../../web/src/alphabets/alphabets.js';
import type { Stroke } from '../../../web/src/pad/strokes.js';
import {
  answers,
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

/** Draws strokes of the pad's own units with the mouse. */
async function drawStrokes(page: Page, strokes: readonly Stroke[]): Promise<void> {
  const points = strokes.map((stroke) =>
    Array.from(
      { length: stroke.length / 2 },
      (_, i) => [stroke[2 * i]! / 1000, stroke[2 * i + 1]! / 1000] as const,
    ),
  );
  const box = (await pad(page).boundingBox())!;
  for (const stroke of points) {
    for (const [i, [x, y]] of stroke.entries()) {
      await page.mouse.move(box.x + box.width * x, box.y + box.height * y);
      if (i === 0) await page.mouse.down();
    }
    await page.mouse.up();
  }
}

/** The answer that stands: what the status says, without the percentage. */
async function answer(page: Page): Promise<string> {
  await says(page, /%$/);
  return (await status(page).textContent())!.replace(/ \d+%$/, '');
}

describe.skipIf(!chromium)('a visitor', () => {
  const { at, open } = visits(chromium!);

  test('finds 97% of redrawn symbols known and 90% of sixth ones new, in 20 sets of five', {
    timeout: 900_000,
  }, async () => {
    const { page, errors } = await open(at(), { reducedMotion: 'reduce' });
    const characters = (await alphabets()).flatMap((alphabet) => alphabet.characters);
    const random = new Random(1, 'sets of six');
    const wrong: string[] = [];
    let [right, fresh] = [0, 0];
    for (let set = 0; set < 20; set++) {
      const six = random.sample(characters.length, 6).map((i) => characters[i]!);
      for (const [i, { first }] of six.slice(0, 5).entries()) {
        await drawStrokes(page, redrawn(first, random));
        await newSymbol(page).click();
        await examples(page, i + 1);
      }
      for (const [i, { name, first }] of six.entries()) {
        await drawStrokes(page, redrawn(first, random));
        const said = await answer(page);
        if (i === 5) fresh += +/new to me/.test(said);
        else right += +said.includes(`your ${'ABCDE'[i]}`);
        if (!(i === 5 ? /new to me/.test(said) : said.includes(`your ${'ABCDE'[i]}`)))
          wrong.push(`${name}: ${said}`);
        await button(page, 'Clear').click();
      }
      await button(page, 'Start over').click();
      await says(page, /^Draw a symbol/);
    }
    expect(right, wrong.join('\n')).toBeGreaterThanOrEqual(97);
    expect(fresh, wrong.join('\n')).toBeGreaterThanOrEqual(18);
    expect(errors).toEqual([]);
  });

  test('opens a friend’s link: the same symbols, names and answers, and keeps their own', async () => {
    const first = await open(at(), { permissions: ['clipboard-read', 'clipboard-write'] });
    await teach(first.page);
    await first.page.getByLabel('Name of symbol B').fill('cross');
    await first.page.getByLabel('Name of symbol B').press('Enter');
    await says(first.page, /^Now called cross/);
    const want = await answers(first.page);
    expect(want.B).toContain('your cross');
    await button(first.page, 'Share').click();
    await button(first.page, 'Copy link').click();
    await first.page.getByText('Copied the link.').waitFor();
    const link = await first.page.evaluate(() => navigator.clipboard.readText());
    expect(link.length).toBeLessThan(900);

    const requests: string[] = [];
    const friend = await open(at(), {}, async (page) => {
      page.on('request', (request) => requests.push(request.url()));
    });
    await draw(friend.page, symbols.E!);
    await newSymbol(friend.page).click();
    await examples(friend.page, 1);
    await friend.page.waitForFunction(() => localStorage.getItem('mann.session'));
    await friend.page.goto('about:blank');
    await friend.page.goto(link);
    await says(friend.page, /^It has seen each of these once\./);
    expect(await answers(friend.page)).toEqual(want);
    // No server is told what is in the link.
    const secret = new URL(link).hash.slice(3, 40);
    expect(requests.filter((url) => url.split('#')[0]!.includes(secret))).toEqual([]);
    await button(friend.page, 'Back to my symbols').click();
    await examples(friend.page, 1);
    expect(new URL(friend.page.url()).hash).toBe('');
    expect([...first.errors, ...friend.errors]).toEqual([]);
  });

  test('is told of a link that is damaged, and can draw all the same', async () => {
    const { page, errors } = await open(at('#s=AR__'));
    await page.getByText('The symbols of this link could not be restored').waitFor();
    await draw(page, symbols.A!);
    await newSymbol(page).click();
    await examples(page, 1);
    expect(errors).toEqual([]);
  });

  test('who will not draw chooses an alphabet, and somebody else draws', async () => {
    const { page, errors } = await open(at(), { reducedMotion: 'reduce' });
    await button(page, 'choose a ready alphabet').click();
    await page.getByRole('button', { name: /^Greek/ }).click();
    await examples(page, 5);
    await says(page, /^It has seen each of them once\./);
    for (let i = 0; i < 3; i++) {
      await button(page, 'Draw for me').click();
      await says(page, /%$/);
      const yes = page.locator('#yes');
      await yes.click();
      await page.waitForFunction(() => !document.querySelector('#confirm.shown'));
    }
    await button(page, 'Undo last').click();
    await says(page, /%$/);
    expect(errors).toEqual([]);
  });

  test('who clears the pad while somebody else draws has it blank', async () => {
    const { page, errors } = await open(at());
    await button(page, 'choose a ready alphabet').click();
    await page.getByRole('button', { name: /^Greek/ }).click();
    await examples(page, 5);
    await button(page, 'Draw for me').click();
    const ink = () => page.locator('#pad path.ink').getAttribute('d');
    await page.waitForFunction(() => document.querySelector('#pad path.ink')?.getAttribute('d'));
    await button(page, 'Clear').click();
    await page.waitForTimeout(2500); // longer than the drawing would have taken
    expect(await ink()).toBe('');
    expect(await page.locator('#confirm.shown').count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test('sees in ten seconds what is left without the memory', async () => {
    const { page, errors } = await open(at());
    await teach(page);
    await draw(page, symbols.D!, 0.02);
    await says(page, /your D/);
    await button(page, 'Yes').click();
    const stage = page.locator('#stage-says');
    await page.locator('#wipe-play').click();
    const said = (text: RegExp) =>
      page.waitForFunction(
        (source) => new RegExp(source).test(document.querySelector('#stage-says')!.textContent!),
        text.source,
      );
    await said(/^With its memory: That’s your D\.$/);
    expect(await page.locator('#stage-bars .best').textContent()).toMatch(/^D/);
    await said(/^Now its memory is emptied/);
    await said(/^Without its memory: /);
    expect(await stage.textContent()).not.toContain('your D');
    expect(await page.locator('#stage-slots .gone').count()).toBe(5);
    await said(/^The memory is back: That’s your D\.$/);
    expect(await page.locator('#stage-slots .gone').count()).toBe(0);
    // The visitor's own memory was not touched.
    await draw(page, symbols.D!, 0.02);
    await says(page, /your D/);
    expect(errors).toEqual([]);
  });
});

describe.skipIf(!chromium)('another site', () => {
  const { at, open } = visits(chromium!);
  const host = createServer((request, response) => {
    const of = new URL(request.url!, 'http://host').searchParams.get('of')!;
    response.setHeader('Content-Type', 'text/html');
    response.end(
      `<!doctype html><title>Host</title><iframe src="${of}" width="480" height="640"></iframe>`,
    );
  });
  let address = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    // Another name for this machine: another site.
    address = `http://localhost:${(host.address() as AddressInfo).port}/?of=`;
  });
  afterAll(() => host.close());

  test('shows symbols in a frame, which knows them and keeps nothing', async () => {
    const first = await open(at(), { permissions: ['clipboard-read', 'clipboard-write'] });
    await teach(first.page);
    await button(first.page, 'Share').click();
    await button(first.page, 'Copy an embed').click();
    await first.page.getByText('Copied the embed.').waitFor();
    const embed = await first.page.evaluate(() => navigator.clipboard.readText());
    const source = /src="([^"]+)"/.exec(embed)![1]!;
    expect(source).toContain('/embed.html#s=');
    const { page } = await open(address + encodeURIComponent(source));
    const frame = page.frameLocator('iframe');
    await frame.getByText('It has seen each of these once.').waitFor();
    const box = (await page.locator('iframe').boundingBox())!;
    const paper = (await frame.getByLabel('Drawing pad').boundingBox())!;
    const cards = (await frame.locator('.cards').boundingBox())!;
    expect(cards.y + cards.height).toBeLessThanOrEqual(box.y + box.height);
    for (const stroke of symbols.B!) {
      for (const [i, [x, y]] of stroke.entries()) {
        await page.mouse.move(paper.x + paper.width * x, paper.y + paper.height * y, { steps: 4 });
        if (i === 0) await page.mouse.down();
      }
      await page.mouse.up();
    }
    await frame.getByText('That’s your B.').waitFor();
  });

  test('cannot show the page itself', async () => {
    const { page } = await open(address + encodeURIComponent(at()));
    await page.waitForTimeout(1000);
    expect(await page.frameLocator('iframe').locator('#pad').count()).toBe(0);
  });
});
