import { expect, test } from 'vitest';
import pinned from '../../bits/bits.json' with { type: 'json' };
import { findChromium, launch, serve } from '../browser.js';
import { bundle } from '../bundle.js';

const chromium = findChromium();

test.skipIf(!chromium)('a seed gives the bits it gives in Node', async () => {
  const [browser, server, script] = await Promise.all([
    launch(chromium!),
    serve(),
    bundle('engine/bits-in-browser.js'),
  ]);
  try {
    const context = await browser.newContext({ bypassCSP: true });
    const page = await context.newPage();
    await page.goto(server.url);
    await page.addScriptTag({ type: 'module', content: script });
    await page.waitForFunction('globalThis.bits');
    expect(await page.evaluate('bits()')).toEqual(pinned);
  } finally {
    await browser.close();
    await server.close();
  }
});
