import { describe, expect, it } from 'vitest';
import { Authenticator, type Decision } from '../../../src/client/auth/authenticator.ts';
import type { AuthAnswer, AuthChallenge, Credentials } from '../../../src/client/auth/credential-source.ts';
import type { Attempt } from '../../../src/client/auth/session.ts';
import { parseAuthorization } from '../../../src/http/challenge.ts';
import { formatAuthenticationInfo, readDigestCredentials, verifyDigest } from '../../../src/http/digest-server.ts';
import { InvalidArgumentError } from '../../../src/selector/errors.ts';

const request = { method: 'GET', uri: '/root/index' };
const digest = (nonce: string, more = '') => ({
  'www-authenticate': `Digest realm="r", nonce="${nonce}", qop="auth"${more}`,
});
const basic = { 'www-authenticate': 'Basic realm="r"' };
const over = (credentials: Credentials, allowsPlain = true) => new Authenticator(credentials, { allowsPlain });
const create = (password: string | ((realm: string) => string | Promise<string>) = 'p') =>
  over({ username: 'ann', password });

const used = (attempt: Attempt) => {
  const credentials = readDigestCredentials(parseAuthorization(attempt.header));
  return credentials && `${credentials.nonce} ${Number.parseInt(credentials.nc, 16)}`;
};

const again = (decision: Decision): Attempt => {
  if ('refused' in decision) expect.unreachable(`refused: ${decision.refused}`);
  return decision.again;
};

/** A first operation: challenged, answered, let in. */
async function signIn(auth: Authenticator, nonce = 'n1'): Promise<void> {
  auth.answered({}, again(await auth.challenged(digest(nonce), request, auth.authorize(request))));
}

describe('nonces (RFC 7616 section 3.4)', () => {
  it('sends nothing before a challenge', () => {
    expect(create().authorize(request).header).toBeUndefined();
  });

  it('answers a challenge with credentials that a server verifies', async () => {
    const auth = create();
    const attempt = again(await auth.challenged(digest('n1'), request, auth.authorize(request)));
    const credentials = readDigestCredentials(parseAuthorization(attempt.header));
    expect(credentials && verifyDigest(credentials, { method: 'GET', username: 'ann', password: 'p' })).toBe(true);
  });

  it('reuses a nonce with a rising nc and one cnonce', async () => {
    const auth = create();
    await signIn(auth);
    const [second, third] = [auth.authorize(request), auth.authorize(request)];
    expect([used(second), used(third)]).toEqual(['n1 2', 'n1 3']);
    const cnonces = [second, third].map(({ header }) => parseAuthorization(header)?.parameters.get('cnonce'));
    expect(cnonces[0]).toBe(cnonces[1]);
  });

  it('lets nobody else use a nonce before the server took it', async () => {
    const auth = create();
    await auth.challenged(digest('n1'), request, auth.authorize(request));
    expect(auth.authorize(request).header).toBeUndefined();
  });

  it('counts on when the server gives the same nonce to several requests', async () => {
    const auth = create();
    const cold = [auth.authorize(request), auth.authorize(request)];
    const attempts = await Promise.all(cold.map((sent) => auth.challenged(digest('same'), request, sent)));
    expect(attempts.map((decision) => used(again(decision)))).toEqual(['same 1', 'same 2']);
  });

  it('takes the new nonce of a stale one', async () => {
    const auth = create();
    await signIn(auth);
    const decision = await auth.challenged(digest('n2', ', stale=true'), request, auth.authorize(request));
    expect(used(again(decision))).toBe('n2 1');
  });

  it('takes a new nonce from a server that forgets to say stale', async () => {
    const auth = create();
    await signIn(auth);
    expect(used(again(await auth.challenged(digest('n2'), request, auth.authorize(request))))).toBe('n2 1');
  });

  it('goes on with nextnonce, from count one', async () => {
    const auth = create();
    const attempt = again(await auth.challenged(digest('n1'), request, auth.authorize(request)));
    auth.answered({ 'authentication-info': 'nextnonce="n2", qop=auth' }, attempt);
    expect(used(auth.authorize(request))).toBe('n2 1');
  });

  it('keeps a newer nonce when an older one is refused', async () => {
    const auth = create();
    await signIn(auth);
    const [late, early] = [auth.authorize(request), auth.authorize(request)];
    auth.answered({}, again(await auth.challenged(digest('n2', ', stale=true'), request, early)));
    auth.answered({}, again(await auth.challenged(digest('n3', ', stale=true'), request, late)));
    expect(used(auth.authorize(request))).toBe('n2 2');
  });
});

