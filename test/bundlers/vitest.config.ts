import { defineConfig } from 'vitest/config';

/** Bundlers, and the packed package in each: apart from `npm test`, for they take minutes. */
export default defineConfig({
  test: {
    include: ['test/bundlers/*.bundlers.ts'],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    // One bundler at a time: they use all cores and the same folder.
    fileParallelism: false,
    globalSetup: ['test/bundlers/setup.ts'],
  },
});
