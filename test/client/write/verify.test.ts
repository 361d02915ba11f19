import { describe, expect, it } from 'vitest';
import { resourceLists, serverProfiles } from '../../../src/index.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { buddies, friends, startServer } from '../../support/fixtures.ts';

const racy = {
  ...serverProfiles.rfc4825,
  conditions: { ifMatch: 'racy', create: 'star', skippedForIdenticalBody: false },
  settle: { least: 1, most: 2 },
} as const;

describe('a write on a server where several writers may succeed', () => {
  it('is written again when another writer overwrites it after it was acknowledged', async () => {
    await using server = await startServer();
    const other = server.client();
    await other.put(resourceLists, buddies());
    await using proxy = await startFaultProxy(server.root);
    let isOvertaken = false;
    let overtaking: Promise<unknown> = Promise.resolve();
    proxy.decide = ({ method }) => {
      const isLook = method === 'GET' && proxy.passed.some((line) => line.startsWith('PUT'));
      if (!isLook || isOvertaken) return undefined;
      isOvertaken = true;
      overtaking = other.put(resourceLists, buddies('sip:b@example.com'));
      return { kind: 'delayed', milliseconds: 150 };
    };
    const client = server.client({ root: proxy.root, profile: racy });
    await client.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: 'sip:a@example.com' }));
    await overtaking;
    expect(isOvertaken).toBe(true);
    const { value } = await other.get(resourceLists);
    const uris = value.entries(friends).map(({ uri }) => uri);
    expect(uris.sort()).toEqual(['sip:a@example.com', 'sip:b@example.com']);
  });
});
