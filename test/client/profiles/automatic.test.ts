import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  AlreadyExistsError,
  NotFoundError,
  PreconditionFailedError,
  resourceLists,
  serverProfiles,
  XcapClient,
} from '../../../src/index.ts';
import { buddies, friends, startServer } from '../../support/fixtures.ts';
import { startHttpServer } from '../../support/http-server.ts';

const bob = { uri: 'sip:bob@example.com' };

describe('the automatic profile', () => {
  it.each(['kamailio', 'openxcap'] as const)(
    'recognises %s before the first write that depends on it',
    async (name) => {
      await using server = await startServer({ quirks: name });
      const client = server.client();
      expect(client.profile.name).toBe('auto');
      await client.insert(resourceLists, buddies());
      expect(client.profile).toEqual(serverProfiles[name]);
      await client.put(resourceLists.list(1).attr('name'), 'pals');
      const { value } = await client.get(resourceLists);
      expect(value.lists().map((list) => list.name)).toEqual(['pals']);
      expect(client.for('sip:bob@example.com').profile.name).toBe(name);
    },
  );

  it.each(['kamailio', 'openxcap'] as const)('keeps the edits of four devices on %s', async (name) => {
    await using server = await startServer({ quirks: name });
    await server.client().put(resourceLists, buddies());
    const devices = Array.from({ length: 4 }, () => server.client());
    const uris = devices.flatMap((_, device) =>
      Array.from({ length: 4 }, (_, edit) => `sip:${device}-${edit}@example.com`),
    );
    await Promise.all(
      devices.map(async (client, device) => {
        for (let edit = 0; edit < 4; edit++)
          await client.edit(resourceLists, (doc) => {
            doc.addEntry(friends, { uri: `sip:${device}-${edit}@example.com` });
          });
      }),
    );
    const { value } = await server.client().get(resourceLists);
    expect(
      value
        .entries(friends)
        .map(({ uri }) => uri)
        .sort(),
    ).toEqual(uris);
  });

  it.each(['kamailio', 'openxcap'] as const)(
    'insert does not overwrite, and replace does not create, on %s',
    async (name) => {
      await using server = await startServer({ quirks: name });
      await server.client().put(resourceLists, buddies('sip:keep@example.com'));
      await expect(server.client().insert(resourceLists, buddies())).rejects.toBeInstanceOf(AlreadyExistsError);
      await expect(
        server.client().replace(friends.entry('sip:absent@example.com'), { uri: 'sip:absent@example.com' }),
      ).rejects.toBeInstanceOf(NotFoundError);
      expect((await server.client().get(resourceLists)).text).toBe(buddies('sip:keep@example.com'));
    },
  );

  it.each([undefined, 'nginx', 'x'.repeat(100_000), 'OpenXCAP'.split('').reverse().join('')])(
    'takes a server that names itself otherwise for one that follows the standard',
    async (name) => {
      await using server = await startDocumentServer({ server: name });
      const client = server.client();
      await client.edit(resourceLists, (doc) => {
        doc.addEntry(friends, bob);
      });
      expect(client.profile).toEqual({ ...serverProfiles.rfc4825, name: 'auto' });
    },
  );

  it('is plain data that the next client can be given', async () => {
    await using server = await startServer({ quirks: 'openxcap' });
    const client = server.client();
    await client.put(friends, { name: 'friends' }).catch(() => undefined);
    const profile = JSON.parse(JSON.stringify(client.profile));
    expect(server.client({ profile }).profile).toEqual(serverProfiles.openxcap);
  });
});

