import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64Utf8, fromBase64Utf8, utf8AsLatin1, utf8FromLatin1 } from '../../src/http/octets.ts';

const text = fc.string({ unit: 'grapheme' });

describe('octets and text', () => {
  it('utf8AsLatin1 gives the octets that Node gives', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(utf8AsLatin1(value)).toBe(Buffer.from(value).toString('latin1'));
      }),
    );
  });

  it('utf8FromLatin1 is its inverse', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(utf8FromLatin1(utf8AsLatin1(value))).toBe(value);
      }),
    );
  });

  it('fromBase64Utf8 is the inverse of base64Utf8', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(fromBase64Utf8(base64Utf8(value))).toBe(value);
      }),
    );
    expect(base64Utf8('Aladdin:open sesame')).toBe('QWxhZGRpbjpvcGVuIHNlc2FtZQ==');
  });

  it.each(['\xe4', '\xc3', '\xff\xfe'])('utf8FromLatin1 gives nothing for %j, which is not UTF-8', (octets) => {
    expect(utf8FromLatin1(octets)).toBeUndefined();
  });

  it.each(['=', 'a', '*!', '5A=='])('fromBase64Utf8 gives nothing for %j', (base64) => {
    expect(fromBase64Utf8(base64)).toBeUndefined();
  });
});
