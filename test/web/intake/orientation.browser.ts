import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodePicture } from '../../../dist/data/pictures/picture.js';
import { prepare } from '../../../dist/learner/prepare.js';
import { bmpOf, exif, F, jpg, laid, png, webp } from '../../data/pictures/formats.js';
import { findChromium, launch } from '../browser.js';

const chromium = findChromium();
const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Reads a file as the page does, and gives its ink. */
type Read = (base64: string, type: string) => Promise<{ side: number; ink: number[] }>;

/** What the page reads files with, as a script that sets a global. */
async function script(): Promise<string> {
  const entry = at('web/src/intake/read-file.ts');
  const built = (await build({
    configFile: at('web/vite.config.ts'),
    plugins: [],
    logLevel: 'warn',
    // Not the pages of the configuration.
    build: {
      write: false,
      rolldownOptions: { input: entry },
      lib: { entry, formats: ['iife'], name: 'reader' },
    },
  })) as Rolldown.RolldownOutput | Rolldown.RolldownOutput[];
  const { output } = Array.isArray(built) ? built[0]! : built;
  return output[0].code;
}

describe.skipIf(!chromium)('pictures with an orientation', () => {
  let browser: Browser;
  let read: Read;

  beforeAll(async () => {
    browser = await launch(chromium!);
    const page = await browser.newPage();
    await page.addScriptTag({ content: await script() });
    read = (base64, type) =>
      page.evaluate(
        async ([content, kind]) => {
          const bytes = Uint8Array.from(atob(content!), (c) => c.charCodeAt(0));
          const { reader } = globalThis as unknown as {
            reader: { readFile(file: File): Promise<{ ink: Float32Array; side: number }> };
          };
          const { ink, side } = await reader.readFile(new File([bytes], 'f', { type: kind! }));
          return { ink: [...ink], side };
        },
        [base64, type],
      );
  });
  afterAll(() => browser?.close());

  // Larger, so that thinning strokes does not hang on single pixels.
  const rows = F.flatMap((row) => Array<string>(8).fill(row.replace(/./g, '$&'.repeat(8))));
  const inNode = prepare(decodePicture(png(rows)), 'strokes', 20, 20).ink;

  /** How far what the page makes of a file is from what Node does, a pixel. An F turned otherwise is 0.056 and more away. */
  async function difference(bytes: Buffer, type: string): Promise<number> {
    const { ink, side } = await read(bytes.toString('base64'), type);
    const grey = Uint8Array.from(ink, (value) => Math.round(255 * (1 - value)));
    const inPage = prepare({ width: side, height: side, grey }, 'strokes', 20, 20).ink;
    return inPage.reduce((sum, value, i) => sum + Math.abs(value - inNode[i]!), 0) / inNode.length;
  }

  test.each([
    ['image/jpeg', jpg],
    ['image/png', png],
    ['image/webp', webp],
  ] as const)('%s: the page and Node make the same drawing of all eight', async (type, format) => {
    for (let orientation = 1; orientation <= 8; orientation++) {
      const bytes = format(laid(rows, orientation), exif(orientation));
      expect(prepare(decodePicture(bytes), 'strokes', 20, 20).ink).toEqual(inNode);
      expect(await difference(bytes, type), `orientation ${orientation}`).toBeLessThan(0.03);
    }
  });

  test('a BMP, which has none, is read by both too', async () => {
    expect(prepare(decodePicture(bmpOf(rows)), 'strokes', 20, 20).ink).toEqual(inNode);
    expect(await difference(bmpOf(rows), 'image/bmp')).toBeLessThan(0.03);
  });
});
