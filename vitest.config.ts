import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url));

/**
 * Tests that take long even on an idle machine: programs that are killed, budgets of CPU, browsers, terminals and shells,
 * foreign servers, every example of the help and of the guides.
 */
export const SLOW = [
  'test/browser/*.test.ts',
  'test/cli/{completion,help,terminal,watch}.test.ts',
  'test/crash/*.test.ts',
  'test/docs/{code-blocks,examples,recipes}.test.ts',
  'test/hostile/*.test.ts',
  'test/interop/*.test.ts',
  'test/live/*.test.ts',
  'test/server/hostile/*.test.ts',
  'test/server/postgres/{cluster,conformance,failures,postgres-users,workers}.test.ts',
];

export default defineConfig({
  // The package resolves these to built files; tests run on the sources.
  resolve: { alias: { '#platform': source('platform/node.ts'), '#transport': source('client/transport/undici.ts') } },
  test: {
    include: ['test/**/*.test.ts'],
    // These have configurations of their own: npm run test:matrix, npm run test:slow.
    exclude: ['test/matrix/**', ...SLOW],
    typecheck: { include: ['test/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
    globalSetup: ['test/cli/support/build.ts'],
    // A slow machine is not a failure: these only end what hangs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    // Many tests wait for processes and servers, so two at a time pay even on two cores.
    maxWorkers: 2,
  },
});
