import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { XcapClient } from '../../src/client/client.ts';
import type { XcapClientOptions } from '../../src/client/options.ts';
import { serverProfiles } from '../../src/client/profiles/built-in.ts';
import { presRules } from '../../src/documents/usages/pres-rules/usage.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import { nodeOperations } from '../contracts/node-operations.ts';
import { buddies, friends } from '../support/fixtures.ts';
import { type Kamailio, type KamailioSettings, skipReason, startKamailio } from './kamailio/server.ts';

const profile = serverProfiles.kamailio;

/** So many that the whole list would be longer than what changes in it. */
const MANY = Array.from({ length: 40 }, (_, index) => `sip:friend${index}@example.com`);

/** A server for all tests of a block. */
function withKamailio(settings: KamailioSettings = {}): { client(options?: Partial<XcapClientOptions>): XcapClient } {
  let server: Kamailio | undefined;
  beforeAll(async () => {
    server = await startKamailio(settings);
  });
  afterAll(() => server?.[Symbol.asyncDispose]());
  return { client: (options) => server?.client(options) ?? expect.unreachable('the server runs') };
}

const uris = async (client: XcapClient): Promise<string[]> =>
  (await client.get(resourceLists)).value.entries(friends).map(({ uri }) => uri ?? '');

/** Every device adds its own buddies, one after the other, all devices at once. */
async function race(devices: readonly XcapClient[], edits: number): Promise<string[]> {
  const added: string[] = [];
  await Promise.all(
    devices.map(async (device, number) => {
      for (let edit = 0; edit < edits; edit++) {
        const uri = `sip:device${number}edit${edit}@example.com`;
        await device.edit(resourceLists, (doc) => doc.addEntry(friends, { uri }), { retries: 30 });
        added.push(uri);
      }
    }),
  );
  return added;
}

describe.skipIf(skipReason)('Kamailio with one worker', () => {
  const server = withKamailio();
  nodeOperations('Kamailio', () => ({ client: () => server.client() }));

  it('the probe finds what it cannot do, and removes its scratch document', async () => {
    const { conditions, nodes, reportsErrorStatus, maxTarget } = await server.client({ profile: 'rfc4825' }).probe();
    expect({ reportsErrorStatus, maxTarget }).toEqual({ reportsErrorStatus: false, maxTarget: 255 });
    expect(conditions).toEqual({ ifMatch: 'atomic', create: 'quoted-star', skippedForIdenticalBody: false });
    expect(nodes).toEqual({ ...profile.nodes, unsafeInValues: '&<"/' });
    const gone = server.client().get(resourceLists, { document: 'xcap-probe' });
    await expect(gone).rejects.toMatchObject({ code: 'not-found' });
  });

  it.each(['rfc4825', 'kamailio'] as const)('a save by nodes falls back in the same save, as %s', async (name) => {
    const client = server.client({ profile: name });
    await client.put(resourceLists, buddies('sip:a@example.com', 'sip:c@example.com', ...MANY));
    const synced = await client.open(resourceLists, { strategy: 'nodes' });
    synced.document.put(friends.entry({ at: 2, uri: 'sip:b@example.com' }), { uri: 'sip:b@example.com' });
    synced.document.put(friends.entry('sip:a@example.com'), { uri: 'sip:a@example.com', displayName: 'A' });
    await synced.save();
    expect((await uris(client)).slice(0, 3)).toEqual(['sip:a@example.com', 'sip:b@example.com', 'sip:c@example.com']);
    expect((await client.get(resourceLists)).value.equals(synced.document)).toBe(true);
  });

  it('nodes are not tried again with a server that misplaced one', async () => {
    const client = server.client({ profile: 'rfc4825' });
    await client.put(resourceLists, buddies('sip:a@example.com', 'sip:c@example.com', ...MANY));
    const synced = await client.open(resourceLists, { strategy: 'nodes' });
    synced.document.put(friends.entry({ at: 2, uri: 'sip:b@example.com' }), { uri: 'sip:b@example.com' });
    await synced.save();
    synced.document.addEntry(friends, { uri: 'sip:d@example.com' });
    expect(synced.plan()).toMatchObject([{ method: 'PUT', url: synced.url }]);
  });

  it('prefixed documents are edited as any other', async () => {
    const client = server.client();
    await client.edit(presRules, (doc) => doc.allow('sip:bob@example.com'));
    const { value } = await client.get(presRules);
    expect(value.decide({ watcher: 'sip:bob@example.com' })).toMatchObject({ subHandling: 'allow' });
    const [rule] = value.rules();
    const read = await client.get(presRules.rule(rule?.id ?? ''));
    expect(read.value).toMatchObject({ id: rule?.id });
  });

  it('documents that are no XML are refused as everywhere', async () => {
    const broken = server.client().put(resourceLists, '<resource-lists');
    await expect(broken).rejects.toMatchObject({ code: 'conflict', condition: 'not-well-formed' });
  });

  it('the documents of a user are listed', async () => {
    const client = server.client();
    await client.put(resourceLists, buddies());
    const entries = await client.directory();
    expect(entries.find(({ auid }) => auid === 'resource-lists')?.etag).toMatch(/^".+"$/);
  });

  it('another tree is AuthenticationError', async () => {
    const bob = server.client().for('sip:bob@example.com');
    await expect(bob.get(resourceLists)).rejects.toMatchObject({ code: 'authentication', status: 403 });
  });
});