describe('nonces for one use', () => {
  it('starts over without Authorization after a refusal without a challenge', async () => {
    const auth = create();
    await signIn(auth);
    expect(again(await auth.challenged({}, request, auth.authorize(request))).header).toBeUndefined();
  });

  it('keeps no nonce any more once it has learned that none is taken twice', async () => {
    const auth = create();
    await signIn(auth);
    const anonymous = again(await auth.challenged({}, request, auth.authorize(request)));
    auth.answered({}, again(await auth.challenged(digest('n2'), request, anonymous)));
    expect(auth.authorize(request).header).toBeUndefined();
  });

  it('keeps nonces when one that had been taken twice runs out', async () => {
    const auth = create();
    await signIn(auth);
    auth.answered({}, auth.authorize(request));
    const anonymous = again(await auth.challenged({}, request, auth.authorize(request)));
    auth.answered({}, again(await auth.challenged(digest('n2'), request, anonymous)));
    expect(used(auth.authorize(request))).toBe('n2 2');
  });

  it('starts over once and not again', async () => {
    const auth = create();
    await signIn(auth);
    const anonymous = again(await auth.challenged({}, request, auth.authorize(request)));
    const fresh = again(await auth.challenged(digest('n2'), request, anonymous));
    expect(await auth.challenged({}, request, fresh)).toEqual({ refused: 'wrong-credentials' });
  });
});

describe('giving up', () => {
  it('takes a fresh challenge to a fresh nonce as wrong credentials', async () => {
    const auth = create();
    const sent = again(await auth.challenged(digest('n1'), request, auth.authorize(request)));
    expect(await auth.challenged(digest('n2'), request, sent)).toEqual({ refused: 'wrong-credentials' });
  });

  it('takes a refused Basic header as wrong credentials', async () => {
    const auth = create();
    const sent = again(await auth.challenged(basic, request, auth.authorize(request)));
    expect(await auth.challenged(basic, request, sent)).toEqual({ refused: 'wrong-credentials' });
  });

  it('ends with a server that calls every nonce stale', async () => {
    const auth = create();
    let decision: Decision = { again: auth.authorize(request) };
    for (let round = 0; 'again' in decision; round++) {
      expect(round).toBeLessThan(20);
      decision = await auth.challenged(digest(`n${round}`, ', stale=true'), request, decision.again);
    }
    expect(decision).toEqual({ refused: 'too-many-tries' });
  });

  it('says when there is no challenge, and when none can be answered', async () => {
    const auth = create();
    const sent = auth.authorize(request);
    expect(await auth.challenged({}, request, sent)).toEqual({ refused: 'no-challenge' });
    const foreign = { 'www-authenticate': 'Negotiate, Digest realm="r", nonce="n", algorithm=SHA-999' };
    expect(await auth.challenged(foreign, request, sent)).toEqual({ refused: 'unsupported' });
  });
});

describe('several challenges (RFC 7616 section 3.7)', () => {
  it('prefers Digest to Basic', async () => {
    const auth = create();
    const both = { 'www-authenticate': `${basic['www-authenticate']}, ${digest('n')['www-authenticate']}` };
    expect(used(again(await auth.challenged(both, request, auth.authorize(request))))).toBe('n 1');
  });

  it.each([
    { offers: ['SHA-999', 'MD5', 'SHA-256'], answered: 'SHA-256' },
    { offers: ['MD5', 'SHA-512-256-sess', 'SHA-256'], answered: 'SHA-512-256-sess' },
    { offers: ['SHA-256', 'MD5-sess', 'SHA-512-256'], answered: 'SHA-512-256' },
    { offers: ['MD5-sess', 'MD5'], answered: 'MD5-sess' },
    { offers: ['MD5', 'sha-256'], answered: 'sha-256' },
  ])('answers $answered of $offers', async ({ offers, answered }) => {
    const auth = create();
    const field = offers.map((name) => `Digest realm="r", nonce="${name}", qop="auth", algorithm=${name}`).join(', ');
    const sent = again(await auth.challenged({ 'www-authenticate': field }, request, auth.authorize(request)));
    expect(parseAuthorization(sent.header)?.parameters.get('nonce')).toBe(answered);
    expect(sent.header).toContain(`algorithm=${answered}`);
  });

  it('sends Basic unasked once it was taken', async () => {
    const auth = create();
    auth.answered({}, again(await auth.challenged(basic, request, auth.authorize(request))));
    expect(auth.authorize(request).header).toBe('Basic YW5uOnA=');
  });
});

