import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Learner } from 'mann';
import { expect, it } from 'vitest';

// As programs are tested that use the library: with the classes of jsdom's window where it has some.
const weights = createRequire(import.meta.url)
  .resolve('mann')
  .replace(/dist.*$/, 'models/mann-omniglot-strings.safetensors');

it('a learner is loaded from a file that was read, and takes a Buffer of pixels', async () => {
  expect(window.document).toBeDefined();
  const learner = await Learner.load(readFileSync(weights));
  const data = Buffer.alloc(400, 255);
  for (let i = 4; i < 16; i++) data[20 * i + i] = data[20 * i + 5] = 0;
  learner.observe({ width: 20, height: 20, data }, 'a');
  expect(learner.predict({ width: 20, height: 20, data }).label).toBe('a');
});

it('a learner is loaded by the URL of a file, of the window', async () => {
  const url = new window.URL(`file://${weights}`);
  expect((await Learner.load(url)).capacity).toBe(3125);
});
