/** The example of ONNX Runtime Web, with the library from this machine instead of the network. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { shippedPath } from '../../dist/cli/networks/shipped.js';
import { loadCheckpoint } from '../../dist/index.js';
import { onnxModel } from '../../dist/onnx/model.js';
import { findChromium, launch } from './browser.js';

const chromium = findChromium();
const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const TYPES: Record<string, string> = {
  html: 'text/html',
  mjs: 'text/javascript',
  wasm: 'application/wasm',
};

describe.skipIf(!chromium)('examples/onnx/one-shot.html', () => {
  test('recognises each of its symbols after it has seen it once', async () => {
    const network = await loadCheckpoint(shippedPath('mann-omniglot-5way'));
    const browser = await launch(chromium!);
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      await page.route('**/*', (route) => {
        const { host, pathname } = new URL(route.request().url());
        if (pathname === '/network.onnx') {
          return route.fulfill({ body: Buffer.from(onnxModel(network, { step: true }).bytes) });
        }
        const library = pathname.replace(/^\/npm\/onnxruntime-web@[\d.]+/, '');
        const isLibrary = host === 'cdn.jsdelivr.net';
        const path = file(
          isLibrary ? `node_modules/onnxruntime-web${library}` : `examples/onnx${pathname}`,
        );
        if (!existsSync(path)) return route.fulfill({ status: 404 });
        return route.fulfill({
          body: readFileSync(path),
          contentType: TYPES[path.split('.').at(-1)!] ?? 'application/octet-stream',
          headers: { 'access-control-allow-origin': '*' },
        });
      });
      await page.goto('http://localhost/one-shot.html');
      await page.waitForFunction(() => document.querySelectorAll('li').length === 3);
      expect(await page.locator('li').allTextContents()).toEqual([
        'drawn: hook, recognised: hook',
        'drawn: triangle, recognised: triangle',
        'drawn: zigzag, recognised: zigzag',
      ]);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  test('names the version of the library that the tests have', () => {
    const { version } = JSON.parse(
      readFileSync(file('node_modules/onnxruntime-web/package.json'), 'utf8'),
    );
    expect(readFileSync(file('examples/onnx/one-shot.html'), 'utf8')).toContain(
      `onnxruntime-web@${version}/`,
    );
  });
});
