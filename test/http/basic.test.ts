import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBasic, encodeBasic } from '../../src/http/basic.ts';
import { parseAuthorization } from '../../src/http/challenge.ts';

describe('the Basic scheme (RFC 7617)', () => {
  it('encodes the examples of the standard', () => {
    expect(encodeBasic('Aladdin', 'open sesame')).toBe('Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==');
    expect(encodeBasic('test', '123£')).toBe('Basic dGVzdDoxMjPCow==');
  });

  it('refuses a user name with a colon', () => {
    expect(encodeBasic('a:b', 'c')).toBeUndefined();
  });

  it('decodes what it encodes', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, (username, password) => {
        const field = encodeBasic(username, password);
        fc.pre(field !== undefined);
        expect(decodeBasic(parseAuthorization(field))).toEqual({ username, password });
      }),
    );
  });

  it.each(['Basic', 'Basic ????', 'Basic /w==', 'Digest a=b'])('decodes nothing from %s', (field) => {
    expect(decodeBasic(parseAuthorization(field))).toBeUndefined();
  });
});
