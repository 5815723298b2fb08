import { defineConfig } from 'vitest/config';

/** `npm run test:runtimes`. One file after the other: each starts programs that take all of a small machine. */
export default defineConfig({
  test: {
    name: 'runtimes',
    root: import.meta.dirname,
    pool: 'forks',
    fileParallelism: false,
    globalSetup: ['./testing/project.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
