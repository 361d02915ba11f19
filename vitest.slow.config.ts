import { defineConfig } from 'vitest/config';
import base, { SLOW } from './vitest.config.ts';

/** `npm run test:slow`: the tests that `npm test` leaves out because they take long. */
export default defineConfig({
  ...base,
  test: { ...base.test, include: SLOW, exclude: [], typecheck: { enabled: false } },
});
