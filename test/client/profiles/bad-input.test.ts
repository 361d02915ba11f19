import { describe, expect, it } from 'vitest';
import { resourceLists, type ServerProfile, serverProfiles, XcapClient } from '../../../src/index.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { buddies, friends, startServer } from '../../support/fixtures.ts';
import { type SeenRequest, startHttpServer } from '../../support/http-server.ts';

const [A, B, C] = ['sip:a@example.com', 'sip:b@example.com', 'sip:c@example.com'] as const;

/** Adds buddies, one edit after the other. */
async function add(client: XcapClient, ...uris: readonly string[]): Promise<void> {
  for (const uri of uris) await client.edit(resourceLists, (doc) => doc.addEntry(friends, { uri }));
}

describe('a profile out of a file', () => {
  const { documents: _, reportsErrorStatus, nodes, ...rest } = serverProfiles.openxcap;
  const { delete: __, ...formerNodes } = nodes;
  const ofVersion02 = { ...rest, reportsErrorStatus, nodes: formerNodes };
  const ofVersion01 = { ...rest, tellsRefusals: reportsErrorStatus, nodes: formerNodes };
  const clientOf = (profile: unknown) =>
    new XcapClient({ root: 'http://127.0.0.1/', profile: profile as ServerProfile }); // a file may hold anything

  it.each([
    ['0.1', ofVersion01],
    ['0.2', ofVersion02],
  ])('of version %s is read, and completed', (_version, profile) => {
    expect(clientOf(JSON.parse(JSON.stringify(profile))).profile).toEqual(serverProfiles.openxcap);
  });

  it.each([
    ['etags.onPut', { ...serverProfiles.rfc4825, etags: { strength: 'strong', onPut: 'yes' } }],
    ['conditions.ifMatch', { ...serverProfiles.rfc4825, conditions: { create: 'star' } }],
    ['nodes.read', { ...serverProfiles.rfc4825, nodes: null }],
    ['name', {}],
    [
      'nothing can be written',
      { ...serverProfiles.rfc4825, documents: { write: false, delete: true }, nodes: { ...nodes, write: false } },
    ],
  ])('with a wrong %s is refused with the name of the member', (member, profile) => {
    expect(() => clientOf(profile)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(member) }),
    );
  });
});

describe('a Server field', () => {
  it.each(['kamailio (5.6.3)', 'OpenXCAP/3.2.0', 'x'.repeat(8000), 'kamailio'.repeat(1000), '\u00ff'])(
    'that lies or is a mile long costs no edit: %.20s',
    async (name) => {
      let [text, version] = [buddies(), 0];
      await using server = await startHttpServer(({ method, headers, body }: SeenRequest, response) => {
        response.setHeader('server', name);
        if (method === 'GET') return void response.writeHead(200, { etag: `"${version}"` }).end(text);
        if ((headers['if-match'] ?? `"${version}"`) !== `"${version}"`) return void response.writeHead(412).end();
        [text, version] = [body, version + 1];
        response.writeHead(200, { etag: `"${version}"` }).end();
      });
      const client = () => new XcapClient({ root: server.origin, user: 'sip:alice@example.com' });
      await Promise.all([add(client(), A), add(client(), B)]);
      const uris = resourceLists
        .parse(text)
        .entries(friends)
        .map(({ uri }) => uri);
      expect(uris.sort()).toEqual([A, B]);
    },
  );
});

