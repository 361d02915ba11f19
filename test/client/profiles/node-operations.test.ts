import { afterAll, beforeAll, describe } from 'vitest';
import type { BuiltInProfile } from '../../../src/client/profiles/built-in.ts';
import type { QuirkName } from '../../../src/server/quirks/names.ts';
import { nodeOperations } from '../../contracts/node-operations.ts';
import { startServer, type TestServer } from '../../support/fixtures.ts';

type Quirks = 'kamailio' | 'openxcap' | readonly QuirkName[];

/** What a server does, and what the client takes it for. */
const SERVERS: readonly [string, Quirks, BuiltInProfile][] = [
  ['a server by the standard', [], 'rfc4825'],
  ['a server by the standard, taken for Kamailio', [], 'kamailio'],
  ['a server by the standard, taken for OpenXCAP', [], 'openxcap'],
  ['a server that behaves as Kamailio does', 'kamailio', 'kamailio'],
  ['a server that behaves as OpenXCAP does', 'openxcap', 'openxcap'],
];

describe.each(SERVERS)('%s', (name, quirks, profile) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ quirks, users: { 'sip:alice@example.com': 'wonderland' } });
  });
  afterAll(() => server[Symbol.asyncDispose]());
  nodeOperations(name, () => ({ client: () => server.client({ profile }) }));
});
