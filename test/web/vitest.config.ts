import { defineConfig } from 'vitest/config';

/** The page in a real browser: apart from `npm test`, which needs none. */
export default defineConfig({
  test: {
    include: ['test/web/**/*.browser.ts'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // One browser, one page at a time: the pages share the machine's cores.
    fileParallelism: false,
    globalSetup: ['test/web/setup.ts'],
  },
});
