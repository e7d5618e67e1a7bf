import { defineConfig } from 'vitest/config';

/** `npm run test:servers`: sweeps over a Redis and a PostgreSQL that the tests start. */
export default defineConfig({
  test: {
    include: ['test/sweeps/queue/*.servers.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    // They kill workers and cut networks: one file at a time, so that none starves another.
    fileParallelism: false,
  },
});
