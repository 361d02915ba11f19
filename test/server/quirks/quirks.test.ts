import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type QUIRK_BUNDLES, QUIRKS, type QuirkName } from '../../../src/server/index.ts';
import { answerTo, asUser } from '../login.ts';
import { startServer, type TestServer } from '../support.ts';

const lists = 'resource-lists/users/sip:ann@x.example/index';
const node = (selector: string, query = '') =>
  `${lists}/~~/${encodeURI(selector).replace(/[[\]]/g, encodeURIComponent)}${query}`;
const document = (content: string) =>
  `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="a">${content}</list></resource-lists>`;
const entry = (name: string) => `<entry uri="sip:${name}@x.example"/>`;
const whole = document(entry('bo') + entry('cy'));
/** A document as libxml2 writes it. */
const rewritten = (content: string) => `<?xml version="1.0"?>\n${document(content)}\n`;
const user = { username: 'ann', password: 'pw' };

/** A server with quirks that holds one document. */
async function start(quirks: readonly QuirkName[] | keyof typeof QUIRK_BUNDLES, text = whole): Promise<TestServer> {
  const server = await startServer({ quirks });
  await server.put(lists, text);
  return server;
}

describe('quirks', () => {
  it('have a description', () => {
    expect(Object.values(QUIRKS).every((what) => what.length > 10)).toBe(true);
  });

  it('are all implemented', () => {
    const folder = new URL('../../../src/server/', import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.ts$/.test(file));
    const source = files
      .filter((file) => !file.endsWith('names.ts'))
      .map((file) => readFileSync(new URL(file, folder), 'utf8'));
    const idle = Object.keys(QUIRKS).filter((name) => !source.some((text) => text.includes(`'${name}'`)));
    expect(idle).toEqual([]);
  });

  it('fixed-host: another Host is 404', async () => {
    await using server = await start(['fixed-host']);
    expect([(await server.get(lists)).status, (await server.get(lists, { host: 'x' })).status]).toEqual([200, 404]);
  });

  it('conditions-first: a missing node with a matching If-None-Match is 304', async () => {
    await using server = await start(['conditions-first']);
    const { etag = '' } = await server.get(lists);
    expect((await server.get(node('resource-lists/nope'), { 'if-none-match': etag })).status).toBe(304);
  });

  it('fragile-if-match: a list with a space is 500', async () => {
    await using server = await start(['fragile-if-match']);
    expect((await server.put(lists, whole, { 'if-match': '"a", "b"' })).status).toBe(500);
  });

  it('picky-digest: a bare comma is 401', async () => {
    await using server = await startServer({ users: { 'ann@x.example': 'pw' }, quirks: ['picky-digest'] });
    const challenged = await server.get(lists);
    const authorization = (count: number) => answerTo(challenged, { ...user, method: 'GET', path: lists, count });
    expect((await server.get(lists, { authorization: authorization(1) })).status).toBe(404);
    expect((await server.get(lists, { authorization: authorization(2).replaceAll(', ', ',') })).status).toBe(401);
  });

  it('kept-references: a bare ampersand matches and a reference does not', async () => {
    await using server = await start(['kept-references'], document('<entry uri="sip:b&amp;o@x.example"/>'));
    const path = (value: string) => `${lists}/~~/resource-lists/list/entry%5B@uri=%22${value}%22%5D`;
    expect((await server.get(path('sip:b%26o@x.example'))).status).toBe(200);
    expect((await server.get(path('sip:b&amp;o@x.example'))).status).toBe(404);
  });

  it('can be switched on and off while the server runs', async () => {
    await using server = await start([]);
    server.server.quirks.add('missing-etag');
    expect((await server.get(lists)).etag).toBeUndefined();
    server.server.quirks.clear();
    expect((await server.get(lists)).etag).toBeDefined();
  });

  it('one-time-nonces: a nonce is valid for one request', async () => {
    await using server = await startServer({ users: { 'ann@x.example': 'pw' }, quirks: ['one-time-nonces'] });
    const challenged = await server.get(lists);
    const authorization = (count: number) => answerTo(challenged, { ...user, method: 'GET', path: lists, count });
    expect((await server.get(lists, { authorization: authorization(1) })).status).toBe(404);
    const second = await server.get(lists, { authorization: authorization(2) });
    expect(second.headers['www-authenticate']).toContain('stale=true');
  });

  it('rising-nc: an overtaken request is refused', async () => {
    await using server = await startServer({ users: { 'ann@x.example': 'pw' }, quirks: ['rising-nc'] });
    const challenged = await server.get(lists);
    const status = async (count: number) =>
      (await server.get(lists, { authorization: answerTo(challenged, { ...user, method: 'GET', path: lists, count }) }))
        .status;
    expect([await status(2), await status(1), await status(3)]).toEqual([404, 401, 404]);
  });

  it('unlocked: more than one of several parallel PUTs with one tag succeeds', async () => {
    await using server = await start(['unlocked']);
    const { etag = '' } = await server.get(lists);
    const bodies = Array.from({ length: 12 }, (_, index) => document(entry(`n${index}`)));
    const answers = await Promise.all(bodies.map((body) => server.put(lists, body, { 'if-match': etag })));
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(1);
  });

  it('repeated-nonces: two challenges at once carry one nonce', async () => {
    await using server = await startServer({ users: { 'ann@x.example': 'pw' }, quirks: ['repeated-nonces'] });
    // Whoever asks three times at once is within one second at least twice.
    const challenges = await Promise.all([server.get(lists), server.get(lists), server.get(lists)]);
    const nonces = challenges.map(({ headers }) => /nonce="([^"]*)"/.exec(headers['www-authenticate'] ?? '')?.[1]);
    expect(new Set(nonces).size).toBeLessThan(3);
  });

  it('no-authentication-info: replies have no Authentication-Info', async () => {
    await using server = await startServer({ users: { 'ann@x.example': 'pw' } });
    const isVouchedFor = async () => 'authentication-info' in (await asUser(server, user, 'GET', lists)).headers;
    expect(await isVouchedFor()).toBe(true);
    server.server.quirks.add('no-authentication-info');
    expect(await isVouchedFor()).toBe(false);
  });

  it('caseless-if-match: the tag in capitals matches', async () => {
    await using server = await start(['caseless-if-match']);
    const { etag = '' } = await server.get(lists);
    expect((await server.put(lists, whole, { 'if-match': etag.toUpperCase() })).status).toBe(200);
  });

  it('unconditional-caps: xcap-caps is answered whatever If-None-Match says', async () => {
    await using server = await start(['unconditional-caps']);
    const { etag = '' } = await server.get('xcap-caps/global/index');
    expect((await server.get('xcap-caps/global/index', { 'if-none-match': etag })).status).toBe(200);
  });

  it('typed-404: a missing document has a media type and no body', async () => {
    await using server = await start(['typed-404', 'mixed-errors']);
    const { status, headers, body } = await server.get(`${lists}2`);
    expect([status, headers['content-type'], body]).toEqual([404, 'application/resource-lists+xml', '']);
  });

  it('foreign-anchors: an external elsewhere is refused, one below the root is not', async () => {
    await using server = await start(['foreign-anchors']);
    const anchored = (root: string) => document(`<external anchor="${root}/resource-lists/global/index"/>`);
    expect((await server.put(lists, anchored('https://elsewhere.example/root'))).error?.condition).toBe(
      'constraint-failure',
    );
    expect((await server.put(lists, anchored(server.server.root))).status).toBe(200);
  });

  it('sip-headers: replies name a SIP server', async () => {
    await using server = await start(['sip-headers']);
    expect((await server.get(lists)).headers).toMatchObject({
      server: expect.stringContaining('kamailio'),
      sia: expect.any(String),
    });
  });

  it('ignores-close: the connection stays open', async () => {
    await using server = await start(['ignores-close']);
    expect((await server.get(lists, { connection: 'close' })).headers.connection).toBe('keep-alive');
  });

  it('moving-replace: a replaced element moves to the end', async () => {
    await using server = await start(['moving-replace']);
    await server.put(node('resource-lists/list/entry[@uri="sip:bo@x.example"]'), entry('bo'));
    expect((await server.get(lists)).body).toBe(document(entry('cy') + entry('bo')));
  });

  it('appending: a position is ignored', async () => {
    await using server = await start(['appending']);
    await server.put(node('resource-lists/list/*[1][@uri="sip:dee@x.example"]'), entry('dee'));
    expect((await server.get(lists)).body).toBe(document(entry('bo') + entry('cy') + entry('dee')));
  });

  it('double-decoding: what is escaped once is decoded away', async () => {
    await using server = await start(['double-decoding'], document('<entry uri="sip:b%20o@x.example"/>'));
    const path = (value: string) => `${lists}/~~/resource-lists/list/entry%5B@uri=%22${value}%22%5D`;
    expect((await server.get(path('sip:b%2520o@x.example'))).status).toBe(404);
    expect((await server.get(path('sip:b%252520o@x.example'))).status).toBe(200);
  });

  it('unchecked: an invalid document is stored', async () => {
    await using server = await startServer({ quirks: ['unchecked'] });
    expect((await server.put(lists, document('<nonsense/>'))).status).toBe(201);
  });
});

