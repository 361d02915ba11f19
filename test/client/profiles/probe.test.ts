import { describe, expect } from 'vitest';
import { serverProfiles } from '../../../src/client/profiles/built-in.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { buddies, it, startServer } from '../../support/fixtures.ts';

describe('probe', () => {
  it('finds a server that follows the standard to be one', async ({ alice }) => {
    const { observed, ...profile } = await alice.probe({ name: 'rfc4825' });
    expect(profile).toEqual(serverProfiles.rfc4825);
    expect(observed).toMatchObject({ 'create status': 201, 'replace status': 200, authentication: 'digest' });
  });

  it.for(['kamailio', 'openxcap'] as const)('finds what a server that behaves as %s cannot do', async (name) => {
    await using server = await startServer({ quirks: name });
    const { conditions, nodes, tellsRefusals, maxTarget, observed } = await server.client().probe();
    const known = serverProfiles[name];
    expect({ ...conditions, ifMatch: 'racy' }).toEqual(known.conditions);
    expect(nodes).toMatchObject({ write: known.nodes.write, prefixes: false, namespaceBindings: false });
    expect({ tellsRefusals, maxTarget }).toEqual({ tellsRefusals: known.tellsRefusals, maxTarget: known.maxTarget });
    for (const char of nodes.unsafeInValues) expect(known.nodes.unsafeInValues).toContain(char);
    const reuses = observed?.['requests for three reads'] === 3;
    expect({ reuses, authentication: observed?.['authentication'] }).toEqual({
      reuses: name === 'kamailio',
      authentication: 'digest',
    });
  });

  it('removes its scratch document and touches nothing else', async ({ alice }) => {
    const { etag } = await alice.put(resourceLists, buddies());
    await alice.probe({ document: 'scratch', rounds: 1 });
    await expect(alice.get(resourceLists, { document: 'scratch' })).rejects.toMatchObject({ code: 'not-found' });
    expect(await alice.get(resourceLists)).toMatchObject({ etag, text: buddies() });
  });

  it('does not touch a document that is there already', async ({ alice }) => {
    const { etag } = await alice.put(resourceLists, buddies());
    await expect(alice.probe({ document: 'index' })).rejects.toMatchObject({ code: 'already-exists' });
    expect(await alice.get(resourceLists)).toMatchObject({ etag });
  });

  it('a profile survives as JSON, and serves a client', async ({ server, alice }) => {
    const profile = JSON.parse(JSON.stringify(await alice.probe({ rounds: 1 })));
    await server.client({ profile }).put(resourceLists, buddies());
  });

  it('a profile that is none is refused', ({ server }) => {
    expect(() => server.client({ profile: 'asterisk' as never })).toThrow(/no server profile "asterisk"/);
    expect(() => server.client({ profile: { name: 'x' } as never })).toThrow(/no server profile/);
  });
});
