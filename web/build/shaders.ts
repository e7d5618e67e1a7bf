import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const NONE = fileURLToPath(new URL('../src/training/no-gpu.ts', import.meta.url));

/**
 * Leaves the engine on graphics processors, 64 kB with its shaders, to the worker that trains. Every script can make
 * engines, so each would bring it along, to be kept for when there is no network.
 */
export function shaders(): Plugin {
  let isWanted = false;
  return {
    name: 'shaders',
    enforce: 'pre',
    apply: 'build',
    buildStart({ input }) {
      isWanted = JSON.stringify(input).includes('training/worker');
    },
    resolveId(source) {
      return !isWanted && source.endsWith('webgpu/create.js') ? NONE : undefined;
    },
  };
}
