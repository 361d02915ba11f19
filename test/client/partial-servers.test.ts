/** Servers that take only a part of the requests of RFC 4825: the embedded server behind a proxy that refuses the rest. */

import { describe, expect, it } from 'vitest';
import type { CallOptions } from '../../src/client/options.ts';
import type { ResourceListsDocument } from '../../src/documents/usages/resource-lists/document.ts';
import {
  AlreadyExistsError,
  AuthenticationError,
  MethodNotAllowedError,
  NotFoundError,
  PreconditionFailedError,
  resourceLists,
  serverProfiles,
  type XcapClient,
} from '../../src/index.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { buddies, friends, startServer } from '../support/fixtures.ts';

const [A, B, C] = ['sip:a@example.com', 'sip:b@example.com', 'sip:c@example.com'] as const;

/** So many entries that a change is shorter than the list. */
const MANY = Array.from({ length: 30 }, (_, index) => `sip:friend${index}@example.com`);

interface Request {
  readonly method: string;
  readonly target: string;
}

const isNode = ({ target }: Request): boolean => target.includes('/~~/');
const isDocumentPut = (request: Request): boolean => request.method === 'PUT' && !isNode(request);

/** A server that refuses some requests, with Alice's document on it. */
async function startPartial(refuses: (request: Request) => boolean, status: number) {
  const server = await startServer();
  const alice = server.client();
  await alice.put(resourceLists, buddies(A, B, ...MANY));
  const proxy = await startFaultProxy(server.root);
  const sent: string[] = [];
  proxy.decide = (request) => {
    sent.push(`${request.method} ${request.target}`);
    return refuses(request) ? { kind: 'instead', status } : undefined;
  };
  const client = (options: Parameters<typeof server.client>[0] = {}) => server.client({ root: proxy.root, ...options });
  return {
    proxy,
    client,
    /** Every request, also those that are refused: `METHOD target`. */
    sent,
    /** URIs of the entries on the server, without the many. */
    uris: async () => {
      const { value } = await alice.get(resourceLists);
      return value.entries(friends).flatMap(({ uri = '' }) => (MANY.includes(uri) ? [] : [uri]));
    },
    text: async () => (await alice.get(resourceLists)).text,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** One of each verb that writes, and what it leaves of the entries A and B. */
const WRITES: readonly [string, (client: XcapClient, options: CallOptions) => Promise<unknown>, readonly string[]][] = [
  [
    'edit',
    (client, options) => client.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: C }), options),
    [A, B, C],
  ],
  [
    'an edit of two places',
    (client, options) =>
      client.edit(
        resourceLists,
        (doc) => {
          doc.removeEntry(friends.entry(A));
          doc.addEntry(friends, { uri: C });
        },
        options,
      ),
    [B, C],
  ],
  [
    'save',
    async (client, options) => {
      const synced = await client.open(resourceLists, options);
      synced.document.addEntry(friends, { uri: C });
      await synced.save();
      expect(synced.dirty).toBe(false);
    },
    [A, B, C],
  ],
  ['put of an element', (client, options) => client.put(friends.entry(C), { uri: C }, options), [A, B, C]],
  ['put of a document', (client, options) => client.put(resourceLists, buddies(A, C), options), [A, C]],
  ['insert', (client, options) => client.insert(friends.entry(C), { uri: C }, options), [A, B, C]],
  [
    'replace of an element',
    (client, options) => client.replace(friends.entry(B), { uri: B, displayName: 'B' }, options),
    [A, B],
  ],
  ['replace of a document', (client, options) => client.replace(resourceLists, buddies(C), options), [C]],
  ['delete', (client, options) => client.delete(friends.entry(A), options), [B]],
  [
    'provision',
    async (client, { strategy }) => {
      const job = { usage: resourceLists, change: (doc: ResourceListsDocument) => doc.addEntry(friends, { uri: C }) };
      const report = await client.provision([job], { strategy });
      expect(report).toMatchObject({ done: 1 });
    },
    [A, B, C],
  ],
];

describe.each([403, 404, 405, 501])('a server that answers a PUT of a document with %i', (status) => {
  it.each(WRITES)('%s is written as a node', async (_, write, expected) => {
    await using server = await startPartial(isDocumentPut, status);
    await write(server.client(), {});
    expect((await server.uris()).sort()).toEqual([...expected].sort());
  });
});

