/** Cases from public reports about servers in the field. */

import { describe, expect, it } from 'vitest';
import type { XcapClientOptions } from '../../src/client/options.ts';
import { parseAuthorization } from '../../src/http/challenge.ts';
import { readDigestCredentials, verifyDigest } from '../../src/http/digest-server.ts';
import { documentUri, resourceLists, simservs, XcapClient } from '../../src/index.ts';
import type { XcapUser } from '../../src/selector/document-uri.ts';
import { startHttpServer } from '../support/http-server.ts';

const SIMSERVS = '<simservs xmlns="http://uri.etsi.org/ngn/params/xml/simservs/xcap"/>';
const LISTS = '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>';

/** A server that challenges with these fields, and lets in whoever answers with Digest for this account. */
function startDigestServer(
  challenges: readonly string[],
  account: { readonly username: string; readonly password: string; readonly realm?: string },
  document: string,
) {
  return startHttpServer(({ method, target, headers, body }, response) => {
    const credentials = readDigestCredentials(parseAuthorization(headers.authorization));
    const isRealm = account.realm === undefined || credentials?.realm === account.realm;
    const isRight = credentials?.uri === target && verifyDigest(credentials, { method, body, ...account });
    if (isRealm && isRight) return void response.writeHead(200, { etag: '"1"' }).end(document);
    response.setHeader('www-authenticate', [...challenges]);
    response.writeHead(401).end();
  });
}

const authorized = ({ headers }: { headers: { authorization?: string | undefined } }) =>
  readDigestCredentials(parseAuthorization(headers.authorization));

describe('case 01: a NAF of GBA, with qop auth-int only and a B-TID as username', () => {
  const username = 'fve4iTWb1rTb297CzVSrpw==@bsf.ims.mnc001.mcc001.pub.3gppnetwork.org';
  const realm = '3GPP-bootstrapping@xcap.ims.mnc001.mcc001.pub.3gppnetwork.org';

  it.each([['MD5'], ['"MD5-sess"']])(
    'is answered for a GET and for a PUT with its body, with %s',
    async (algorithm) => {
      const challenge = `Digest realm="${realm}", qop="auth-int", nonce="428333b7", opaque="f13e397f", algorithm=${algorithm}, domain="/"`;
      const password = 'c2VjcmV0IGtleSBvZiB0aGUgTkFG+/=';
      await using server = await startDigestServer([challenge], { username, password, realm }, SIMSERVS);
      const client = new XcapClient({
        root: server.origin,
        user: 'sip:alice@example.com',
        auth: { username, password },
      });
      await client.get(simservs);
      await client.put(simservs.communicationDiversion().attr('active'), true);
      await client.close();
      expect(server.seen.map(({ method }) => method)).toEqual(['GET', 'GET', 'PUT']);
      expect(server.seen.slice(1).map((request) => authorized(request)?.qop)).toEqual(['auth-int', 'auth-int']);
    },
  );
});

describe('case 02: a realm that lists several', () => {
  it('is answered with the one that the credentials function chooses', async () => {
    const listed = '3GPP-bootstrapping-uicc@naf.example.com;3GPP-bootstrapping@naf.example.com';
    const challenge = `Digest realm="${listed}", qop="auth-int", nonce="n1", opaque="o1", algorithm=MD5`;
    const realm = '3GPP-bootstrapping@naf.example.com';
    await using server = await startDigestServer([challenge], { username: 'b-tid', password: 'key', realm }, LISTS);
    const keys = new Map([[realm, 'key']]);
    const client = new XcapClient({
      root: server.origin,
      user: 'sip:alice@example.com',
      auth: {
        credentials: (asked) => {
          const known = asked.realm.split(';').find((each) => keys.has(each)) ?? '';
          return { username: 'b-tid', password: keys.get(known) ?? '', realm: known };
        },
      },
    });
    await client.get(resourceLists);
    await client.put(resourceLists, LISTS);
    await client.close();
    expect(server.seen.slice(1).map((request) => authorized(request)?.realm)).toEqual([realm, realm]);
  });
});

