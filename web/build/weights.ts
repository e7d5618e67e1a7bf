import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseCheckpoint } from 'mann';
import type { Plugin } from 'vite';
import { pack } from '../src/weights/compact.js';

const models = fileURLToPath(new URL('../../models', import.meta.url));

/**
 * Brings the trained weights along in their compact form. They are looked for in `models/`, or in the
 * folder that the environment variable MODELS names.
 */
export function weights(): Plugin {
  return {
    name: 'weights',
    apply: 'build',
    generateBundle() {
      for (const model of ['mann', 'lstm']) {
        const file = join(process.env.MODELS ?? models, `${model}-omniglot-5way.safetensors`);
        if (!existsSync(file)) {
          this.warn(`${file} is not there: the page is built without it`);
          continue;
        }
        const source = pack(parseCheckpoint(readFileSync(file), file));
        this.emitFile({ type: 'asset', fileName: `weights/${model}.bin`, source });
      }
    },
  };
}