describe.skipIf(skipReason).each(['1', '4'])('Kamailio with %s workers: races', (workers) => {
  const server = withKamailio({ KAMAILIO_WORKERS: workers });

  it('six devices racing 90 edits lose none', async () => {
    await server.client().put(resourceLists, buddies());
    const devices = Array.from({ length: 6 }, () => server.client());
    const added = await race(devices, 15);
    expect((await uris(server.client())).sort()).toEqual(added.sort());
  });

  it('insert does not overwrite, and replace does not create, with no profile given', async () => {
    const texts = ['sip:a@example.com', 'sip:b@example.com', 'sip:c@example.com'].map((uri) => buddies(uri));
    const call = { document: 'created' };
    const outcomes = await Promise.allSettled(texts.map((text) => server.client().insert(resourceLists, text, call)));
    const won = texts.filter((_, device) => outcomes[device]?.status === 'fulfilled');
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'already-exists' });
    expect([(await server.client().get(resourceLists, call)).text]).toEqual(won);
    const later = server.client().insert(resourceLists, buddies(), call);
    await expect(later).rejects.toMatchObject({ code: 'already-exists' });
    const replacing = server.client().replace(resourceLists, buddies(), { document: 'absent' });
    await expect(replacing).rejects.toMatchObject({ code: 'not-found' });
  });

  it.each(['document', 'nodes'] as const)('devices that save by %s at once lose nothing', async (strategy) => {
    await server.client().put(resourceLists, buddies());
    const all = await Promise.all(
      [1, 2, 3, 4].map(async (device) => {
        const synced = await server.client().open(resourceLists, { strategy, retries: 20 });
        const mine = [1, 2, 3, 4].map((edit) => `sip:device${device}edit${edit}@example.com`);
        for (const uri of mine) {
          synced.document.addEntry(friends, { uri });
          await synced.save();
        }
        return mine;
      }),
    );
    expect((await uris(server.client())).sort()).toEqual(all.flat().sort());
  });
});

const NONCES: readonly [string, KamailioSettings][] = [
  ['nonces for one use', { KAMAILIO_ONE_TIME_NONCE: '1' }],
  ['strictly counted nonces', { KAMAILIO_NONCE_COUNT: '1' }],
  ['nonces that live for a second', { KAMAILIO_NONCE_EXPIRE: '1' }],
  ['SHA-256', { KAMAILIO_ALGORITHM: 'SHA-256' }],
];

describe.skipIf(skipReason).each(NONCES)('Kamailio with %s', (_, settings) => {
  const server = withKamailio(settings);

  it('edits land, one after the other and at once', async () => {
    const client = server.client();
    await client.put(resourceLists, buddies());
    // Two of the three are one client, whose requests meet on one nonce.
    const added = await race([client, client, server.client()], 5);
    expect((await uris(client)).sort()).toEqual(added.sort());
  });

  it('a wrong password is refused', async () => {
    const mallory = server.client({ password: 'wrong' });
    await expect(mallory.get(resourceLists)).rejects.toMatchObject({ code: 'authentication' });
  });
});
