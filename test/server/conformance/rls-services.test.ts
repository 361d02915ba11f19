import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rlsServices } from '../../../src/documents/index.ts';
import type { XcapServerOptions } from '../../../src/server/index.ts';
import { asUser } from '../login.ts';
import { startServer, type TestServer } from '../support.ts';

const NAMESPACE = 'urn:ietf:params:xml:ns:rls-services';
const document = (...services: readonly string[]) =>
  `<rls-services xmlns="${NAMESPACE}">${services.join('')}</rls-services>`;
const service = (uri: string, list = '<list/>') => `<service uri="${uri}">${list}</service>`;
const pathOf = (user: string, name = 'index') => `rls-services/users/sip:${user}@example.com/${name}`;
const INDEX = 'rls-services/global/index';

/** Runs a test with a server in memory, and with one in files. */
async function inEachStore(use: (server: TestServer, options: XcapServerOptions) => Promise<void>): Promise<void> {
  const store = await mkdtemp(join(tmpdir(), 'xcap-services-'));
  try {
    for (const options of [{}, { store }]) {
      await using server = await startServer(options);
      await use(server, options);
    }
  } finally {
    await rm(store, { recursive: true, force: true });
  }
}

describe('RFC 4826 section 4.4.5: a service URI is unique on the server', () => {
  it.each([
    { what: 'the same URI', uri: 'sip:team@example.com' },
    { what: 'an equal URI', uri: 'SIP:team@EXAMPLE.com' },
  ])('refuses $what in the document of another user, and suggests free ones', ({ uri }) =>
    inEachStore(async (server) => {
      await server.put(pathOf('ann'), document(service('sip:team@example.com'), service('sip:team-2@example.com')));
      const answer = await server.put(pathOf('bo'), document(service('sip:own@example.com'), service(uri)));
      expect([answer.status, answer.error?.condition]).toEqual([409, 'uniqueness-failure']);
      const [exists] = answer.error?.exists ?? [];
      expect(decodeURIComponent(exists?.field ?? '')).toBe(`rls-services/service[@uri="${uri}"]/@uri`);
      expect(exists?.altValues[0]).toBe(uri.replace('team', 'team-3'));
      expect((await server.get(pathOf('bo'))).status).toBe(404);
    }),
  );

  it('refuses it in another document of the same user, and in a node', () =>
    inEachStore(async (server) => {
      await server.put(pathOf('ann'), document(service('sip:team@example.com')));
      await server.put(pathOf('bo'), document());
      const statuses = [
        (await server.put(pathOf('ann', 'other'), document(service('sip:team@example.com')))).status,
        (
          await server.put(
            `${pathOf('bo')}/~~/rls-services/service%5B@uri=%22sip:team@example.com%22%5D`,
            `<service xmlns="${NAMESPACE}" uri="sip:team@example.com"><list/></service>`,
          )
        ).status,
      ];
      expect(statuses).toEqual([409, 409]);
      expect((await server.get(pathOf('bo'))).body).toBe(document());
    }));

  it('accepts it again after it was removed, or its document', () =>
    inEachStore(async (server) => {
      await server.put(pathOf('ann'), document(service('sip:a@example.com'), service('sip:b@example.com')));
      await server.put(pathOf('ann'), document(service('sip:b@example.com')));
      expect((await server.put(pathOf('bo'), document(service('sip:a@example.com')))).status).toBe(201);
      await server.remove(pathOf('ann'));
      expect((await server.put(pathOf('carol'), document(service('sip:b@example.com')))).status).toBe(201);
    }));

  it('knows the services of a directory after a restart', () =>
    inEachStore(async (server, options) => {
      if (!options.store) return;
      await server.put(pathOf('ann'), document(service('sip:team@example.com')));
      await server.server.close();
      await using again = await startServer(options);
      expect((await again.put(pathOf('bo'), document(service('sip:team@example.com')))).status).toBe(409);
    }));

  it('accepts one of many requests for one URI', () =>
    inEachStore(async (server) => {
      const users = Array.from({ length: 10 }, (_, index) => `u${index}`);
      const answers = await Promise.all(
        users.map((user) => server.put(pathOf(user), document(service('sip:team@example.com')))),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)]);
    }));
});