describe('asking for the password', () => {
  it('asks when a server first wants it, once for all who wait, with the realm', async () => {
    const realms: string[] = [];
    const auth = create(async (realm) => {
      realms.push(realm);
      return 'p';
    });
    const cold = [auth.authorize(request), auth.authorize(request)];
    expect(realms).toEqual([]);
    await Promise.all(cold.map((sent, index) => auth.challenged(digest(`n${index}`), request, sent)));
    expect(realms).toEqual(['r']);
  });

  it('asks again after it proved wrong', async () => {
    let asked = 0;
    const auth = create(() => `p${++asked}`);
    const sent = again(await auth.challenged(digest('n1'), request, auth.authorize(request)));
    await auth.challenged(digest('n2'), request, sent);
    await auth.challenged(digest('n3'), request, auth.authorize(request));
    expect(asked).toBe(2);
  });

  it('passes on what the function throws, and asks again next time', async () => {
    let asked = 0;
    const auth = create(() => {
      asked++;
      throw new RangeError('no terminal');
    });
    const ask = () => auth.challenged(digest('n'), request, auth.authorize(request));
    await expect(ask()).rejects.toThrow('no terminal');
    await expect(ask()).rejects.toThrow('no terminal');
    expect(asked).toBe(2);
  });
});

describe('downgrades', () => {
  it.each([
    { what: 'Basic', field: 'Basic realm="r"' },
    { what: 'Bearer', field: 'Bearer realm="r"' },
  ])('does not answer $what where everyone on the way can read it', async ({ field }) => {
    let asked = 0;
    const auth = over({ credentials: () => ({ username: 'ann', password: `p${++asked}` }) }, false);
    const decision = await auth.challenged({ 'www-authenticate': field }, request, auth.authorize(request));
    expect(decision).toEqual({ refused: 'unprotected' });
    expect(asked).toBe(0);
  });

  it('answers Digest over plain HTTP', async () => {
    const auth = over({ username: 'ann', password: 'p' }, false);
    expect(used(again(await auth.challenged(digest('n'), request, auth.authorize(request))))).toBe('n 1');
  });

  it.each([
    { where: 'a later answer', first: digest('n'), second: basic },
    {
      where: 'the same answer, with an unknown algorithm',
      first: digest('n', ', algorithm=X'),
      second: { 'www-authenticate': `${digest('n', ', algorithm=X')['www-authenticate']}, Basic realm="r"` },
    },
  ])('does not answer Basic once the server has asked for Digest, in $where', async ({ first, second }) => {
    const auth = create();
    await auth.challenged(first, request, auth.authorize(request));
    expect(await auth.challenged(second, request, auth.authorize(request))).toEqual({ refused: 'basic-after-digest' });
  });
});

describe('the proof of the server (RFC 7616 section 3.5)', () => {
  const body = new TextEncoder().encode('<ö/>');
  const password = 'p';
  const offers = [
    { name: 'auth', more: '', answer: undefined },
    { name: 'auth-int', more: ', qop="auth-int"', answer: body },
    { name: 'SHA-256-sess', more: ', qop="auth", algorithm=SHA-256-sess', answer: undefined },
    { name: 'userhash', more: ', qop="auth", algorithm=SHA-512-256, userhash=true, charset=UTF-8', answer: undefined },
    { name: 'no qop (RFC 2069)', more: ' ', answer: undefined },
  ];
  const challengeOf = (more: string) => ({
    'www-authenticate': `Digest realm="r", nonce="n"${more === '' ? ', qop="auth"' : more}`,
  });

  it.each(offers)('is accepted when it is right, with $name', async ({ more, answer }) => {
    const auth = create();
    const sent = again(await auth.challenged(challengeOf(more), request, auth.authorize(request)));
    const credentials = readDigestCredentials(parseAuthorization(sent.header));
    if (!credentials) expect.unreachable('no credentials');
    const info = formatAuthenticationInfo(credentials, { username: 'ann', password, utf8: true }, { body: answer });
    expect(auth.answered({ 'authentication-info': info }, sent, body)).toBe(true);
  });

  it.each(offers)('is refused when it is made with another password, with $name', async ({ more, answer }) => {
    const auth = create();
    const sent = again(await auth.challenged(challengeOf(more), request, auth.authorize(request)));
    const credentials = readDigestCredentials(parseAuthorization(sent.header));
    if (!credentials) expect.unreachable('no credentials');
    const info = formatAuthenticationInfo(
      credentials,
      { username: 'ann', password: 'q', utf8: true },
      { body: answer },
    );
    expect(auth.answered({ 'authentication-info': info }, sent, body)).toBe(false);
    expect(auth.authorize(request).header).toBeUndefined();
  });

  it('covers the body with auth-int', async () => {
    const auth = create();
    const sent = again(await auth.challenged(challengeOf(', qop="auth-int"'), request, auth.authorize(request)));
    const credentials = readDigestCredentials(parseAuthorization(sent.header));
    if (!credentials) expect.unreachable('no credentials');
    const info = formatAuthenticationInfo(credentials, { username: 'ann', password }, { body });
    expect(auth.answered({ 'authentication-info': info }, sent, new Uint8Array([60]))).toBe(false);
  });

  it('is not needed', async () => {
    const auth = create();
    const sent = again(await auth.challenged(digest('n'), request, auth.authorize(request)));
    expect(auth.answered({ 'authentication-info': 'qop=auth' }, sent, body)).toBe(true);
  });
});

