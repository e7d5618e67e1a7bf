/** The dialog "Share your symbols", in a page of its own: what it copies, saves and says, and how it looks. */
import { readFileSync } from 'node:fs';
import { decode } from 'fast-png';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Named } from '../../../web/src/session/step.js';
import { linkOf, symbolsOf } from '../../../web/src/share/link.js';
import { slim } from '../../../web/src/share/simplify.js';
import { drawn } from '../../page/drawings.js';
import { axeFindings, findChromium, launch, openPage } from '../browser.js';
import { SHARE_PAGE, sharePage } from './share-page.js';

const chromium = findChromium();
const names = ['cat', 'dog', 'a very long name indeed!', '🐟 fish', '<b>T</b>'];
const five = names.map((name, i) => drawn(name, i));

/** A picture of a ring, as the page reads files. */
const ring = {
  side: 140,
  ink: Float32Array.from({ length: 140 * 140 }, (_, i) => {
    const radius = Math.hypot((i % 140) - 70, Math.floor(i / 140) - 60);
    return Math.abs(radius - 30) < 4 ? 0.9 : 0;
  }),
};

interface Options {
  readonly symbols?: readonly Named[];
  /** Runs in the page before anything of it. */
  readonly before?: () => void;
  readonly context?: Parameters<Browser['newContext']>[0];
  readonly page?: string;
}

interface Window {
  shared: unknown;
  cardOf(options: object): Promise<Blob>;
  symbolsOf(fragment: string): Promise<Named[]>;
}

