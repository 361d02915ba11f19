import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOTIFIERS, runModel, TROUBLES } from './model.ts';

/** Runs of each notifier under each trouble. `npm run feed-model` sets them to more. */
const runs = Number(process.env['FEED_RUNS'] ?? 2);
const seed = Number(process.env['FEED_SEED'] ?? 3);

const steps = fc.array(fc.record({ what: fc.nat(99), how: fc.nat(999) }), {
  minLength: 30,
  maxLength: 60,
  size: 'max',
});

describe.each(NOTIFIERS)('a device that follows a notifier with %s', (notifier) => {
  it.each(TROUBLES)(
    `ends with the server's document (${runs} runs, seed ${seed}): %s`,
    { timeout: 60_000 + runs * 2000 },
    async (trouble) => {
      await fc.assert(
        fc.asyncProperty(steps, async (given) => {
          const { device, server } = await runModel(notifier, trouble, given);
          expect(device).toBe(server);
        }),
        { numRuns: runs, seed },
      );
    },
  );
});