describe('a server that refuses its own entity tags', () => {
  const refusing = { accepts: () => false };

  it('does not stop edits: the client checks conditions itself', async () => {
    await using server = await startDocumentServer(refusing);
    const client = server.client();
    for (const uri of ['sip:a@example.com', 'sip:b@example.com'])
      await client.edit(resourceLists, (doc) => {
        doc.addEntry(friends, { uri });
      });
    expect(client.profile.conditions.ifMatch).toBe('refused');
    expect(server.text()).toBe(buddies('sip:a@example.com', 'sip:b@example.com'));
  });

  it('is not assumed for a server that has accepted one, or refuses one now and then', async () => {
    for (const isAccepted of [(put: number) => put === 1, (put: number) => put > 3]) {
      let puts = 0;
      await using server = await startDocumentServer({ accepts: () => isAccepted(++puts) });
      const client = server.client();
      for (const uri of ['sip:a@example.com', 'sip:b@example.com']) {
        const editing = client.edit(resourceLists, (doc) => {
          doc.addEntry(friends, { uri });
        });
        await editing.catch((error) => expect(error.message).toMatch(/refuses its own entity tag/));
      }
      expect(client.profile.conditions.ifMatch).toBe('atomic');
    }
  });

  it('is named as the reason where the profile is fixed, instead of other writers', async () => {
    await using server = await startDocumentServer(refusing);
    const editing = server.client({ profile: 'rfc4825' }).edit(resourceLists, (doc) => {
      doc.addEntry(friends, bob);
    });
    await expect(editing).rejects.toBeInstanceOf(PreconditionFailedError);
    await expect(editing).rejects.toThrow(/the document has not changed, but the server refuses its own entity tag/);
  });

  it.each([
    ['replace of a document', (client: XcapClient) => client.replace(resourceLists, buddies(bob.uri))],
    ['replace of a node', (client: XcapClient) => client.replace(friends, { name: 'friends' })],
    ['insert of a node', (client: XcapClient) => client.insert(friends.entry(bob.uri), bob)],
    ['put of a document', (client: XcapClient) => client.put(resourceLists, buddies(bob.uri), { ifMatch: '"0"' })],
  ])('is named by a %s where the profile is fixed', async (_, write) => {
    await using server = await startDocumentServer(refusing);
    await expect(write(server.client({ profile: 'rfc4825' }))).rejects.toMatchObject({ code: 'precondition-failed' });
    expect(server.text()).toBe(buddies());
  });

  it('does not stop replace and insert', async () => {
    await using server = await startDocumentServer(refusing);
    const client = server.client();
    await client.replace(resourceLists, buddies('sip:a@example.com'));
    await client.insert(friends.entry(bob.uri), bob);
    await client.replace(friends.entry('sip:a@example.com'), { uri: 'sip:a@example.com', displayName: 'A' });
    expect(client.profile.conditions.ifMatch).toBe('refused');
    const { value } = await client.get(resourceLists);
    expect(value.entries(friends)).toEqual([{ uri: 'sip:a@example.com', displayName: { text: 'A' } }, bob]);
    await expect(client.insert(friends.entry(bob.uri), bob)).rejects.toBeInstanceOf(AlreadyExistsError);
    const absent = { uri: 'sip:absent@example.com' };
    await expect(client.replace(friends.entry(absent.uri), absent)).rejects.toBeInstanceOf(NotFoundError);
  });

  it('is named as the reason where retries end before it is learned', async () => {
    await using server = await startDocumentServer(refusing);
    const client = server.client();
    const writes = [
      () => client.edit(resourceLists, (doc) => doc.addEntry(friends, bob), { retries: 1 }),
      () => client.replace(resourceLists, buddies(bob.uri), { retries: 1 }),
    ];
    for (const write of writes) await expect(write()).rejects.toThrow(/refuses its own entity tag/);
    expect(server.text()).toBe(buddies());
  });
});

describe('an entity tag without quotes', () => {
  it('is sent back as it came (field case 21)', async () => {
    await using server = await startDocumentServer({ tag: (count) => String(340 + count) });
    const client = server.client();
    await client.edit(resourceLists, (doc) => {
      doc.addEntry(friends, bob);
    });
    expect(client.profile.conditions.ifMatch).toBe('atomic');
    expect(server.text()).toBe(buddies(bob.uri));
  });
});

