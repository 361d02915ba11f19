import { expect } from 'vitest';
import { isXcapError, parseDocument } from '../../src/index.ts';

const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Seconds of CPU for a fixed amount of the same kind of work, so that the budget fits the machine and its load. */
function calibrate(): number {
  const text = `<a>${'<b/>'.repeat(250_000)}</a>`;
  const start = cpu();
  parseDocument(text);
  return cpu() - start;
}

/** Seconds of CPU. About 0.7 s of work on the machine where 2 s were set as the budget. */
export const budget = Math.max(2, 3 * calibrate());

/** Returns the seconds of CPU that a call took. It may be refused with a short message. */
export function spent(run: () => unknown): number {
  const start = cpu();
  try {
    run();
  } catch (error) {
    if (!isXcapError(error)) throw error;
    expect(error.message.length).toBeLessThan(4100);
  }
  return cpu() - start;
}
