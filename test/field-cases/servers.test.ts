/** Cases from public reports about servers that answer in their own way. */

import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { resourceLists, simservs, XcapClient } from '../../src/index.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { buddies, friends, startServer } from '../support/fixtures.ts';
import { type SeenRequest, startHttpServer } from '../support/http-server.ts';

const [A, B] = ['sip:a@example.com', 'sip:b@example.com'] as const;

/** A server that answers every request as `answer` says, and a client of Alice's. */
async function startFake(
  answer: (request: SeenRequest) => { status?: number; etag?: string; headers?: object; body?: string | Buffer },
) {
  const server = await startHttpServer((request, response) => {
    const { status = 200, etag, headers, body } = answer(request);
    response.writeHead(status, { ...headers, ...(etag !== undefined && { etag }) }).end(body);
  });
  const client = new XcapClient({ root: server.origin, user: 'sip:alice@example.com' });
  return {
    client,
    seen: server.seen,
    async [Symbol.asyncDispose]() {
      await client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Adds two buddies, in two edits. */
async function addBuddies(client: XcapClient): Promise<void> {
  for (const uri of [A, B]) await client.edit(resourceLists, (doc) => doc.addEntry(friends, { uri }));
}

describe('case 15: a server of Ut takes PUTs of nodes, and answers those of the document with 403', () => {
  const SERVED =
    '<ss:simservs xmlns:ss="http://uri.etsi.org/ngn/params/xml/simservs/xcap"><ss:communication-diversion active="false"><cp:ruleset xmlns:cp="urn:ietf:params:xml:ns:common-policy"><cp:rule id="call-diversion-busy"><cp:conditions><ss:rule-deactivated/><ss:busy/></cp:conditions></cp:rule></cp:ruleset></ss:communication-diversion><ss:incoming-communication-barring active="true"/><ss:communication-waiting active="true"/></ss:simservs>';
  const rule = simservs.communicationDiversion().ruleset().rule('call-diversion-busy');

  async function start() {
    const server = await startServer({ usages: [simservs] });
    await server.client().put(simservs, SERVED);
    const proxy = await startFaultProxy(server.root);
    const sent: string[] = [];
    proxy.decide = ({ method, target }) => {
      sent.push(method);
      return method === 'PUT' && !target.includes('/~~/') ? { kind: 'instead', status: 403 } : undefined;
    };
    const client = server.client({ root: proxy.root });
    return {
      client,
      sent,
      async [Symbol.asyncDispose]() {
        await proxy[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  }

  it.each(['nodes', 'auto', 'document', undefined] as const)('edit with the strategy %s arrives', async (strategy) => {
    await using server = await start();
    const actions = { forwardTo: { target: 'tel:+15551230009' } };
    await server.client.edit(simservs, (doc) => doc.update(rule, { actions }), { strategy });
    const { value } = await server.client.get(simservs);
    expect(value.get(rule)).toMatchObject({ actions, conditions: { busy: {}, ruleDeactivated: {} } });
    if (strategy === 'nodes') expect(server.sent.filter((method) => method === 'PUT')).toHaveLength(1);
  });

  it('probe examines simservs, without resource-lists, by reading', async () => {
    await using server = await start();
    await expect(server.client.probe()).rejects.toThrow(/name another usage or document, or use readOnly/);
    const profile = await server.client.probe({ usage: simservs, readOnly: true });
    expect(profile).toMatchObject({ etags: { strength: 'strong' }, nodes: { read: true } });
    expect(server.sent).not.toContain('DELETE');
  });
});

describe.each([
  ['341', 'a tag without quotes'],
  ["W/'437'", 'a weak tag in apostrophes'],
  ['W/"5"', 'a weak tag'],
  ['"5-gzip"', 'a tag with the suffix of a proxy'],
])('case 21: the server sends the entity tag %s, and compares If-Match letter by letter', (first, kind) => {
  it(`sends ${kind} back as it came`, async () => {
    let [text, version] = [buddies(), 0];
    const tag = () => first.replace(/\d+/, (digits) => String(Number(digits) + version));
    await using server = await startFake(({ method, headers, body }) => {
      if (method === 'GET') return { etag: tag(), body: text };
      if (headers['if-match'] !== tag()) return { status: 412 };
      [text, version] = [body, version + 1];
      return { etag: tag() };
    });
    await addBuddies(server.client);
    expect(text).toBe(buddies(A, B));
    expect(server.client.profile.conditions.ifMatch).toBe('atomic');
  });
});

describe.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
])('case 30: answers with Content-Encoding: %s', (coding, encode) => {
  it('are read, edited and asked for without a coding', async () => {
    let [text, version] = [buddies(), 0];
    await using server = await startFake(({ method, body }) => {
      if (method === 'PUT') [text, version] = [body, version + 1];
      const headers = method === 'GET' ? { 'content-encoding': coding } : {};
      return { etag: `"${version}"`, headers, body: method === 'GET' ? encode(text) : '' };
    });
    await addBuddies(server.client);
    expect((await server.client.get(resourceLists)).text).toBe(buddies(A, B));
    expect(new Set(server.seen.map(({ headers }) => headers['accept-encoding']))).toEqual(new Set(['identity']));
  });
});

describe.each(['ISO-8859-1', 'windows-1252', 'US-ASCII', '"utf-8"'])(
  'case 31: a servlet labels every answer charset=%s',
  (charset) => {
    it('is read and edited', async () => {
      let [text, version] = [buddies(), 0];
      await using server = await startFake(({ method, body }) => {
        if (method === 'PUT') [text, version] = [body, version + 1];
        return { etag: `"${version}"`, headers: { 'content-type': `text/xml;charset=${charset}` }, body: text };
      });
      await addBuddies(server.client);
      expect((await server.client.get(resourceLists)).text).toBe(buddies(A, B));
    });
  },
);

describe('case 42: the server adds a count to each document that it stores', () => {
  const counted = (text: string, count: number): string =>
    text
      .replace(/<count [^/]*<\/count>/, '')
      .replace('</resource-lists>', `<count xmlns="urn:example:srv">${count}</count></resource-lists>`);

  async function start() {
    let [text, version] = [buddies(), 0];
    const puts: string[] = [];
    const server = await startFake(({ method, headers, body }) => {
      if (method === 'PUT') {
        const condition = headers['if-match'] ?? `"${version}"`;
        if (condition !== `"${version}"`) return { status: 412 };
        puts.push(body);
        text = counted(body, ++version);
      }
      return { etag: `"${version}"`, body: text };
    });
    return { ...server, puts, text: () => text };
  }

  it('each save starts from what the server holds', async () => {
    await using server = await start();
    const synced = await server.client.open(resourceLists);
    for (const uri of [A, B]) {
      synced.document.addEntry(friends, { uri });
      await synced.save();
    }
    expect(server.puts[1]).toContain('<count xmlns="urn:example:srv">1</count>');
    expect(server.text()).toContain('<count xmlns="urn:example:srv">2</count>');
    expect(String(synced.document)).toBe(server.text());
    expect(server.client.profile.rewrites).toBe(true);
  });
});
