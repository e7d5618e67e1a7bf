import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { contentSecurityPolicy } from './build/content-security-policy.js';
import { parts } from './build/parts.js';
import { policy } from './build/policy.js';
import { serviceWorker } from './build/service-worker.js';
import { shaders } from './build/shaders.js';
import { site } from './build/site.js';
import { weights } from './build/weights.js';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The page, one for classes, and a small one for frames on other sites: static files that any host can serve. */
export default defineConfig({
  root: at('.'),
  base: './',
  resolve: {
    alias: {
      // What ships is what runs.
      mann: at('../dist/browser.js'),
      // The page gives the learner its weights itself.
      '#learner-files': at('./src/weights/no-files.ts'),
    },
  },
  plugins: [parts(), weights(), site(), shaders(), contentSecurityPolicy(policy), serviceWorker()],
  worker: { format: 'es', plugins: () => [shaders()] },
  build: {
    outDir: at('./dist'),
    emptyOutDir: true,
    target: ['chrome111', 'firefox115', 'safari16.4'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      input: {
        index: at('./index.html'),
        embed: at('./embed.html'),
        teach: at('./teach.html'),
      },
      checks: { pluginTimings: false },
    },
  },
});
