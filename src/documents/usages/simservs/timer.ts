/** 3GPP TS 24.604 clause 4.9: the no-reply timer. */

import { describeValue } from '../../../selector/arguments.ts';
import { InvalidArgumentError } from '../../../selector/errors.ts';

/** Seconds, the least that the schema allows. */
export const SHORTEST_TIMER = 5;
/** Seconds, the most that the schema allows. */
export const LONGEST_TIMER = 180;
/** Seconds that servers wait where the document has no timer. */
export const DEFAULT_TIMER = 20;

/**
 * Checks a number of seconds.
 *
 * @throws InvalidArgumentError when it is no whole number from 5 to 180
 */
export function checkTimer(seconds: unknown): number {
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= SHORTEST_TIMER && seconds <= LONGEST_TIMER)
    return seconds;
  throw new InvalidArgumentError(
    `the no-reply timer is a whole number of ${SHORTEST_TIMER} to ${LONGEST_TIMER} seconds, not ${describeValue(seconds)}`,
  );
}
