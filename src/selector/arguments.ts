/** Checks of arguments, for callers whose compiler does not check them. */

import { InvalidArgumentError, quoteShortened } from './errors.ts';
import { nearest } from './suggest.ts';

/** Describes a caller's value for a message, in at most one line. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return quoteShortened(value, 80);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) {
    const name: unknown = value.constructor?.name;
    return typeof name === 'string' && name !== 'Object' ? `an object of class ${name}` : 'an object';
  }
  return typeof value === 'function' || typeof value === 'symbol' ? `a ${typeof value}` : String(value);
}

/**
 * Refuses options that a function does not have: a misspelt option would otherwise be ignored in silence.
 *
 * @param options - as the caller gave them; `undefined` is allowed
 * @param known - an object with the names of the options that the function has, so that the compiler checks that none is missing
 * @param caller - the function, as the message names it
 * @throws InvalidArgumentError that names the unknown option and suggests a known one
 */
export function refuseUnknownOptions(options: unknown, known: Readonly<Record<string, unknown>>, caller: string): void {
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null)
    throw new InvalidArgumentError(`${caller}: options must be an object, not ${describeValue(options)}`);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || Object.hasOwn(known, name)) continue;
    const names = Object.keys(known);
    const meant = nearest(name, names);
    const advice = meant ? `did you mean "${meant}"?` : `its options are ${names.join(', ') || 'none'}`;
    throw new InvalidArgumentError(`${caller}: unknown option ${quoteShortened(name, 80)}; ${advice}`);
  }
}

/**
 * Returns a value that must be a string.
 *
 * @param what - the argument, as the message names it
 * @throws InvalidArgumentError for any other value
 */
export function requireString(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw new InvalidArgumentError(`${what} must be a string, not ${describeValue(value)}`);
}
