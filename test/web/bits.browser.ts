import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import { expect, test } from 'vitest';
import pinned from '../bits/bits.json' with { type: 'json' };
import { findChromium, launch, serve } from './browser.js';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const chromium = findChromium();

/** The library and what trains with it, as one script. */
async function bundle(): Promise<string> {
  const made = (await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { mann: at('../../dist/browser.js') } },
    build: {
      write: false,
      rolldownOptions: { output: { codeSplitting: false } },
      lib: { entry: at('bits-in-browser.js'), formats: ['es'] },
    },
  })) as Rolldown.RolldownOutput[];
  return made[0]!.output[0].code;
}

test.skipIf(!chromium)('a seed gives the bits it gives in Node', async () => {
  const [browser, server, script] = await Promise.all([launch(chromium!), serve(), bundle()]);
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
