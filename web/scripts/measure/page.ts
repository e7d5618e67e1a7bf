/**
 * How soon the page can be used, and how soon it answers: time until the pad takes strokes and until the network is there, on
 * this machine and with its processor slowed down six times, and the time from lifting the pen to the answer.
 * `npx tsx web/scripts/measure/page.ts [times]`, after `npm run web:build`.
 */
import type { Page } from 'playwright-core';
import {
  draw,
  findChromium,
  launch,
  openPage,
  serve,
  symbols,
  teach,
} from '../../../test/web/browser.js';

const times = Number(process.argv[2] ?? 5);
const middle = (some: readonly number[]) => some.toSorted((a, b) => a - b)[some.length >> 1]!;

/** Notes when the pad is there, when the network is, and how long answers take after the pen is lifted. */
const WATCH = `
  window.seen = { pad: 0, network: 0, answers: [] };
  let lifted = 0;
  new MutationObserver(() => {
    const now = performance.now();
    if (!seen.pad && document.querySelector('#pad svg')) seen.pad = now;
    if (!seen.network && document.querySelector('#memory-size')?.textContent) seen.network = now;
    if (lifted && document.querySelector('#confirm.shown')) {
      seen.answers.push(now - lifted);
      lifted = 0;
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  addEventListener('pointerup', () => { lifted = performance.now(); }, { capture: true });
`;

interface Seen {
  readonly pad: number;
  readonly network: number;
  readonly answers: readonly number[];
}

async function visit(page: Page): Promise<Seen> {
  await page.waitForFunction(() => (window as unknown as { seen: Seen }).seen.network > 0);
  return page.evaluate(() => (window as unknown as { seen: Seen }).seen);
}

const site = await serve();
const browser = await launch(findChromium()!);
for (const slowdown of [1, 6]) {
  const visits: Seen[] = [];
  for (let i = 0; i < times; i++) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const { page } = await openPage(context, site.url, async (page) => {
      await page.addInitScript(WATCH);
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    });
    visits.push(await visit(page));
    await context.close();
  }
  console.log(
    `${slowdown} times slower: the pad is there after ${middle(visits.map(({ pad }) => pad)).toFixed(0)} ms, ` +
      `the network after ${middle(visits.map(({ network }) => network)).toFixed(0)} ms (medians of ${times})`,
  );
}
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const { page } = await openPage(context, site.url, (page) => page.addInitScript(WATCH));
await teach(page);
for (let i = 0; i < times; i++) {
  for (const strokes of Object.values(symbols)) {
    await draw(page, strokes, 0.02);
    await page.locator('#confirm.shown').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
  }
}
const { answers } = await visit(page);
console.log(
  `answers after lifting the pen: median ${middle(answers).toFixed(1)} ms, longest ${Math.max(...answers).toFixed(1)} ms (of ${answers.length})`,
);
await browser.close();
await site.close();
