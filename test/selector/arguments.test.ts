import { describe, expect, it } from 'vitest';
import { refuseUnknownOptions } from '../../src/selector/arguments.ts';

describe('refuseUnknownOptions', () => {
  const check = (options: unknown) => () => refuseUnknownOptions(options, { maxSize: true, maxDepth: true }, 'parse');

  it.each([undefined, {}, { maxSize: 1 }, { maxDepth: undefined }, { other: undefined }])('accepts %j', (options) => {
    expect(check(options)).not.toThrow();
  });

  it.each([
    { options: { maxsize: 1 }, message: 'parse: unknown option "maxsize"; did you mean "maxSize"?' },
    { options: { depth: 1 }, message: 'parse: unknown option "depth"; its options are maxSize, maxDepth' },
    { options: null, message: 'parse: options must be an object, not null' },
    { options: 'maxSize', message: 'parse: options must be an object, not "maxSize"' },
  ])('refuses $options', ({ options, message }) => {
    expect(check(options)).toThrow(expect.objectContaining({ code: 'invalid-argument', message }));
  });
});
