import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** `npm run test:matrix`: every runtime and bundler, one after the other. */
export default defineConfig({
  ...base,
  test: { ...base.test, include: ['test/matrix/*.test.ts'], exclude: [], testTimeout: 120_000, maxWorkers: 1 },
});