describe('a server that takes no whole documents', () => {
  it.each(WRITES)('%s sends none where the profile says so', async (_, write, expected) => {
    await using server = await startPartial(isDocumentPut, 403);
    const { rfc4825 } = serverProfiles;
    const profile = { ...rfc4825, documents: { write: false, delete: true } };
    await write(server.client({ profile }), {});
    expect((await server.uris()).sort()).toEqual([...expected].sort());
    expect(server.sent.filter((line) => line.startsWith('PUT') && !line.includes('~~'))).toEqual([]);
  });

  it('is learned by the first edit', async () => {
    await using server = await startPartial(isDocumentPut, 403);
    const client = server.client();
    await client.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: C }));
    expect(client.profile.documents.write).toBe(false);
  });

  it('is left with nothing half done where it takes the first change and refuses the second', async () => {
    const isRefused = (request: Request): boolean =>
      isDocumentPut(request) || (request.method === 'PUT' && !request.target.includes('entry%5B@uri=%22sip:c'));
    await using server = await startPartial(isRefused, 403);
    const before = await server.text();
    for (const strategy of ['document', 'nodes'] as const) {
      const editing = server.client().edit(
        resourceLists,
        (doc) => {
          doc.put(friends.entry(C), { uri: C });
          doc.update(friends.entry(B), { displayName: 'B' });
        },
        { strategy },
      );
      await expect(editing).rejects.toBeInstanceOf(AuthenticationError);
      expect(await server.text()).toBe(before);
    }
  });

  it('throws the refusal where the document does not exist', async () => {
    await using server = await startPartial(isDocumentPut, 405);
    const call = { document: 'other' };
    for (const write of [
      (client: XcapClient) => client.edit(resourceLists, (doc) => doc.addList('friends'), call),
      (client: XcapClient) => client.put(resourceLists, buddies(), call),
      (client: XcapClient) => client.insert(resourceLists, buddies(), call),
    ])
      await expect(write(server.client())).rejects.toBeInstanceOf(MethodNotAllowedError);
    await expect(server.client().insert(resourceLists, buddies())).rejects.toBeInstanceOf(AlreadyExistsError);
  });

  it('keeps the edits of three devices', async () => {
    await using server = await startPartial(isDocumentPut, 403);
    const uris = await Promise.all(
      [1, 2, 3].map(async (device) => {
        const uri = `sip:device${device}@example.com`;
        await server.client().edit(resourceLists, (doc) => doc.addEntry(friends, { uri }));
        return uri;
      }),
    );
    expect((await server.uris()).sort()).toEqual([A, B, ...uris].sort());
  });
});

describe.each([403, 404, 405, 501])('a server that answers each request on a node with %i', (status) => {
  it.each(WRITES)('%s is written as a document', async (_, write, expected) => {
    for (const strategy of [undefined, 'nodes'] as const) {
      await using server = await startPartial(isNode, status);
      await write(server.client(), { strategy });
      expect((await server.uris()).sort()).toEqual([...expected].sort());
    }
  });

  it('is read by documents', async () => {
    await using server = await startPartial(isNode, status);
    const client = server.client();
    expect(await client.get(friends.entry(A))).toMatchObject({ value: { uri: A } });
    expect(client.profile.nodes.read).toBe(false);
    server.sent.length = 0;
    await expect(client.get(friends.entry(C))).rejects.toBeInstanceOf(NotFoundError);
    expect(server.sent.filter((line) => line.includes('~~'))).toEqual([]);
  });
});

describe('a server that takes no DELETE', () => {
  it.each([403, 405, 501])('and answers it with %i: a node is removed all the same', async (status) => {
    for (const strategy of [undefined, 'document', 'nodes'] as const) {
      await using server = await startPartial(({ method }) => method === 'DELETE', status);
      const client = server.client();
      await client.delete(friends.entry(A), { strategy });
      expect(await server.uris()).toEqual([B]);
      await client.edit(resourceLists, (doc) => doc.removeEntry(friends.entry(B)), { strategy });
      expect(await server.uris()).toEqual([]);
      if (strategy !== 'document') expect(client.profile.nodes.delete).toBe(false);
    }
  });

  it('and no documents: the element around a node is put without it', async () => {
    await using server = await startPartial((request) => request.method === 'DELETE' || isDocumentPut(request), 405);
    const client = server.client();
    await client.delete(friends.entry(A));
    await client.edit(resourceLists, (doc) => doc.removeEntry(friends.entry(B)));
    expect(await server.uris()).toEqual([]);
  });

  it('the removal of a document is the refusal of the server, or that of the profile', async () => {
    await using server = await startPartial(({ method }) => method === 'DELETE', 405);
    await expect(server.client().delete(resourceLists)).rejects.toBeInstanceOf(MethodNotAllowedError);
    const profile = { ...serverProfiles.rfc4825, documents: { write: true, delete: false } };
    await expect(server.client({ profile }).delete(resourceLists)).rejects.toThrow(/takes only GET, PUT/);
    expect(await server.uris()).toEqual([A, B]);
  });
});

