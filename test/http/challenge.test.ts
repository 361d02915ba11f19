import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatParameters,
  parseAuthorization,
  parseChallenges,
  parseParameters,
  quoteString,
} from '../../src/http/challenge.ts';

const read = (fields: string | string[]) =>
  parseChallenges(fields).map(({ scheme, token68, parameters }) => [scheme, token68 ?? Object.fromEntries(parameters)]);

describe('challenges (RFC 9110 section 11.6.1)', () => {
  it('reads the example of the standard: two schemes in one field', () => {
    expect(read('Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""')).toEqual([
      ['basic', { realm: 'simple' }],
      ['newauth', { realm: 'apps', type: '1', title: 'Login to "apps"' }],
    ]);
  });

  it('reads several fields as one list', () => {
    expect(read(['Digest realm="a"', 'Basic realm="b"'])).toEqual([
      ['digest', { realm: 'a' }],
      ['basic', { realm: 'b' }],
    ]);
  });

  it('takes values without quotes, as OpenXCAP sends opaque and qop', () => {
    expect(read('Digest realm="x.example", nonce="n", opaque=YWJj/ZA==, qop=auth, algorithm=MD5')).toEqual([
      ['digest', { realm: 'x.example', nonce: 'n', opaque: 'YWJj/ZA==', qop: 'auth', algorithm: 'MD5' }],
    ]);
  });

  it('takes an unquoted list of qop values as one value', () => {
    expect(read('Digest nonce=n, qop=auth,auth-int, realm=r, Basic realm=b')).toEqual([
      ['digest', { nonce: 'n', qop: 'auth,auth-int', realm: 'r' }],
      ['basic', { realm: 'b' }],
    ]);
  });

  it.each([
    ['letter case of names', 'DIGEST Realm="A", NONCE="b"', [['digest', { realm: 'A', nonce: 'b' }]]],
    ['empty list members', ',, Digest ,realm="a",,nonce="b",', [['digest', { realm: 'a', nonce: 'b' }]]],
    ['space around the equals sign', 'Digest realm = "a"', [['digest', { realm: 'a' }]]],
    ['a scheme alone', 'Negotiate', [['negotiate', {}]]],
    [
      'a token68',
      'Negotiate abc==, Basic realm="b"',
      [
        ['negotiate', 'abc=='],
        ['basic', { realm: 'b' }],
      ],
    ],
    ['an empty value that is no token68', 'Digest opaque=, realm="a"', [['digest', { opaque: '', realm: 'a' }]]],
    [
      'commas and equals signs inside quotes',
      'Digest realm="a, Basic realm=b"',
      [['digest', { realm: 'a, Basic realm=b' }]],
    ],
    ['a missing comma', 'Digest realm="a" nonce="b"', [['digest', { realm: 'a', nonce: 'b' }]]],
    ['a missing final quote', 'Digest realm="a', [['digest', { realm: 'a' }]]],
    ['a repeated parameter, of which the first counts', 'Digest realm="a", realm="b"', [['digest', { realm: 'a' }]]],
    ['garbage', '"x", =, Digest realm="a"', [['digest', { realm: 'a' }]]],
    ['nothing', '', []],
  ])('takes %s', (_, field, expected) => {
    expect(read(field)).toEqual(expected);
  });

  it('reads back every list of challenges with arbitrary quoted values', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    const parameters = fc.dictionary(name, fc.string(), { minKeys: 1, noNullPrototype: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, parameters)), (challenges) => {
        const field = challenges.map(([scheme, values]) => {
          const list = Object.entries(values).map(([key, value]) => `${key}=${quoteString(value)}`);
          return `${scheme} ${list.join(', ')}`;
        });
        expect(read(field.join(', '))).toEqual(challenges);
      }),
    );
  });

  it('gets through any text whatever', () => {
    const noise = fc.string({ unit: fc.constantFrom('"', '\\', ',', '=', ' ', 'a', 'qop', 'auth', 'é', '\n') });
    fc.assert(fc.property(noise, (field) => Array.isArray(parseChallenges(field))));
  });
});

describe('credentials and Authentication-Info (RFC 9110 section 11.6)', () => {
  it('reads Basic credentials', () => {
    expect(parseAuthorization('Basic dXNlcjpwYXNz')).toMatchObject({ scheme: 'basic', token68: 'dXNlcjpwYXNz' });
  });

  it('reads no credentials from an empty field', () => {
    expect(parseAuthorization('')).toBeUndefined();
    expect(parseAuthorization(undefined)).toBeUndefined();
  });

  it('reads a bare list of parameters', () => {
    expect(Object.fromEntries(parseParameters('nextnonce="a,b", qop=auth, nc=00000001'))).toEqual({
      nextnonce: 'a,b',
      qop: 'auth',
      nc: '00000001',
    });
  });

  it('writes parameters quoted or bare as Digest wants them', () => {
    const text = formatParameters([
      ['realm', 'a"b'],
      ['stale', 'true'],
      ['opaque', undefined],
      ['qop', 'auth'],
    ]);
    expect(text).toBe('realm="a\\"b", stale=true, qop="auth"');
  });
});
