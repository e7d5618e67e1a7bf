import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { findChromium } from './browser.js';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Builds the page once for all tests. */
export default async function setup(): Promise<void> {
  if (!findChromium()) return; // the tests say so
  const weights = `${process.env.MODELS ?? at('../../models')}/mann-omniglot-20way.safetensors`;
  if (!existsSync(weights)) {
    throw new Error(`${weights} is not there: name a folder of trained weights with MODELS`);
  }
  process.env.NODE_ENV = 'production'; // not what vitest sets: the page as it ships
  await build({ configFile: at('../../web/vite.config.ts'), logLevel: 'error' });
}
