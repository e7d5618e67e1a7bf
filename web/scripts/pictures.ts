/**
 * Makes the pictures of the page that are files: its icons as PNG, and the card that other sites show with a link
 * to it. `npx tsx web/scripts/pictures.ts`, after `npm run web:build`; writes to web/public.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  draw,
  findChromium,
  launch,
  openPage,
  serve,
  symbols,
  teach,
} from '../../test/web/browser.js';

const at = (path: string) => fileURLToPath(new URL(`../public/${path}`, import.meta.url));
const browser = await launch(findChromium()!);
const site = await serve();

// Icons: on phones the picture is cut into the system's own shape, so the paper fills the corners.
const icon = readFileSync(at('icon.svg'), 'utf8').replace(/ rx="\d+"/, '');
for (const side of [180, 192, 512]) {
  const page = await browser.newPage({ viewport: { width: side, height: side } });
  await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${icon}`);
  await page.screenshot({ path: at(`icon-${side}.png`) });
  await page.close();
}

// The card: five symbols known, one of them drawn again.
const context = await browser.newContext({
  viewport: { width: 1200, height: 630 },
  reducedMotion: 'reduce',
  colorScheme: 'light',
});
const { page } = await openPage(context, site.url);
await teach(page);
for (const [i, name] of ['moon', 'cross', 'valley', 'table', 'snake'].entries()) {
  await page.locator('.name').nth(i).fill(name);
  await page.locator('.name').nth(i).press('Enter');
}
await draw(page, symbols.E!, 0.02);
await page.waitForFunction(() => /your snake\. \d+%/.test(document.body.textContent!));
await page.evaluate(() => scrollTo(0, 0));
await page.screenshot({ path: at('card.png') });

await browser.close();
await site.close();
