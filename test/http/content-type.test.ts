import { describe, expect, it } from 'vitest';
import { hasEssence, parseContentType } from '../../src/http/content-type.ts';

describe('Content-Type (RFC 9110 section 8.3.1)', () => {
  it.each([
    ['application/xcap-el+xml', 'application/xcap-el+xml', {}],
    ['Application/XML ; Charset="UTF-8"', 'application/xml', { charset: 'UTF-8' }],
    ['text/plain;charset=us-ascii;;x="a;b\\"c"', 'text/plain', { charset: 'us-ascii', x: 'a;b"c' }],
  ])('reads %s', (field, essence, parameters) => {
    const read = parseContentType(field);
    expect(read?.essence).toBe(essence);
    expect(Object.fromEntries(read?.parameters ?? [])).toEqual(parameters);
  });

  it.each([undefined, '', 'xml', 'a/b c', '/'])('finds no media type in %s', (field) => {
    expect(parseContentType(field)).toBeUndefined();
  });

  it('compares media types without parameters and letter case', () => {
    expect(hasEssence('application/XCAP-el+xml; charset=utf-8', 'application/xcap-el+xml')).toBe(true);
    expect(hasEssence('application/xml', 'application/xcap-el+xml')).toBe(false);
  });
});
