/** What the values of options can be, and the check of all of them. */

import { describeValue, refuseUnknownOptions } from '../selector/arguments.ts';
import { InvalidArgumentError } from '../selector/errors.ts';

/** A kind of option: what its values are, for the message, and how to recognize one. */
export type Kind = readonly [what: string, is: (value: unknown) => boolean, isSecret?: boolean];

/** The options of a function. The compiler reports an option that has no row. */
export type Kinds<Options> = { readonly [Name in keyof Options]-?: Kind };

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
export const isFunction = (value: unknown): boolean => typeof value === 'function';
export const isText = (value: unknown): boolean => typeof value === 'string';
export const isAbove = (value: unknown, least: number): boolean => typeof value === 'number' && value > least;
export const oneOf = (...values: readonly string[]): Kind => [
  values.map((value) => `"${value}"`).join(' or '),
  (value) => values.some((each) => each === value),
];

export const text: Kind = ['a string', isText];
export const user: Kind = [
  'a SIP URI or { xui }',
  (value) => isText(value) || (isObject(value) && isText(Reflect.get(value, 'xui'))),
];
export const secret: Kind = ['a string', isText, true];
export const flag: Kind = ['true or false', (value) => typeof value === 'boolean'];
export const timeout: Kind = ['a number of milliseconds above 0, or Infinity', (value) => isAbove(value, 0)];
export const count: Kind = [
  'a whole number of at least 0',
  (value) => value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && isAbove(value, -1)),
];
export const positive: Kind = ['a whole number above 0', (value) => Number.isInteger(value) && isAbove(value, 0)];
export const callback: Kind = ['a function', isFunction];
export const object: Kind = ['an object', isObject];
export const pem: Kind = ['PEM text or octets', (value) => isText(value) || isObject(value), true];
export const has = (...methods: readonly string[]): Kind => [
  `an object with ${methods.join(', ')}`,
  (value) => isObject(value) && methods.every((method) => isFunction(Reflect.get(value, method))),
];

/**
 * Checks options.
 *
 * @throws InvalidArgumentError for an unknown option, which names the one that was probably meant, and for a wrong value
 */
export function check(caller: string, options: unknown, kinds: Readonly<Record<string, Kind>>): void {
  refuseUnknownOptions(options, kinds, caller);
  for (const [name, value] of Object.entries(options ?? {})) {
    const kind = kinds[name];
    if (value === undefined || !kind) continue;
    const [what, is, isSecret] = kind;
    if (is(value)) continue;
    const given = isSecret ? `a value of type ${typeof value}` : describeValue(value);
    throw new InvalidArgumentError(`${caller}: ${name} must be ${what}, not ${given}`);
  }
}
