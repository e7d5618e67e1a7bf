import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseCheckpoint } from 'mann';
import type { Plugin } from 'vite';
import { pack } from '../src/weights/compact.js';

/** The page's files, and the models that they are of. */
const shipped = {
  mann: 'mann-omniglot-20way',
  five: 'mann-omniglot-5way',
  lstm: 'lstm-omniglot-5way',
};
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
      for (const [name, model] of Object.entries(shipped)) {
        const file = join(process.env.MODELS ?? models, `${model}.safetensors`);
        if (!existsSync(file)) {
          this.warn(`${file} is not there: the page is built without it`);
          continue;
        }
        const source = pack(parseCheckpoint(readFileSync(file), file));
        this.emitFile({ type: 'asset', fileName: `weights/${name}.bin`, source });
      }
    },
  };
}