describe('a server that rewrites what it stores (field case 42)', () => {
  const counted = (text: string, count: number) =>
    text.replace('</resource-lists>', `<count xmlns="urn:example:srv">${count}</count></resource-lists>`);
  const withoutCount = (text: string) => text.replace(/<count [^/]*<\/count>/, '');
  const rewriting = { rewrite: (text: string, count: number) => counted(withoutCount(text), count) };

  it('is noticed by the first save, and each save starts from what the server holds', async () => {
    await using server = await startDocumentServer(rewriting);
    const client = server.client();
    const synced = await client.open(resourceLists);
    for (const uri of ['sip:a@example.com', 'sip:b@example.com']) {
      synced.document.addEntry(friends, { uri });
      expect(await synced.save()).toMatchObject({ saved: true, updated: true });
    }
    expect(client.profile.rewrites).toBe(true);
    const [first, second] = server.puts();
    expect(first).not.toContain('<count');
    expect(second).toContain('<count xmlns="urn:example:srv">1</count>');
    expect(String(synced.document)).toBe(server.text());
    expect(synced.dirty).toBe(false);
  });

  it('is asked once per client where the server does not rewrite', async () => {
    await using server = await startDocumentServer();
    const client = server.client();
    const synced = await client.open(resourceLists);
    for (const uri of ['sip:a@example.com', 'sip:b@example.com', 'sip:c@example.com']) {
      synced.document.addEntry(friends, { uri });
      await synced.save();
    }
    expect(client.profile.rewrites).toBe(false);
    expect(server.gets()).toBe(2);
  });

  it('does not undo the part of the server where reading it back fails', async () => {
    let isDown = false;
    await using server = await startDocumentServer({ ...rewriting, isDown: () => isDown });
    const client = server.client({ profile: { ...serverProfiles.rfc4825, rewrites: true } });
    const synced = await client.open(resourceLists);
    synced.document.addEntry(friends, { uri: 'sip:a@example.com' });
    isDown = true;
    expect(await synced.save({ retries: 0 })).toMatchObject({ saved: true });
    isDown = false;
    synced.document.addEntry(friends, { uri: 'sip:b@example.com' });
    await synced.save();
    expect(server.puts()[1]).toContain('<count');
  });
});

interface Behaviour {
  readonly server?: string | undefined;
  readonly tag?: (count: number) => string;
  /** Whether the current tag is accepted. */
  readonly accepts?: () => boolean;
  readonly rewrite?: (text: string, count: number) => string;
  /** Whether GET fails. */
  readonly isDown?: () => boolean;
}

/** A server that holds one resource-lists document. */
async function startDocumentServer({
  server: name,
  tag = (count) => `"${count}"`,
  accepts = () => true,
  rewrite = (text) => text,
  isDown = () => false,
}: Behaviour = {}) {
  let [text, count, gets] = [buddies(), 0, 0];
  const puts: string[] = [];
  const server = await startHttpServer(({ method, headers, body }, response) => {
    if (name !== undefined) response.setHeader('server', name.slice(0, 8000));
    response.setHeader('content-type', 'application/resource-lists+xml');
    if (method === 'PUT') {
      const condition = headers['if-match'];
      if (condition !== undefined && (condition !== tag(count) || !accepts()))
        return void response.writeHead(412).end();
      count++;
      puts.push(body);
      text = rewrite(body, count);
      return void response.writeHead(200, { etag: tag(count) }).end();
    }
    if (isDown()) return void response.writeHead(503).end();
    gets++;
    response.writeHead(200, { etag: tag(count) }).end(text);
  });
  const clients: XcapClient[] = [];
  return {
    text: () => text,
    puts: () => puts,
    gets: () => gets,
    client(options: Partial<ConstructorParameters<typeof XcapClient>[0]> = {}) {
      const client = new XcapClient({
        root: `${server.origin}/${randomUUID()}`,
        user: 'sip:alice@example.com',
        ...options,
      });
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client.close()));
      await server[Symbol.asyncDispose]();
    },
  };
}
