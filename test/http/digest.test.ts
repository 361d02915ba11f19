import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAuthorization, parseChallenges, parseParameters } from '../../src/http/challenge.ts';
import { type DigestAlgorithm, digestResponse, digestSecret, digestUserhash } from '../../src/http/digest.ts';
import { authorizeDigest, prepareDigest, strongestDigest, verifyResponseAuth } from '../../src/http/digest-client.ts';
import {
  formatAuthenticationInfo,
  formatDigestChallenge,
  readDigestCredentials,
  verifyDigest,
} from '../../src/http/digest-server.ts';

const ALGORITHMS: readonly DigestAlgorithm[] = [
  'MD5',
  'MD5-sess',
  'SHA-256',
  'SHA-256-sess',
  'SHA-512-256',
  'SHA-512-256-sess',
];

/** The fields of a conformance case of either kind. */
interface DigestCase {
  readonly id: string;
  readonly category: string;
  readonly challenge: string;
  readonly method: string;
  readonly uri: string;
  readonly user: string;
  readonly password: string;
  readonly cnonce: string;
  readonly nc: string;
  readonly entityBody?: string;
  readonly responseBody: string;
  readonly authenticationInfo: string;
  readonly algorithm: string;
  readonly realm: string;
  readonly nonce: string;
  readonly qop?: string;
  readonly expected: {
    readonly [field: string]: unknown;
    readonly rspauthValid?: boolean;
    readonly nextnonce?: string;
  };
}

// JSON.parse has no type; the file is ours and the tests fail on any other shape.
const sample = JSON.parse(readFileSync(new URL('../conformance/conformance-sample.json', import.meta.url), 'utf8')) as {
  cases: DigestCase[];
};
const casesOf = (category: string) => sample.cases.filter((each) => each.category === category);

const answerable = (field: string) => {
  const challenge = parseChallenges(field)
    .map((offered) => strongestDigest([offered]))
    .find(Boolean);
  if (!challenge) expect.unreachable('no challenge that can be answered');
  return challenge;
};

const credentialsOf = (field: string) => {
  const credentials = readDigestCredentials(parseAuthorization(field));
  if (!credentials) expect.unreachable('no Digest credentials');
  return credentials;
};