describe('case 03: identity, token and User-Agent on every request', () => {
  it('pass a server that answers 403 without them, in probe and provision as well', async () => {
    const headers = {
      'X-3GPP-Intended-Identity': '"sip:alice@example.com"',
      'User-Agent': '3gpp-gba',
      Authorization: 'Bearer t',
    };
    let refused = 0;
    const documents = new Map<string, string>();
    await using server = await startHttpServer(({ method, target, headers: got, body }, response) => {
      const isKnown = Object.entries(headers).every(([name, value]) => got[name.toLowerCase()] === value);
      if (!isKnown) refused++;
      if (!isKnown) return void response.writeHead(403).end();
      const held = documents.get(target);
      if (method === 'PUT') documents.set(target, body);
      if (method === 'DELETE') documents.delete(target);
      if (method !== 'PUT' && held === undefined) return void response.writeHead(404).end();
      response.writeHead(method === 'PUT' && held === undefined ? 201 : 200, { etag: '"1"' }).end(held);
    });
    const client = new XcapClient({ root: server.origin, user: 'sip:alice@example.com', headers });
    const report = await client.provision([
      { usage: resourceLists, user: 'sip:bob@example.com', change: (lists) => lists.addList('friends') },
    ]);
    expect(report).toMatchObject({ done: 1, failed: 0 });
    const profile = await client.probe({ rounds: 1 });
    expect(profile.observed?.['authentication']).toContain('Authorization header');
    expect([refused, server.seen.length > 20]).toEqual([0, true]);
    await client.close();
  });
});

describe('case 22: users that are no SIP URI', () => {
  it.each([['test@example.com'], ['mcptt_UE_id'], ['alice']])('%s is addressed as it is', async (xui) => {
    await using server = await startHttpServer((_request, response) => void response.end(LISTS));
    const root = server.origin;
    const user: XcapUser = { xui };
    const clientOf = (options: Partial<XcapClientOptions>) => new XcapClient({ root, ...options });
    await clientOf({ user, password: 'p' }).get(resourceLists);
    await clientOf({}).get(resourceLists, { user });
    await clientOf({ user: 'sip:carol@example.com' }).for(user).get(resourceLists);
    const report = await clientOf({}).provision([{ usage: resourceLists, user, change: () => {} }]);
    expect(report.results[0]).toMatchObject({ status: 'done', user: xui });
    const path = `/resource-lists/users/${xui}/index`;
    expect(new Set(server.seen.map(({ target }) => target))).toEqual(new Set([path]));
    expect(documentUri({ root, usage: resourceLists, user })).toBe(root + path);
  });
});

describe('case 34: Digest challenges of real servers', () => {
  it.each([
    ['an opaque without quotes', ['Digest realm="example.com", nonce="abc", opaque=xyz123, algorithm=MD5, qop=auth']],
    ['lower case and no spaces', ['digest nonce="1",opaque="a==",realm="example.com",algorithm="md5",qop="auth"']],
    [
      'AKA next to MD5',
      [
        'Digest realm="ims.example.com", nonce="UkFORA==", algorithm=AKAv1-MD5, qop="auth-int"',
        'Digest realm="ims.example.com", nonce="n2", algorithm=MD5, qop="auth-int"',
      ],
    ],
    ['other schemes in one field', ['Negotiate, NTLM, Digest realm="example.com", nonce="n1", qop="auth"']],
  ])('%s: GET and PUT are let in', async (_, challenges) => {
    await using server = await startDigestServer(challenges, { username: 'alice', password: 'p' }, LISTS);
    const client = new XcapClient({ root: server.origin, user: 'sip:alice@example.com', password: 'p' });
    await client.get(resourceLists);
    await client.put(resourceLists, LISTS);
    await client.close();
    expect(server.seen).toHaveLength(3);
  });
});