describe.skipIf(!chromium)('sharing', () => {
  let browser: Browser;
  let serve: Awaited<ReturnType<typeof sharePage>>;
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    serve = await sharePage();
    browser = await launch(chromium!);
  });
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
  });
  afterAll(() => browser?.close());

  async function visit({ symbols = five, before, context: options = {}, page: at }: Options = {}) {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
      ...options,
    });
    contexts.push(context);
    await serve(context);
    const opened = await openPage(context, SHARE_PAGE, async (page) => {
      if (before) await page.addInitScript(before);
    });
    await opened.page.evaluate(
      ([symbols, at]) => {
        (window as unknown as Window).shared = {
          symbols,
          score: { right: 7, of: 7, once: true },
          inks: symbols.map(() => new Uint8Array(400)),
          page: at && new URL(at),
        };
      },
      [symbols, at] as const,
    );
    return opened;
  }

  /** The same with the dialog open, its link and its picture there. */
  async function share(options?: Options) {
    const opened = await visit(options);
    await button(opened.page, 'Share').click();
    await opened.page.waitForFunction(() => {
      const [field] = document.getElementsByTagName('input');
      const [picture] = document.getElementsByTagName('img');
      return field?.value && picture?.complete && picture.naturalWidth === 1200;
    });
    return opened;
  }

  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const says = (page: Page, text: RegExp) =>
    page.waitForFunction(
      (source) => new RegExp(source).test(document.querySelector('[role=status]')!.textContent!),
      text.source,
    );
  const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());
  const focused = (page: Page) =>
    page.evaluate(() => document.activeElement?.ariaLabel || document.activeElement?.textContent);

  test('copies a link that holds the symbols, here and in Node', async () => {
    const { page, errors, foreign } = await share();
    expect(await focused(page)).toBe('Copy link');
    await page.keyboard.press('Enter');
    await says(page, /^Copied the link\.$/);
    const link = await clipboard(page);
    expect(link).toBe(await page.getByLabel('Link', { exact: true }).inputValue());
    expect(link.startsWith(`${SHARE_PAGE}#s=`)).toBe(true);
    const slimmed = five.map(({ name, look }) => ({ name, look: slim(look) }));
    expect(await symbolsOf(new URL(link).hash)).toEqual(slimmed);
    const other = new URL(await linkOf(five, new URL(SHARE_PAGE))).hash;
    expect(
      await page.evaluate((hash) => (window as unknown as Window).symbolsOf(hash), other),
    ).toEqual(slimmed);
    expect(errors).toEqual([]);
    expect(foreign).toEqual([]);
  });

  test('is left by Escape, the button and a click beside it, and the focus goes back', async () => {
    const { page } = await share();
    const isGone = async () => {
      await page.waitForFunction(() => !document.querySelector('dialog'));
      expect(await focused(page)).toBe('Share');
    };
    await page.keyboard.press('Escape');
    await isGone();
    await page.keyboard.press('Enter');
    await button(page, 'Close').click();
    await isGone();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Share your symbols' }).waitFor();
    await page.mouse.click(5, 5);
    await isGone();
  });

  test('saves a picture, and copies code and an embed', async () => {
    const { page, errors } = await share({ page: 'https://example.org/mann/?a="b"' });
    const waiting = page.waitForEvent('download');
    await button(page, 'Save a picture').click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe('symbols.png');
    const { width, height } = decode(readFileSync(await download.path()));
    expect([width, height]).toEqual([1200, 630]);
    await says(page, /^Saved the picture as symbols\.png\.$/);

    await button(page, 'Copy as code').click();
    await says(page, /^Copied the code\.$/);
    const code = await clipboard(page);
    expect(code).toMatch(/^import \{ Learner \} from 'mann';$/m);
    for (const name of ['cat', '\\u003cb>T\\u003c/b>']) expect(code).toContain(`["${name}", 'AAAA`);

    await button(page, 'Copy an embed').click();
    await says(page, /^Copied the embed\.$/);
    const [, address] = /^<iframe src="([^"<>]+)" .*><\/iframe>$/.exec(await clipboard(page))!;
    expect(address).toMatch(/^https:\/\/example\.org\/mann\/embed\.html#s=/);
    expect((await symbolsOf(new URL(address!).hash)).map(({ name }) => name)).toEqual(names);
    expect(errors).toEqual([]);
  });

  test('selects what the browser does not let it copy', async () => {
    const { page, errors } = await share({
      before: () => Object.defineProperty(navigator, 'clipboard', { value: undefined }),
    });
    const selection = () =>
      page.evaluate(() => {
        const field = document.activeElement as HTMLInputElement;
        return field.value.slice(field.selectionStart!, field.selectionEnd!);
      });
    await button(page, 'Copy link').click();
    await says(page, /the link is selected, so copy it yourself\.$/);
    expect(await selection()).toMatch(/^http:\/\/localhost\/share\/#s=[\w-]+$/);
    await button(page, 'Copy as code').click();
    await says(page, /the code is selected, so copy it yourself\.$/);
    expect(await focused(page)).toBe('Text to copy');
    expect(await selection()).toMatch(/^\/\/ npm install mann[\s\S]*\}\n$/);
    expect(errors).toEqual([]);
  });

  test('hands the link to the system where that can share', async () => {
    const { page } = await share({
      before: () => {
        const given: unknown[] = [];
        Object.assign(window, { given });
        navigator.share = async (data) => {
          given.push(data);
          if (given.length > 1) throw new DOMException('no', 'AbortError');
        };
      },
    });
    await button(page, 'Share…').click();
    await button(page, 'Share…').click();
    const given = await page.evaluate(() => (window as unknown as { given: ShareData[] }).given);
    expect(given).toHaveLength(2);
    expect(given[0]!.url).toMatch(/#s=/);
    expect(await page.getByRole('status').textContent()).toBe('');
  });

  test('says so where there is no link, and still saves the picture', async () => {
    const { page, errors } = await visit({
      before: () => Object.defineProperty(window, 'CompressionStream', { value: undefined }),
    });
    await button(page, 'Share').click();
    await says(page, /^this browser is too old for links with symbols: /);
    expect(await focused(page)).toBe('Close');
    expect(await button(page, 'Copy link').isHidden()).toBe(true);
    expect(await button(page, 'Copy an embed').isHidden()).toBe(true);
    await page.waitForFunction(() => document.querySelector('img')!.naturalWidth === 1200);
    expect(await button(page, 'Save a picture').isVisible()).toBe(true);
    expect(errors).toEqual([]);
  });

  for (const [width, colorScheme] of [
    [320, 'light'],
    [1280, 'dark'],
  ] as const) {
    test(`fits ${width} pixels, and axe finds nothing in ${colorScheme}`, async () => {
      const { page } = await share({
        context: { viewport: { width, height: 640 }, colorScheme, bypassCSP: true },
      });
      await button(page, 'Copy an embed').click();
      await says(page, /^Copied/);
      const [inside, around, bottom] = await page.evaluate(() => {
        const dialog = document.querySelector('dialog')!;
        const status = document.querySelector('[role=status]')!;
        return [
          dialog.scrollWidth - dialog.clientWidth,
          document.documentElement.scrollWidth - innerWidth,
          status.getBoundingClientRect().bottom,
        ];
      });
      expect([inside, around]).toEqual([0, 0]);
      expect(bottom).toBeLessThanOrEqual(640);
      const found = await axeFindings(page, 'dialog');
      expect(found).toEqual([]);
    });
  }

  test('paints a card of 1 to 20 symbols, the same in the dark and on an ordinary canvas', async () => {
    const light = await visit();
    const plain = await visit({
      context: { colorScheme: 'dark' },
      before: () => Object.defineProperty(window, 'OffscreenCanvas', { value: undefined }),
    });
    const card = async ({ page }: { page: Page }, symbols: readonly Named[]) => {
      const score = symbols.length > 5 ? undefined : { right: 131, of: 144, once: false };
      const url = await page.evaluate(
        async ([symbols, score]) => {
          const reader = new FileReader();
          reader.readAsDataURL(await (window as unknown as Window).cardOf({ symbols, score }));
          await new Promise((resolve) => {
            reader.onload = resolve;
          });
          return reader.result as string;
        },
        [symbols, score] as const,
      );
      return decode(Buffer.from(url.split(',')[1]!, 'base64'));
    };
    for (const count of [1, 5, 12, 20]) {
      const symbols = Array.from({ length: count }, (_, i) =>
        drawn('W'.repeat(1 + ((i * 7) % 24)), i % 8),
      );
      if (count > 1) symbols[1] = { name: 'ring', look: ring };
      const { width, height, data, channels } = await card(light, symbols);
      expect([width, height]).toEqual([1200, 630]);
      const isPaper = (x: number, y: number) => {
        const at = (y * width + x) * channels;
        return data[at] === 0xfb && data[at + 1] === 0xfa && data[at + 2] === 0xf6;
      };
      // Paper all around and between words and symbols: nothing is cut off.
      const across = [...Array(width).keys()];
      const down = [...Array(height).keys()];
      const marked = [20, height - 20].flatMap((y) => across.filter((x) => !isPaper(x, y)));
      marked.push(...[20, 424, width - 20].flatMap((x) => down.filter((y) => !isPaper(x, y))));
      expect(marked).toEqual([]);
      // On the right, at least the ink of one large drawing.
      const dark = data.filter((grey, i) => grey < 100 && (i / channels) % width > 430);
      expect(dark.length / channels).toBeGreaterThan(6000);
      expect(
        Buffer.compare(Buffer.from((await card(plain, symbols)).data), Buffer.from(data)),
      ).toBe(0);
    }
    expect([...light.errors, ...plain.errors]).toEqual([]);
  });
});
