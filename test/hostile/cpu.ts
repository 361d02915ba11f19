import { DOMParser } from '@xmldom/xmldom';
import { expect } from 'vitest';
import { isXcapError } from '../../src/index.ts';

const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/**
 * Seconds of CPU for a fixed amount of the same kind of work, so that the budget fits the machine and its load. Another
 * library does the work: with our own parser, each gain of speed would make the budget smaller.
 */
function calibrate(): number {
  const text = `<a>${'<b/>'.repeat(280_000)}</a>`;
  const start = cpu();
  new DOMParser().parseFromString(text, 'text/xml');
  return cpu() - start;
}

/** Seconds of CPU. About 0.8 s of work on the machine where 2 s were set as the budget. */
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
