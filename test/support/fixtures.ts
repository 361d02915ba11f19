import { it as base } from 'vitest';
import { XcapClient } from '../../src/client/client.ts';
import type { XcapClientOptions } from '../../src/client/options.ts';
import { resourceLists } from '../../src/documents/usages/resource-lists/usage.ts';
import type { XcapServerOptions } from '../../src/server/options.ts';
import { createXcapServer } from '../../src/server/server.ts';

/** The user of most tests. */
export const ALICE = 'sip:alice@example.com';
/** Her password. */
export const PASSWORD = 'wonderland';

/** An embedded server with as many clients as a test wants. */
export interface TestServer extends AsyncDisposable {
  readonly root: string;
  /** A client of Alice's, or of whoever the options name; closed with the server. */
  client(options?: Partial<XcapClientOptions>): XcapClient;
}

/** Starts a server with Alice and Bob on it. */
export async function startServer(options: XcapServerOptions = {}): Promise<TestServer> {
  const users = { [ALICE]: PASSWORD, 'sip:bob@example.com': 'builder' };
  const server = await createXcapServer({ users, ...options });
  const clients: XcapClient[] = [];
  return {
    root: server.root,
    client(given = {}) {
      const client = new XcapClient({ root: server.root, user: ALICE, password: PASSWORD, ...given });
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client.close()));
      await server.close();
    },
  };
}

/** Tests with a server of their own, and Alice on two devices. */
export const it = base.extend<{ server: TestServer; alice: XcapClient; aliceElsewhere: XcapClient }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures that one needs off its first parameter
  server: async ({}, use) => {
    await using server = await startServer();
    await use(server);
  },
  alice: async ({ server }, use) => use(server.client()),
  aliceElsewhere: async ({ server }, use) => use(server.client()),
});

/** A resource-lists document with a list of buddies, in order. */
export function buddies(...uris: readonly string[]): string {
  const entries = uris.map((uri) => `\n    <entry uri="${uri}"/>`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>
<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists">
  <list name="friends">${entries}
  </list>
</resource-lists>
`;
}

/** The list that `buddies` makes. */
export const friends = resourceLists.list('friends');