describe('quirks: kamailio', () => {
  it('creates with 200', async () => {
    await using server = await startServer({ quirks: 'kamailio' });
    expect((await server.put(lists, whole)).status).toBe(200);
  });

  it('overwrites in spite of If-None-Match: *', async () => {
    await using server = await start('kamailio');
    const answer = await server.put(lists, document(''), { 'if-none-match': '*' });
    expect([answer.status, (await server.get(lists)).body]).toEqual([200, document('')]);
  });

  it('refuses If-Match: * and takes "*" for it', async () => {
    await using server = await start('kamailio');
    expect((await server.put(lists, whole, { 'if-match': '*' })).status).toBe(412);
    expect((await server.put(lists, whole, { 'if-match': '"*"' })).status).toBe(200);
  });

  it('evaluates If-Match with a tag', async () => {
    await using server = await start('kamailio');
    expect((await server.put(lists, whole, { 'if-match': '"other"' })).status).toBe(412);
    const { etag = '' } = await server.get(lists);
    expect((await server.put(lists, whole, { 'if-match': etag })).status).toBe(200);
  });

  it.each([
    ['malformed XML', '<a'],
    ['an empty body', ''],
  ])('answers %s with a bare 500', async (_, body) => {
    await using server = await start('kamailio');
    const answer = await server.put(lists, body);
    expect([answer.status, answer.body]).toEqual([500, '']);
  });

  it('stores documents that no schema allows, under any media type', async () => {
    await using server = await startServer({ quirks: 'kamailio' });
    expect((await server.put(lists, '<nonsense/>', { 'content-type': 'text/plain' })).status).toBe(200);
  });

  it('deletes a missing document with 500', async () => {
    await using server = await startServer({ quirks: 'kamailio' });
    expect((await server.remove(lists)).status).toBe(500);
  });

  it('moves a replaced element to the end', async () => {
    await using server = await start('kamailio');
    await server.put(node('resource-lists/list/entry[1]'), entry('dee'));
    expect((await server.get(lists)).body).toBe(rewritten(entry('cy') + entry('dee')));
  });

  it('replaces every match', async () => {
    await using server = await start('kamailio');
    await server.put(node('resource-lists/list/entry'), entry('dee'));
    expect((await server.get(lists)).body).toBe(rewritten(entry('dee') + entry('dee')));
  });

  it('appends whatever the position', async () => {
    await using server = await start('kamailio');
    await server.put(node('resource-lists/list/*[1][@uri="sip:dee@x.example"]'), entry('dee'));
    expect((await server.get(lists)).body).toBe(rewritten(entry('bo') + entry('cy') + entry('dee')));
  });

  it('joins several matches with commas, under the type of the document', async () => {
    await using server = await start('kamailio');
    const answer = await server.get(node('resource-lists/list/entry'));
    expect([answer.body, answer.headers['content-type']]).toEqual([
      `${entry('bo')},${entry('cy')}`,
      'application/resource-lists+xml',
    ]);
  });

  it('deletes several elements, and by a position that the next one takes', async () => {
    await using server = await start('kamailio');
    expect((await server.remove(node('resource-lists/list/entry[1]'))).status).toBe(200);
    expect((await server.get(lists)).body).toBe(rewritten(entry('cy')));
  });

  it('serializes the whole document again when a node is edited', async () => {
    const text = `<a xmlns='urn:d'  xmlns:p="urn:p"><b k='"'></b><c>é</c></a>`;
    await using server = await start('kamailio', text);
    await server.put(node('a/b'), '<b/>');
    const expected = '<?xml version="1.0"?>\n<a xmlns:p="urn:p" xmlns="urn:d"><c>&#xE9;</c><b/></a>\n';
    expect((await server.get(lists)).body).toBe(expected);
  });

  it('leaves a deleted attribute empty', async () => {
    await using server = await start('kamailio');
    await server.remove(node('resource-lists/list/@name'));
    expect((await server.get(lists)).body).toContain('<list name="">');
  });

  it('returns an attribute without quotes', async () => {
    await using server = await start('kamailio');
    expect((await server.get(node('resource-lists/list/@name'))).body).toBe('a');
  });

  it('cannot write attributes', async () => {
    await using server = await start('kamailio');
    expect((await server.put(node('resource-lists/list/@name'), '"b"')).status).toBe(500);
  });

  it.each([
    ['bindings', node('r:resource-lists', '?xmlns(r=urn:ietf:params:xml:ns:resource-lists)'), 500],
    ['a URI of 256 octets', `${lists}${'x'.repeat(256)}`, 500],
    ['namespace::*', node('resource-lists/namespace::*'), 501],
    ['an unknown AUID', 'nonsense/users/sip:ann@x.example/index', 500],
    ['a parent that is missing', node('resource-lists/list[9]/entry'), 404],
  ])('answers %s with its own status', async (_, path, status) => {
    await using server = await start('kamailio');
    expect((await server.get(path)).status).toBe(status);
  });

  it('evaluates XPath', async () => {
    await using server = await start('kamailio');
    expect((await server.get(`${lists}/~~//entry%5B1%5D`)).body).toBe(entry('bo'));
  });

  it('does not find elements with a prefix by unprefixed names', async () => {
    const prefixed = '<p:a xmlns:p="urn:x"/>';
    await using server = await start('kamailio', prefixed);
    expect([(await server.get(node('a'))).status, (await server.get(node('*'))).body]).toEqual([404, prefixed]);
  });

  it('closes the connection on HEAD', async () => {
    await using server = await start('kamailio');
    await expect(server.request('HEAD', lists)).rejects.toThrow();
  });

  it('keeps a tree for each spelling of a user', async () => {
    await using server = await start('kamailio');
    expect((await server.get('resource-lists/users/ann@x.example/index')).status).toBe(404);
  });

  it('challenges without algorithm and opaque', async () => {
    await using server = await startServer({ users: { 'ann@x.example': 'pw' }, quirks: 'kamailio' });
    expect((await server.get(lists)).headers['www-authenticate']).toMatch(
      /^Digest realm="x.example", nonce="[^"]+", qop="auth"$/,
    );
  });
});

