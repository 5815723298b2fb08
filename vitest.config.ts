import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{sdk,trainer,firmware-host,cli,scripts,examples}/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 30_000,
  },
});