describe('RFC 4826 section 4.4.5: the list of a service', () => {
  const put = async (uriOf: (root: string) => string) => {
    await using server = await startServer();
    const list = `<resource-list>${uriOf(server.server.root)}</resource-list>`;
    return await server.put(pathOf('ann'), document(service('sip:team@example.com', list)));
  };

  it.each([{ user: 'sip:ann@example.com' }, { user: 'sip%3Aann%40example.com' }, { user: 'SIP:ann@EXAMPLE.com' }])(
    'is one of the owner: $user',
    async ({ user }) => {
      expect((await put((root) => `${root}/resource-lists/users/${user}/index/~~/resource-lists/list`)).status).toBe(
        201,
      );
    },
  );

  it.each([
    { what: 'of another user', uriOf: (root: string) => `${root}/resource-lists/users/sip:bo@example.com/index` },
    { what: 'of the global tree', uriOf: (root: string) => `${root}/resource-lists/global/index` },
    { what: 'of another root', uriOf: () => 'https://x.example/resource-lists/users/sip:ann@example.com/index' },
    { what: 'of another usage', uriOf: (root: string) => `${root}/pres-rules/users/sip:ann@example.com/index` },
  ])('is refused $what', async ({ uriOf }) => {
    const answer = await put(uriOf);
    expect([answer.status, answer.error?.condition]).toEqual([409, 'constraint-failure']);
  });
});

describe('RFC 4826 section 4.4.7: the global index of services', () => {
  it('holds the services of the documents named index, as they are now', () =>
    inEachStore(async (server) => {
      expect(rlsServices.parse((await server.get(INDEX)).body).services()).toEqual([]);
      const prefixed = `<r:rls-services xmlns:r="${NAMESPACE}"><r:service uri="sip:b@example.com"><r:list name="x"/></r:service></r:rls-services>`;
      await server.put(pathOf('ann'), document(service('sip:a@example.com')));
      await server.put(pathOf('bo'), prefixed);
      await server.put(pathOf('bo', 'other'), document(service('sip:c@example.com')));
      const answer = await server.get(INDEX);
      expect(answer.headers['content-type']).toBe('application/rls-services+xml');
      const index = rlsServices.parse(answer.body);
      expect(index.services().map(({ uri }) => uri)).toEqual(['sip:a@example.com', 'sip:b@example.com']);
      expect(index.validate()).toEqual([]);
      const node = `${INDEX}/~~/rls-services/service%5B@uri=%22sip:b@example.com%22%5D/@uri`;
      expect((await server.get(node)).body).toBe('"sip:b@example.com"');
      await server.remove(pathOf('ann'));
      expect(rlsServices.parse((await server.get(INDEX)).body).services()).toHaveLength(1);
    }));

  it('keeps its entity tag while nothing changes', async () => {
    await using server = await startServer();
    await server.put(pathOf('ann'), document(service('sip:a@example.com')));
    const { etag } = await server.get(INDEX);
    expect((await server.get(INDEX, { 'if-none-match': etag ?? '' })).status).toBe(304);
    await server.put(pathOf('ann'), document(service('sip:b@example.com')));
    expect((await server.get(INDEX)).etag).not.toBe(etag);
  });

  it.each(['PUT', 'DELETE'])('cannot be changed by %s', async (method) => {
    await using server = await startServer({ admins: 'anyone' });
    const answer = await server.request(method, INDEX, { body: document() });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  it('is shown to administrators only (section 4.4.9)', async () => {
    const users = { 'sip:ann@example.com': 'a', 'sip:root@example.com': 'r' };
    await using server = await startServer({ users, admins: ['sip:root@example.com'] });
    expect((await asUser(server, { username: 'ann', password: 'a' }, 'GET', INDEX)).status).toBe(403);
    expect((await asUser(server, { username: 'root', password: 'r' }, 'GET', INDEX)).status).toBe(200);
  });
});
