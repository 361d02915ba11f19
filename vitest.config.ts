import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    typecheck: { include: ['test/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
    globalSetup: ['test/cli/support/build.ts'],
    testTimeout: 20_000,
    // Many tests wait for processes and servers, so two at a time pay even on two cores.
    maxWorkers: 2,
  },
});