describe('a credentials function', () => {
  it('gets the scheme, the realm and the algorithm', async () => {
    const seen: AuthChallenge[] = [];
    const auth = over({
      credentials: (challenge): AuthAnswer => {
        seen.push(challenge);
        return { username: 'ann', password: 'p' };
      },
    });
    const field = 'Digest realm="Z\xc3\xbcrich", nonce="n", algorithm=SHA-256';
    await auth.challenged({ 'www-authenticate': field }, request, auth.authorize(request));
    expect(seen).toEqual([{ scheme: 'digest', realm: 'Zürich', algorithm: 'SHA-256' }]);
  });

  it('answers one realm of a challenge that lists several', async () => {
    const auth = over({ credentials: () => ({ username: 'ann', password: 'p', realm: 'b@naf' }) });
    const field = 'Digest realm="a@naf;b@naf", nonce="n", qop="auth"';
    const sent = again(await auth.challenged({ 'www-authenticate': field }, request, auth.authorize(request)));
    const credentials = readDigestCredentials(parseAuthorization(sent.header));
    expect(credentials?.realm).toBe('b@naf');
    expect(credentials && verifyDigest(credentials, { method: 'GET', username: 'ann', password: 'p' })).toBe(true);
  });

  it('is asked once more for the same request when the server refuses its answer', async () => {
    let asked = 0;
    const auth = over({ credentials: () => ({ username: 'ann', password: `p${++asked}` }) });
    const first = again(await auth.challenged(digest('n1'), request, auth.authorize(request)));
    const second = again(await auth.challenged(digest('n2'), request, first));
    expect(asked).toBe(2);
    expect(await auth.challenged(digest('n3'), request, second)).toEqual({ refused: 'wrong-credentials' });
    expect(asked).toBe(2);
  });

  it('renews a token that has expired', async () => {
    let asked = 0;
    const auth = over({ credentials: () => ({ token: `t${++asked}` }) });
    const bearer = { 'www-authenticate': 'Bearer realm="r", error="invalid_token"' };
    const first = again(await auth.challenged(bearer, request, auth.authorize(request)));
    auth.answered({}, first);
    expect(auth.authorize(request).header).toBe('Bearer t1');
    expect(again(await auth.challenged(bearer, request, auth.authorize(request))).header).toBe('Bearer t2');
  });

  it.each([undefined, 'p', {}, { username: 'ann' }, { token: 5 }])(
    'is told with InvalidArgumentError that %j is no answer',
    async (answer) => {
      // A caller in JavaScript may return anything.
      const auth = over({ credentials: () => answer as AuthAnswer });
      const asked = auth.challenged(digest('n'), request, auth.authorize(request));
      await expect(asked).rejects.toThrow(InvalidArgumentError);
    },
  );
});

describe('a token (RFC 6750)', () => {
  it('is sent with the first request', () => {
    expect(over({ token: 'abc.def' }).authorize(request).header).toBe('Bearer abc.def');
  });

  it.each([{ 'www-authenticate': 'Bearer' }, {}])('is not sent again after it was refused with %j', async (headers) => {
    const auth = over({ token: 'abc' });
    expect(await auth.challenged(headers, request, auth.authorize(request))).toEqual({ refused: 'wrong-credentials' });
  });
});