describe('quirks: openxcap', () => {
  it('skips the preconditions of an identical PUT and returns the document', async () => {
    await using server = await start('openxcap');
    const { etag } = await server.get(lists);
    const answer = await server.put(lists, whole, { 'if-match': '"other"' });
    expect([answer.status, answer.etag, answer.body]).toEqual([200, etag, whole]);
  });

  it('accepts and returns attributes without quotes', async () => {
    await using server = await start('openxcap');
    await server.put(node('resource-lists/list/@name'), 'b & "c"');
    expect((await server.get(node('resource-lists/list/@name'))).body).toBe('b & "c"');
  });

  it('drops bindings, so that a prefix is 400', async () => {
    await using server = await start('openxcap');
    const path = node('r:resource-lists', '?xmlns(r=urn:ietf:params:xml:ns:resource-lists)');
    expect((await server.get(path)).status).toBe(400);
  });

  it('fails on several matches', async () => {
    await using server = await start('openxcap');
    expect((await server.get(node('resource-lists/list/entry'))).status).toBe(500);
  });

  it('refuses the first child of an empty-element tag', async () => {
    const text = document('').replace('></list>', '/>');
    await using server = await start('openxcap', text);
    const answer = await server.put(node('resource-lists/list/entry'), entry('bo'));
    expect(answer.error?.condition).toBe('cannot-insert');
  });

  it('names no ancestor', async () => {
    await using server = await start('openxcap');
    const { error } = await server.put(node('resource-lists/list[9]/entry'), entry('bo'));
    expect([error?.condition, error?.ancestor]).toEqual(['no-parent', undefined]);
  });

  it('answers a used nonce without a challenge', async () => {
    await using server = await startServer({ users: { 'ann@x.example': 'pw' }, quirks: 'openxcap' });
    const challenged = await server.get(lists);
    const authorization = answerTo(challenged, { ...user, method: 'GET', path: lists });
    expect((await server.get(lists, { authorization })).status).toBe(404);
    const second = await server.get(lists, { authorization });
    expect([second.status, second.headers['www-authenticate']]).toEqual([401, undefined]);
  });

  it('sends opaque and qop without quotes', async () => {
    await using server = await startServer({ users: { 'ann@x.example': 'pw' }, quirks: 'openxcap' });
    expect((await server.get(lists)).headers['www-authenticate']).toMatch(/opaque=[^",]+, qop=auth$/);
  });

  it('answers 401 without a challenge for the tree of another user', async () => {
    await using server = await startServer({
      users: { 'ann@x.example': 'pw', 'bo@x.example': 'pw' },
      quirks: 'openxcap',
    });
    const answer = await asUser(server, { username: 'bo', password: 'pw' }, 'GET', lists);
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, undefined]);
  });
});