describe('a server that sends no entity tags', () => {
  it.each(WRITES)('%s is written with checks of the client', async (_, write, expected) => {
    await using server = await startTagless();
    const client = server.client();
    await write(client, {});
    expect((await server.uris()).sort()).toEqual([...expected].sort());
  });

  it('keeps the edits of three devices, and says what it learned', async () => {
    await using server = await startTagless();
    const devices = [1, 2, 3].map((device) => ({ client: server.client(), uri: `sip:device${device}@example.com` }));
    await Promise.all(
      devices.map(({ client, uri }) => client.edit(resourceLists, (doc) => doc.addEntry(friends, { uri }))),
    );
    expect((await server.uris()).sort()).toEqual([A, B, ...devices.map(({ uri }) => uri)].sort());
    expect(devices[0]?.client.profile).toMatchObject({ name: 'auto', etags: { strength: 'none', onPut: false } });
  });

  it('insert does not overwrite, and replace does not create', async () => {
    await using server = await startTagless();
    const client = server.client();
    await expect(client.insert(friends.entry(A), { uri: A })).rejects.toBeInstanceOf(AlreadyExistsError);
    await expect(client.replace(friends.entry(C), { uri: C })).rejects.toBeInstanceOf(NotFoundError);
    const call = { document: 'other' };
    await expect(client.replace(resourceLists, buddies(), call)).rejects.toBeInstanceOf(NotFoundError);
    await expect(client.insert(resourceLists, buddies())).rejects.toBeInstanceOf(AlreadyExistsError);
  });

  it('refuses a condition on a tag that nobody can have', async () => {
    await using server = await startTagless();
    const client = server.client();
    await client.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: C }));
    const writing = client.put(friends.entry(B), { uri: B }, { ifMatch: '"old"' });
    await expect(writing).rejects.toBeInstanceOf(PreconditionFailedError);
  });

  async function startTagless() {
    const server = await startPartial(() => false, 0);
    server.proxy.decide = () => ({ kind: 'no-etag' });
    return server;
  }
});

describe("strategy 'document'", () => {
  it('reads and writes a node by the whole document', async () => {
    await using server = await startPartial(() => false, 0);
    const client = server.client();
    const options = { strategy: 'document' } as const;
    await client.put(friends.entry(C), { uri: C }, options);
    await client.replace(friends.entry(B), { uri: B }, options);
    await client.delete(friends.entry(A), options);
    await client.get(friends.entry(B), options);
    await client.insert(friends.entry(A), { uri: A }, options);
    expect((await server.uris()).sort()).toEqual([A, B, C]);
    expect(server.sent.filter((line) => line.includes('~~'))).toEqual([]);
  });
});

describe("strategy 'nodes'", () => {
  it.each(WRITES.filter(([name]) => name !== 'replace of a document' && name !== 'put of a document'))(
    '%s sends no whole document',
    async (_, write, expected) => {
      await using server = await startPartial(() => false, 0);
      await write(server.client(), { strategy: 'nodes' });
      expect((await server.uris()).sort()).toEqual([...expected].sort());
      expect(server.sent.filter((line) => line.startsWith('PUT') && !line.includes('~~'))).toEqual([]);
    },
  );
});

describe('the option prefixes', () => {
  const prefixes = { rl: 'urn:ietf:params:xml:ns:resource-lists' };
  const addCarol = (doc: ResourceListsDocument) => doc.addEntry(friends, { uri: C });
  const nodePuts = (sent: readonly string[]) => sent.filter((line) => line.startsWith('PUT') && line.includes('/~~/'));

  it('of an edit holds for the nodes that write it', async () => {
    await using server = await startPartial(() => false, 405);
    await server.client().edit(resourceLists, addCarol, { prefixes, strategy: 'nodes' });
    expect(nodePuts(server.sent)).toEqual([expect.stringContaining('/~~/rl:resource-lists/rl:list')]);
    expect((await server.uris()).sort()).toEqual([A, B, C]);
  });

  it('of an edit holds for the element that writes it where documents are refused', async () => {
    await using server = await startPartial(isDocumentPut, 405);
    await server.client().edit(resourceLists, addCarol, { prefixes });
    expect(nodePuts(server.sent)).toEqual([expect.stringContaining('/~~/rl:resource-lists/rl:list')]);
    expect((await server.uris()).sort()).toEqual([A, B, C]);
  });

  it('of a profile does so, too', async () => {
    await using server = await startPartial(() => false, 405);
    const profile = { ...serverProfiles.rfc4825, prefixes };
    await server.client({ profile }).edit(resourceLists, addCarol, { strategy: 'nodes' });
    expect(nodePuts(server.sent)).toEqual([expect.stringContaining('/~~/rl:resource-lists/rl:list')]);
  });
});