describe('a function of the caller', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('the token service is down');
      },
      /token service is down/,
    ],
    ['returns a line break', () => 'Bearer t\r\nX-Admin: yes', /without line breaks/],
    ['returns no string', () => undefined as never, /must return a string/],
  ])('for a header that %s is the error of the call, and nothing is sent', async (_what, value, message) => {
    await using server = await startHttpServer((_request, response) => void response.end(buddies()));
    let isBroken = true;
    const headers = { Authorization: () => (isBroken ? value() : 'Bearer t') };
    const client = new XcapClient({ root: server.origin, user: 'sip:alice@example.com', headers });
    const calls = [
      () => add(client, A),
      () => client.put(resourceLists, buddies()),
      () => client.probe(),
      () => client.delete(resourceLists),
    ];
    for (const call of calls) await expect(call()).rejects.toThrow(message);
    expect(server.seen).toEqual([]);
    isBroken = false;
    await client.get(resourceLists);
    expect(server.seen).toHaveLength(1);
  });

  it('for credentials that throws is the error of the call, and is called again for the next one', async () => {
    await using server = await startServer();
    let calls = 0;
    const credentials = () => {
      if (++calls === 1) throw new Error('the vault is closed');
      return { username: 'alice', password: 'wonderland' };
    };
    const client = server.client({ password: undefined, auth: { credentials } });
    await expect(client.put(resourceLists, buddies())).rejects.toThrow('the vault is closed');
    await client.put(resourceLists, buddies());
    expect(calls).toBe(2);
  });
});

describe('a server that changes its mind between requests', () => {
  it('about its name: the first known name counts, and no edit is lost', async () => {
    const names = ['nginx', 'OpenXCAP/3.2.0', 'kamailio (5.6.3)', ''];
    let [text, version, count] = [buddies(), 0, 0];
    await using server = await startHttpServer(({ method, headers, body }, response) => {
      response.setHeader('server', names[count++ % names.length] ?? '');
      if (method === 'GET') return void response.writeHead(200, { etag: `"${version}"` }).end(text);
      if ((headers['if-match'] ?? `"${version}"`) !== `"${version}"`) return void response.writeHead(412).end();
      [text, version] = [body, version + 1];
      response.writeHead(200, { etag: `"${version}"` }).end();
    });
    const client = new XcapClient({ root: server.origin, user: 'sip:alice@example.com' });
    await add(client, A, B, C);
    expect(client.profile.name).toBe('openxcap');
    expect(text).toBe(buddies(A, B, C));
  });

  it.each([
    [
      'documents',
      (round: number, { method, isNode }: { method: string; isNode: boolean }) =>
        method === 'PUT' && isNode === (round % 2 === 0),
    ],
    ['DELETE', (round: number, { method }: { method: string }) => method === 'DELETE' && round % 2 === 0],
    ['nodes', (round: number, { isNode }: { isNode: boolean }) => isNode && round % 2 === 1],
  ])('about %s: each change arrives in one way or the other', async (_what, refuses) => {
    await using server = await startServer();
    const alice = server.client();
    await alice.put(resourceLists, buddies('sip:old@example.com'));
    await using proxy = await startFaultProxy(server.root);
    let round = 0;
    proxy.decide = ({ method, target }) =>
      refuses(round, { method, isNode: target.includes('/~~/') }) ? { kind: 'instead', status: 405 } : undefined;
    const client = server.client({ root: proxy.root });
    const held = new Set(['sip:old@example.com']);
    for (const uri of [A, B, C, 'sip:d@example.com']) {
      await client.put(friends.entry(uri), { uri });
      const [former = ''] = held;
      await client.delete(friends.entry(former));
      held.add(uri).delete(former);
      round++;
    }
    const { value } = await alice.get(resourceLists);
    expect(value.entries(friends).map((entry) => entry.uri)).toEqual([...held]);
  });

  it('about its entity tags: an edit is refused or arrives, and none is lost', async () => {
    await using server = await startServer();
    const alice = server.client();
    await alice.put(resourceLists, buddies());
    await using proxy = await startFaultProxy(server.root);
    proxy.decide = ({ count }) => (count % 7 < 4 ? { kind: 'no-etag' } : undefined);
    const done: string[] = [];
    for (const uri of [A, B, C]) {
      const outcome = await add(server.client({ root: proxy.root }), uri).then(
        () => 'done',
        (error: unknown) => error,
      );
      if (outcome === 'done') done.push(uri);
      else expect(outcome).toMatchObject({ code: 'http' });
    }
    const { value } = await alice.get(resourceLists);
    expect(value.entries(friends).map(({ uri }) => uri)).toEqual(done);
  });
});
