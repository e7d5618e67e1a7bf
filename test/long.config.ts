import { defineConfig } from 'vitest/config';

/** `npm run test:long`: what takes too long for `npm test`. CI runs it each time. */
export default defineConfig({
  test: {
    include: ['test/**/*.long.ts'],
    testTimeout: 900_000,
    hookTimeout: 300_000,
    maxWorkers: '100%',
  },
});
