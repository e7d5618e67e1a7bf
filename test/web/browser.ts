import { existsSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { webServer } from '../../web/server.js';

/** Where systems have Chromium or Chrome. */
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * The browser to test in: CHROMIUM, or where systems have it.
 * @returns undefined where there is none and WEB_TESTS=optional says that this is fine
 * @throws Error where there is none
 */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM;
  const found = named ? [named].find(existsSync) : places.find(existsSync);
  if (found) return found;
  const missing = named ? `CHROMIUM names ${named}, which is not there` : 'Chromium was not found';
  const help =
    'install it (apt install chromium, brew install --cask chromium) or name it: CHROMIUM=/path/to/chrome npm run test:web';
  if (process.env.WEB_TESTS === 'optional') {
    console.warn(`${missing}, so the page is not tested: ${help}`);
    return undefined;
  }
  throw new Error(`${missing}: ${help}. To skip these tests: WEB_TESTS=optional`);
}

/** WebGPU without a graphics processor: on SwiftShader, which imitates one. */
export const SOFTWARE_GPU = ['--enable-unsafe-webgpu'];

export function launch(executablePath: string, flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...flags,
    ],
  });
}

/** Serves the page on a free port of this machine. */
export async function serve(options: Parameters<typeof webServer>[0] = {}) {
  const server: Server = webServer(options);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}/`, port, close };
}

/**
 * A page, and all that went wrong or elsewhere while it was open.
 * @param before is done to the page before it goes to the address
 */
export async function openPage(
  context: BrowserContext,
  url: string,
  before: (page: Page) => Promise<unknown> = async () => {},
) {
  const page = await context.newPage();
  await before(page);
  const errors: string[] = [];
  const foreign: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('request', (request) => {
    const address = new URL(request.url());
    if (address.protocol.startsWith('http') && address.origin !== new URL(url).origin) {
      foreign.push(request.url());
    }
  });
  await page.goto(url);
  return { page, errors, foreign };
}

/** A browser for the tests of one file, with the page on a host that isolates and on one that does not. */
export function visits(chromium: string, flags: readonly string[] = []) {
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serve>>;
  let bare: Awaited<ReturnType<typeof serve>>;
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    site = await serve();
    bare = await serve({ isolated: false });
    browser = await launch(chromium, flags);
  });
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    await bare?.close();
  });

  /** At a desk unless told. */
  async function open(
    url = site.url,
    options: Parameters<Browser['newContext']>[0] = {},
    before?: Parameters<typeof openPage>[2],
  ) {
    const viewport = { width: 1280, height: 900 };
    const context = await browser.newContext({ viewport, ...options });
    contexts.push(context);
    return openPage(context, url, before);
  }

  return {
    open,
    /** Addresses of the page. */
    at: (query = '') => `${site.url}${query}`,
    atBare: (query = '') => `${bare.url}${query}`,
  };
}

type Points = readonly (readonly [number, number])[];

/** Five symbols, points in sides of the pad. */
export const symbols: Readonly<Record<string, readonly Points[]>> = {
  A: [circle()],
  B: [
    [
      [0.2, 0.2],
      [0.8, 0.8],
    ],
    [
      [0.8, 0.2],
      [0.2, 0.8],
    ],
  ],
  C: [
    [
      [0.2, 0.25],
      [0.5, 0.8],
      [0.8, 0.25],
    ],
  ],
  D: [
    [
      [0.2, 0.25],
      [0.8, 0.25],
    ],
    [
      [0.5, 0.25],
      [0.5, 0.85],
    ],
  ],
  E: [
    [
      [0.7, 0.2],
      [0.35, 0.22],
      [0.3, 0.45],
      [0.62, 0.5],
      [0.7, 0.65],
      [0.6, 0.8],
      [0.25, 0.8],
    ],
  ],
};

function circle(): Points {
  return Array.from({ length: 25 }, (_, i) => {
    const angle = (2 * Math.PI * i) / 24;
    return [0.5 + 0.3 * Math.sin(angle), 0.5 - 0.3 * Math.cos(angle)] as const;
  });
}

export const pad = (page: Page) => page.getByLabel('Drawing pad');
export const status = (page: Page) => page.getByRole('status');
/** A symbol's card. */
export const card = (page: Page, name: string) =>
  page.getByRole('button', { name: `This is ${name}`, exact: true });
export const newSymbol = (page: Page) => page.getByRole('button', { name: 'New symbol' });
export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
/** Waits until the status says so. */
export const says = (page: Page, text: RegExp) =>
  page.waitForFunction(
    (source) => new RegExp(source).test(document.querySelector('#status')!.textContent!),
    text.source,
  );
/** Waits until the memory holds so many examples. */
export const examples = (page: Page, count: number) =>
  page.waitForFunction(
    (count) => document.querySelectorAll('#slots .slot').length === count,
    count,
  );

/** Draws with the mouse. `sway` bends the lines a little, as another hand would. */
export async function draw(
  page: Page,
  strokes: readonly Points[],
  sway = 0,
  on = pad(page),
): Promise<void> {
  await on.scrollIntoViewIfNeeded();
  const box = (await on.boundingBox())!;
  for (const stroke of strokes) {
    for (const [i, [x, y]] of stroke.entries()) {
      const right = box.x + box.width * (x + sway * Math.sin(9 * y + 2));
      const down = box.y + box.height * (y + sway * Math.cos(7 * x));
      await page.mouse.move(right, down, { steps: i === 0 ? 1 : 5 });
      if (i === 0) await page.mouse.down();
    }
    await page.mouse.up();
  }
}

/** Draws each of the five and makes it a symbol: A to E. */
export async function teach(page: Page): Promise<void> {
  for (const [name, strokes] of Object.entries(symbols)) {
    await draw(page, strokes);
    await newSymbol(page).click();
    await says(page, new RegExp(`^Remembered as ${name}\\.`));
  }
  await examples(page, 5);
}

/** What the status says to each symbol, drawn again. */
export async function answers(page: Page): Promise<Record<string, string>> {
  const said: Record<string, string> = {};
  for (const [name, strokes] of Object.entries(symbols)) {
    await draw(page, strokes, 0.02);
    await says(page, /%$/);
    said[name] = (await status(page).textContent()) ?? '';
    await button(page, 'Clear').click();
    await page.waitForFunction(() => !document.querySelector('.class.best'));
  }
  return said;
}

/** Drops a file on the page. `content` is one character a byte. */
export async function drop(page: Page, name: string, type: string, content: string): Promise<void> {
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

/** Drops a picture of a cross, as somebody else's program would write it. */
export async function dropCross(page: Page): Promise<void> {
  const url = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 400;
    canvas.height = 300;
    const context = canvas.getContext('2d')!;
    context.fillStyle = '#fff';
    context.fillRect(0, 0, 400, 300);
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
}

/** What axe finds on a page, or in a part of it, that was opened with `bypassCSP`. */
export async function axeFindings(page: Page, context: string | readonly string[] = 'html') {
  const source = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  await page.evaluate(readFileSync(source, 'utf8'));
  return page.evaluate(async (include) => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run({ include });
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      where: nodes.map(({ html }) => html.slice(0, 120)).slice(0, 3),
    }));
  }, [context].flat() as string[]);
}
