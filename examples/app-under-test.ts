/** Test an application with the embedded server, and break the network on purpose: lost answers, 503s, rivals. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EditConflictError, resourceLists, XcapClient } from 'xcap';
import { createXcapServer, type Fault } from 'xcap/server';

const friends = resourceLists.list('friends');

/** The application: adds a friend, and returns the text to show. */
async function befriend(client: XcapClient, uri: string): Promise<string> {
  try {
    await client.edit(resourceLists, (doc) => {
      if (!doc.get(friends)) doc.addList('friends');
      if (!doc.get(friends.entry(uri))) doc.addEntry(friends, { uri });
    });
    return `${uri} is your friend now`;
  } catch (error) {
    if (error instanceof EditConflictError) return 'somebody else is editing your friends, try again';
    throw error;
  }
}

async function withServer(faults: readonly Fault[], run: (client: XcapClient) => Promise<void>): Promise<void> {
  const server = await createXcapServer({ faults });
  const client = new XcapClient({ root: server.root, user: 'sip:alice@example.com' });
  await run(client);
  await client.close();
  await server.close();
}

const bob = 'sip:bob@example.com';
const trouble: Record<string, readonly Fault[]> = {
  'nothing goes wrong': [],
  'the server is busy for a moment': [{ status: 503, times: 2 }],
  'the answer to the PUT gets lost': [{ method: 'PUT', silence: 'after', times: 1 }],
  'the document arrives torn': [{ method: 'GET', truncate: 20, times: 1 }],
};
for (const [what, faults] of Object.entries(trouble)) {
  test(`a friend is added once: ${what}`, () =>
    withServer(faults, async (client) => {
      assert.equal(await befriend(client, bob), `${bob} is your friend now`);
      const { value } = await client.get(resourceLists);
      assert.equal(value.entries(friends).length, 1);
    }));
}

test('somebody who always loses is told', () =>
  withServer([{ method: 'PUT', status: 412 }], async (client) => {
    assert.match(await befriend(client, bob), /try again/);
  }));
