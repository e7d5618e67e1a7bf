/**
 * Makes the moving picture of the page for the README: a visitor draws five symbols once each, draws three of them
 * again, and then a new one. `npm run picture` writes docs/page.gif; FRAMES=FOLDER also leaves every frame there.
 *
 * The page's clock goes on by a frame's time with every frame, so the picture does not depend on the machine's
 * speed: the same browser with the same fonts makes the same strokes, answers and frames. (Not the same
 * bytes: Chromium paints the edges of some lines a little lighter or darker, by up to 7 of 255 in 67 pixels of a frame.)
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { draw, findChromium, launch, openPage, serve, status } from '../test/web/browser.js';
import build from '../test/web/setup.js';
import { Film } from './picture/film.js';
import { inManner } from './picture/hand.js';
import { asked, taught } from './picture/story.js';
import { FRAME_MS, Visitor } from './picture/visitor.js';

const file = fileURLToPath(new URL('../docs/page.gif', import.meta.url));
/** A README must not make people wait for it. */
const MOST_BYTES = 700_000;

/** Pad, answer, cards and memory side by side. */
const viewport = { width: 860, height: 560 };
const clip = { x: 6, y: 38, width: 848, height: 500 };
/** Of pixels: the picture is as large as README columns. */
const SCALE = 1;

const frames = process.env.FRAMES;
if (frames) mkdirSync(frames, { recursive: true });
let count = 0;

/** Waits until the network answers, and leaves the pad blank. */
async function untilReady(page: Page): Promise<void> {
  await draw(page, Object.values(taught)[0]!);
  await page.getByText('Tap “New symbol”').waitFor();
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.mouse.move(viewport.width / 3, viewport.height / 2);
}

async function film(page: Page): Promise<Film> {
  const film = new Film();
  const visitor = new Visitor(page, async () => {
    const png = await page.screenshot({ clip });
    film.add(png, FRAME_MS);
    if (frames) writeFileSync(join(frames, `${String(count++).padStart(3, '0')}.png`), png);
  });
  await visitor.showHand();
  for (const [i, [name, drawing]] of Object.entries(taught).entries()) {
    await visitor.draw(drawing);
    await visitor.tap('New symbol');
    const field = page.locator('.name').nth(i);
    await field.fill(name);
    await field.press('Enter');
  }
  for (const { drawing, manner, says, stands } of asked) {
    await visitor.draw(manner ? inManner(drawing, manner) : drawing);
    await visitor.wait(stands);
    const said = (await status(page).textContent())!;
    if (!says.test(said)) throw new Error(`the page says "${said}" where ${says} is told`);
    if (drawing !== asked.at(-1)!.drawing) await visitor.tap('Yes');
  }
  return film;
}

await build();
const site = await serve();
const browser = await launch(findChromium()!);
try {
  const context = await browser.newContext({
    viewport,
    deviceScaleFactor: SCALE,
    reducedMotion: 'reduce', // what the style sheet moves goes by another clock
    colorScheme: 'light',
    serviceWorkers: 'block',
  });
  const time = new Date('2026-01-01T12:00:00Z');
  const { page, errors } = await openPage(context, site.url, (page) =>
    page.clock.install({ time }),
  );
  await page.getByText('Your turn').waitFor();
  await untilReady(page);
  await page.clock.pauseAt(new Date('2026-01-02T12:00:00Z'));

  const shots = await film(page);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  const gif = await shots.gif();
  const facts = `${Math.round(gif.length / 1000)} kB, ${shots.milliseconds / 1000} s`;
  if (gif.length > MOST_BYTES) throw new Error(`too large: ${facts}`);
  writeFileSync(file, gif);
  console.log(`docs/page.gif: ${facts}`);
} finally {
  await browser.close();
  await site.close();
}
