import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Vitest would leave one core alone: half of the machine where there are two.
    maxWorkers: '100%',
  },
});
