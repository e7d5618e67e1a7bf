import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { findChromium, launch } from '../web/browser.js';
import type { Site } from './projects.js';

const file = fileURLToPath(
  new URL('node_modules/mann/models/mann-omniglot-strings.safetensors', import.meta.url),
);

/** The pretrained weights in the installed package. */
export const weights = {
  file,
  size: readFileSync(file).length,
  digest: (await (await import('mann')).Learner.load(file)).digest,
};

/** A browser for the tests of one file. */
export function browse() {
  let browser: Browser;
  const sites: Site[] = [];
  beforeAll(async () => {
    browser = await launch(findChromium()!);
  });
  afterEach(async () => {
    for (const site of sites.splice(0)) await site.close();
  });
  afterAll(() => browser.close());

  /** What a project's page has come to; the site is closed after the test. */
  async function visit(site: Site, query = ''): Promise<unknown> {
    sites.push(site);
    const page = await browser.newPage();
    const heard: string[] = [];
    page.on('pageerror', (error) => heard.push(String(error)));
    page.on('console', (message) => heard.push(message.text()));
    try {
      await page.goto(site.url + query);
      // Vite's dev server may load the page again when it has found another dependency.
      await page.waitForFunction('globalThis.outcome', undefined, { timeout: 60_000 });
      return await page.evaluate('outcome');
    } catch (error) {
      throw new Error(`${error}\n${[...heard, ...site.complaints].join('\n')}`);
    } finally {
      await page.close();
    }
  }
  return { visit };
}