describe('published vectors', () => {
  const rfc2617 =
    'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"';
  const rfc7616 = (algorithm: string) =>
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;
  const cnonce7616 = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';

  it.each([
    ['RFC 2617 section 3.5', rfc2617, 'Circle Of Life', '0a4f113b', '6629fae49393a05397450978507c4ef1'],
    ['RFC 7616 section 3.9.1, MD5', rfc7616('MD5'), 'Circle of Life', cnonce7616, '8ca523f5e9506fed4657c9700eebdbec'],
    [
      'RFC 7616 section 3.9.1, SHA-256',
      rfc7616('SHA-256'),
      'Circle of Life',
      cnonce7616,
      '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
    ],
  ])('%s', (_, challenge, password, cnonce, response) => {
    const key = prepareDigest(answerable(challenge), { username: 'Mufasa', password }, cnonce);
    expect(authorizeDigest(key, { method: 'GET', uri: '/dir/index.html', count: 1 })).toContain(
      `response="${response}"`,
    );
  });

  it('RFC 7616 section 3.9.2, with SHA-512/256 as FIPS 180-4 defines it', () => {
    const challenge = answerable(
      'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true',
    );
    const credentials = { username: 'Jäsøn Doe', password: 'Secret, or not?' };
    const key = prepareDigest(challenge, credentials, 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v');
    const header = authorizeDigest(key, { method: 'GET', uri: '/doe.json', count: 1 });
    expect(header).toContain('username="793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b"');
    expect(header).toContain('response="3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"');
  });
});

describe('conformance: digest', () => {
  it.each(casesOf('digest').map((each) => [each.id, each] as const))('%s', (_, each) => {
    const challenge = answerable(each.challenge);
    const key = prepareDigest(challenge, { username: each.user, password: each.password }, each.cnonce);
    const count = Number.parseInt(each.nc, 16);
    const header = authorizeDigest(key, { method: each.method, uri: each.uri, body: each.entityBody, count });
    const { algorithm, stale, ...written } = each.expected;
    expect(challenge).toMatchObject({ algorithm, ...(stale !== undefined && { stale }) });
    const { userhash, ...credentials } = credentialsOf(header);
    expect({ ...credentials, userhash: userhash || undefined }).toMatchObject({
      ...written,
      nc: each.nc,
      uri: each.uri,
    });
  });
});

describe('conformance: digest-rspauth', () => {
  it.each(casesOf('digest-rspauth').map((each) => [each.id, each] as const))('%s', (_, each) => {
    const qop = each.qop ? `, qop="${each.qop}"` : '';
    const challenge = answerable(
      `Digest realm="${each.realm}", nonce="${each.nonce}", algorithm=${each.algorithm}${qop}`,
    );
    const key = prepareDigest(challenge, { username: each.user, password: each.password }, each.cnonce);
    const info = parseParameters(each.authenticationInfo);
    const request = { uri: each.uri, count: Number.parseInt(each.nc, 16) };
    expect(verifyResponseAuth(key, info, request, each.responseBody)).toBe(each.expected.rspauthValid);
    expect(info.get('nextnonce')).toBe(each.expected.nextnonce);
  });
});

describe('reading a challenge (RFC 7616 section 3.3)', () => {
  it.each([
    ['an unknown algorithm', 'Digest realm="r", nonce="n", algorithm=SHA-999'],
    ['only unknown protections', 'Digest realm="r", nonce="n", qop="auth-conf"'],
    ['no nonce', 'Digest realm="r"'],
    ['another scheme', 'Basic realm="r", nonce="n"'],
  ])('cannot answer one with %s', (_, field) => {
    expect(parseChallenges(field).map((offered) => strongestDigest([offered]))).toEqual([undefined]);
  });

  it('prefers auth to auth-int, and takes auth-int where nothing else is offered', () => {
    expect(answerable('Digest realm="r", nonce="n", qop="auth-int, auth"').qop).toBe('auth');
    expect(answerable('Digest realm="r", nonce="n", qop="AUTH-INT"').qop).toBe('auth-int');
  });
});

describe('the Authorization field (RFC 7616 section 3.4)', () => {
  const header = (challenge: string, username = 'ann') =>
    authorizeDigest(prepareDigest(answerable(challenge), { username, password: 'p' }, 'c'), {
      method: 'GET',
      uri: '/a',
      count: 26,
    });

  it('quotes what the standard quotes and parts parameters by comma and space', () => {
    const text = header('Digest realm="r", nonce="n", opaque="o", algorithm=MD5, qop="auth"');
    expect(text.replace(/[0-9a-f]{32}/, 'HEX')).toBe(
      'Digest username="ann", realm="r", nonce="n", uri="/a", response="HEX", algorithm=MD5, qop=auth, nc=0000001a, cnonce="c", opaque="o"',
    );
  });

  it('names no algorithm the challenge did not name, and no qop, nc and cnonce in the form of RFC 2069', () => {
    expect(header('Digest realm="r", nonce="n"').replace(/[0-9a-f]{32}/, 'HEX')).toBe(
      'Digest username="ann", realm="r", nonce="n", uri="/a", response="HEX"',
    );
  });

  it('sends a name that is not ASCII as username*', () => {
    expect(header('Digest realm="r", nonce="n"', 'Jäsøn Doe')).toContain("username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, ");
  });

  it('echoes the octets of a realm in UTF-8 and hashes its text', () => {
    const octets = Buffer.from('Köln').toString('latin1');
    const text = header(`Digest realm="${octets}", nonce="n"`);
    expect(text).toContain(`realm="${octets}"`);
    expect(verifyDigest(credentialsOf(text), { method: 'GET', username: 'ann', password: 'p' })).toBe(true);
    expect(credentialsOf(text).realm).toBe('Köln');
  });

  it('normalises name and password only where the challenge says charset=UTF-8', () => {
    const secret = (password: string, normalize: boolean) =>
      digestSecret({ algorithm: 'MD5', username: 'u', realm: 'r', nonce: '', cnonce: '', password, normalize });
    expect(secret('e\u0301', true)).toBe(secret('\u00e9', true));
    expect(secret('e\u0301', false)).not.toBe(secret('\u00e9', false));
  });
});

describe('the two directions agree (RFC 7616 section 3.4.6)', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 20 });
  const exchange = fc.record({
    algorithm: fc.constantFrom(undefined, ...ALGORITHMS),
    qop: fc.constantFrom(undefined, 'auth', 'auth-int'),
    userhash: fc.boolean(),
    utf8: fc.boolean(),
    realm: text,
    username: text,
    password: text,
    nonce: fc.base64String(),
    opaque: fc.option(fc.base64String(), { nil: undefined }),
    body: fc.option(text, { nil: undefined }),
    count: fc.integer({ min: 1, max: 0xffffffff }),
  });

  it('a server verifies every answer to its challenge, and its own answer is verified in turn', () => {
    fc.assert(
      fc.property(exchange, ({ username, password, body, count, ...offer }) => {
        const key = prepareDigest(answerable(formatDigestChallenge(offer)), { username, password }, 'cnonce');
        const request = { method: 'PUT', uri: '/root/users/sip:a@b/index', body, count };
        const credentials = credentialsOf(authorizeDigest(key, request));
        const expected = { method: 'PUT', username, password, body, utf8: offer.utf8 };
        expect(verifyDigest(credentials, expected)).toBe(true);
        expect(verifyDigest(credentials, { ...expected, password: `${password}x` })).toBe(false);
        const info = parseParameters(
          formatAuthenticationInfo(credentials, expected, { body: 'answer', nextnonce: 'nn' }),
        );
        expect(info.get('nextnonce')).toBe('nn');
        expect(verifyResponseAuth(key, info, request, 'answer')).toBe(true);
      }),
    );
  });

  it('protects the body with auth-int and only the target with auth', () => {
    const respond = (qop: 'auth' | 'auth-int', body: string) =>
      digestResponse({
        algorithm: 'MD5',
        secret: 's',
        nonce: 'n',
        nc: '00000001',
        cnonce: 'c',
        method: 'PUT',
        uri: '/',
        qop,
        body,
      });
    expect(respond('auth', 'a')).toBe(respond('auth', 'b'));
    expect(respond('auth-int', 'a')).not.toBe(respond('auth-int', 'b'));
  });

  it('hashes the name of userhash without the session', () => {
    const named = { username: 'u', realm: 'r' };
    expect(digestUserhash({ ...named, algorithm: 'MD5-sess' })).toBe(digestUserhash({ ...named, algorithm: 'MD5' }));
  });
});

