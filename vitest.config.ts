import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The package resolves #platform to built files; tests run on the sources.
  resolve: { alias: { '#platform': fileURLToPath(new URL('src/platform/node.ts', import.meta.url)) } },
  test: {
    include: ['test/**/*.test.ts'],
    typecheck: { include: ['test/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
    globalSetup: ['test/cli/support/build.ts'],
    testTimeout: 20_000,
    // Many tests wait for processes and servers, so two at a time pay even on two cores.
    maxWorkers: 2,
  },
});
