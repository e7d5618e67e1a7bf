import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findChromium, visits } from '../browser.js';
import { finished, QUICK, train } from './teach-page.js';

const chromium = findChromium();
const LARGE = QUICK.replace('batches=120', 'batches=10').replace('batch=16', 'batch=64');

describe.skipIf(!chromium)('the page for classes with a graphics processor', () => {
  const { at, open } = visits(chromium!);
  const fake = readFileSync(new URL('../engine/fake-gpu.js', import.meta.url), 'utf8');

  /** What the first run says in the end, with a stand-in for WebGPU. */
  async function trained(fragment: string, fails?: 'at once'): Promise<string> {
    const { page, errors } = await open(
      at(`teach.html${fragment}`),
      { serviceWorkers: 'block' },
      (page) =>
        page.route(/\/assets\/worker-(?!web)/, async (route) => {
          const response = await route.fetch();
          const stub = `Object.defineProperty(navigator, 'gpu', { value: fakeGpu(${JSON.stringify(fails)}) });`;
          await route.fulfill({ response, body: `${fake}\n${stub}\n${await response.text()}` });
        }),
    );
    await train(page);
    await finished(page);
    expect(errors).toEqual([]);
    return (await page.locator('.run .says').textContent())!;
  }

  test('large batches train on it', async () => {
    expect(await trained(LARGE)).toMatch(
      /^Trained in \d+ s on your graphics processor \(NVIDIA ampere\), and tested\.$/,
    );
  });

  test('the processor trains small batches, what it cannot do, and where it fails', async () => {
    const onProcessor = /^Trained in \d+ s on your processor \(1 thread, (relaxed )?SIMD\)/;
    const small = await trained(LARGE.replace('batch=64', 'batch=16'));
    expect(small).toMatch(onProcessor);
    expect(small).toMatch(/\), and tested\.$/);
    expect(await trained(`${LARGE}&between=kept`)).toMatch(onProcessor);
    const unsupported = await trained(`${LARGE}&memory=ntm`);
    expect(unsupported).toMatch(onProcessor);
    expect(unsupported).toContain(
      'because the webgpu engine has no memory of the Neural Turing Machine yet, and tested.',
    );
    const failed = await trained(LARGE, 'at once');
    expect(failed).toMatch(onProcessor);
    expect(failed).toMatch(/, because .*, and tested\.$/);
  });
});