describe('credentials a server must not trust (RFC 7616 section 3.4)', () => {
  it('does not let one user sign as another', () => {
    const key = prepareDigest(answerable('Digest realm="r", nonce="n"'), { username: 'ann', password: 'p' }, 'c');
    const credentials = credentialsOf(authorizeDigest(key, { method: 'GET', uri: '/', count: 1 }));
    const expected = { method: 'GET', username: 'ann', password: 'p' };
    expect(verifyDigest(credentials, expected)).toBe(true);
    expect(verifyDigest({ ...credentials, username: 'bob' }, expected)).toBe(false);
  });

  const field = 'Digest username="u", realm="r", nonce="n", uri="/", response="00", qop=auth, nc=00000001, cnonce="c"';
  it.each([
    ['no response', field.replace('response="00", ', '')],
    ['a short nc', field.replace('00000001', '1')],
    ['no cnonce with qop', field.replace(', cnonce="c"', '')],
    ['both forms of the name', `${field}, username*=UTF-8''u`],
    ['a name in a broken encoding', field.replace('username="u"', "username*=UTF-8''%FF")],
    ['an unknown qop', field.replace('qop=auth', 'qop=none')],
  ])('reads none with %s', (_, broken) => {
    expect(readDigestCredentials(parseAuthorization(field))).toBeDefined();
    expect(readDigestCredentials(parseAuthorization(broken))).toBeUndefined();
  });
});
