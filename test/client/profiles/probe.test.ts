import { describe, expect } from 'vitest';
import { serverProfiles } from '../../../src/client/profiles/built-in.ts';
import { presRules } from '../../../src/documents/usages/pres-rules/usage.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { rlsServices } from '../../../src/documents/usages/rls-services/usage.ts';
import { simservs } from '../../../src/documents/usages/simservs/usage.ts';
import { type Fault, inOrder, startFaultProxy } from '../../support/fault-proxy.ts';
import { buddies, friends, it, startServer } from '../../support/fixtures.ts';

describe('probe', () => {
  it('finds a server that follows the standard to have the profile rfc4825', async ({ alice }) => {
    const { observed, ...profile } = await alice.probe({ name: 'rfc4825' });
    expect(profile).toEqual(serverProfiles.rfc4825);
    expect(observed).toMatchObject({ 'create status': 201, 'replace status': 200, authentication: 'digest' });
  });

  it.for(['kamailio', 'openxcap'] as const)('finds the limits of a server that behaves as %s', async (name) => {
    await using server = await startServer({ quirks: name });
    const { conditions, nodes, reportsErrorStatus, maxTarget, observed } = await server.client().probe();
    const known = serverProfiles[name];
    expect({ ...conditions, ifMatch: 'racy' }).toEqual(known.conditions);
    expect(nodes).toMatchObject({ write: known.nodes.write, prefixes: false, namespaceBindings: false });
    expect({ reportsErrorStatus, maxTarget }).toEqual({
      reportsErrorStatus: known.reportsErrorStatus,
      maxTarget: known.maxTarget,
    });
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

  it('does not touch a document that exists', async ({ alice }) => {
    const { etag } = await alice.put(resourceLists, buddies());
    await expect(alice.probe({ document: 'index' })).rejects.toMatchObject({ code: 'already-exists' });
    expect(await alice.get(resourceLists)).toMatchObject({ etag });
  });

  it('returns a profile that survives JSON and configures a client', async ({ server, alice }) => {
    const profile = JSON.parse(JSON.stringify(await alice.probe({ rounds: 1 })));
    await server.client({ profile }).put(resourceLists, buddies());
  });

  it('rejects an invalid profile', ({ server }) => {
    expect(() => server.client({ profile: 'asterisk' as never })).toThrow(/no server profile "asterisk"/);
    expect(() => server.client({ profile: { name: 'x' } as never })).toThrow(/no server profile/);
  });

  const document = 'xcap-probe';

  it.for<{ name: string; faults: (Fault | undefined)[] }>([
    { name: 'is 503', faults: [{ kind: 'instead', status: 503 }] },
    { name: 'is 500 for a long time', faults: Array(20).fill({ kind: 'instead', status: 500 }) },
    { name: 'is 403', faults: [{ kind: 'instead', status: 403 }] },
    { name: 'is 410', faults: [{ kind: 'instead', status: 410 }] },
    { name: 'is 204', faults: [{ kind: 'instead', status: 204 }] },
    { name: 'is 202', faults: [{ kind: 'instead', status: 202 }] },
    { name: 'is 206', faults: [{ kind: 'instead', status: 206 }] },
    { name: 'is lost', faults: [{ kind: 'lost-answer' }] },
    { name: 'is lost twice', faults: [{ kind: 'lost-request' }, { kind: 'lost-answer' }] },
    { name: 'is cut off', faults: [{ kind: 'truncated' }] },
    { name: 'times out', faults: Array(4).fill({ kind: 'delayed', milliseconds: 600 }) },
  ])('does not touch a document whose first answer $name', async ({ faults }, { server, alice }) => {
    const { etag } = await alice.put(resourceLists, buddies(), { document });
    await using proxy = await startFaultProxy(server.root);
    const client = server.client({ root: proxy.root });
    await client.get(resourceLists, { document });
    proxy.decide = inOrder('GET', ...faults);
    await expect(client.probe({ rounds: 1, timeout: 300 })).rejects.toThrow();
    expect(proxy.passed.every((request) => request.startsWith('GET'))).toBe(true);
    expect(await alice.get(resourceLists, { document })).toMatchObject({ etag, text: buddies() });
  });

  it.for<{ name: string; faults: (Fault | undefined)[] }>([
    { name: 'is lost before it arrives', faults: [{ kind: 'lost-request' }] },
    { name: 'is done and its answer lost', faults: [{ kind: 'lost-answer' }] },
    { name: 'is done and answered with 503', faults: [{ kind: 'afterwards', status: 503 }] },
    { name: 'is answered with 202', faults: [{ kind: 'afterwards', status: 202 }] },
  ])('goes on when the first PUT $name', async ({ faults }, { server, alice }) => {
    await using proxy = await startFaultProxy(server.root);
    const client = server.client({ root: proxy.root });
    proxy.decide = inOrder('PUT', ...faults);
    const { conditions } = await client.probe({ rounds: 1 });
    expect(conditions).toMatchObject({ ifMatch: 'atomic', create: 'star' });
    await expect(alice.get(resourceLists, { document })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('does not overwrite or remove a document that another client creates after the first look', async ({
    server,
    alice,
  }) => {
    for (const fault of [undefined, { kind: 'lost-request' }, { kind: 'instead', status: 503 }] as const) {
      await using proxy = await startFaultProxy(server.root);
      const client = server.client({ root: proxy.root });
      let rival: Promise<unknown> | undefined;
      proxy.decide = ({ method }) => {
        if (method !== 'PUT' || rival) return undefined;
        rival = alice.put(resourceLists, buddies(), { document });
        return fault ?? { kind: 'delayed', milliseconds: 200 };
      };
      await expect(client.probe({ rounds: 1 })).rejects.toMatchObject({ code: 'already-exists' });
      await rival;
      expect((await alice.get(resourceLists, { document })).text).toBe(buddies());
      await alice.delete(resourceLists, { document });
    }
  });

  it('does not remove a document that another client has written meanwhile', async ({ server, alice }) => {
    await using proxy = await startFaultProxy(server.root);
    const client = server.client({ root: proxy.root });
    let rival: Promise<unknown> | undefined;
    let last = '';
    proxy.decide = ({ method, target }) => {
      last = method;
      // The search for the longest request target reads only, and is the last part of the examination.
      if (target.length < 7000 || rival) return undefined;
      rival = alice.put(resourceLists, buddies(), { document });
      return { kind: 'delayed', milliseconds: 1500 };
    };
    await expect(client.probe({ rounds: 1 })).rejects.toMatchObject({ message: /left behind.*somebody else/ });
    await rival;
    expect(last).toBe('GET');
    expect((await alice.get(resourceLists, { document })).text).toBe(buddies());
  });

  it('names the document that it could not remove, and why it failed before', async ({ server, alice }) => {
    await using proxy = await startFaultProxy(server.root);
    const client = server.client({ root: proxy.root });
    let puts = 0;
    proxy.decide = ({ method }) => {
      if (method === 'PUT' && ++puts > 5) return { kind: 'instead', status: 400 };
      return method === 'DELETE' ? { kind: 'instead', status: 405 } : undefined;
    };
    const message =
      /xcap-probe: .*left behind after the probe had failed \(.*cannot be written \(400\).*remove it by hand/;
    await expect(client.probe({ rounds: 1 })).rejects.toMatchObject({ code: 'http', message });
    await alice.delete(resourceLists, { document });
  });

  it('removes the scratch document when it is aborted', async ({ server, alice }) => {
    await using proxy = await startFaultProxy(server.root);
    const controller = new AbortController();
    proxy.decide = ({ count }) => {
      if (count === 20) controller.abort(new DOMException('enough', 'AbortError'));
      return undefined;
    };
    const probing = server.client({ root: proxy.root }).probe({ signal: controller.signal });
    await expect(probing).rejects.toMatchObject({ name: 'AbortError' });
    await expect(alice.get(resourceLists, { document })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('probe({ usage })', () => {
  it.for([
    ['pres-rules', presRules],
    ['rls-services', rlsServices],
    ['simservs', simservs],
  ] as const)(
    'examines documents of %s on a server without resource-lists, and removes its own',
    async ([auid, usage]) => {
      await using server = await startServer({ usages: [usage] });
      const client = server.client();
      await expect(client.probe()).rejects.toMatchObject({ message: /cannot be written.*readOnly/ });
      const profile = await client.probe({ usage, rounds: 2 });
      expect(profile.conditions, auid).toEqual(serverProfiles.rfc4825.conditions);
      expect(profile).toMatchObject({ etags: { strength: 'strong', onPut: true }, maxTarget: null });
      expect(profile.nodes).toMatchObject({ read: true, write: false, prefixes: true });
      await expect(client.get(usage, { document: 'xcap-probe' })).rejects.toMatchObject({ code: 'not-found' });
    },
  );
});

describe('probe({ readOnly: true })', () => {
  it.for([[undefined], ['kamailio'], ['openxcap']] as const)(
    'sends no PUT and no DELETE to a server with the quirks %s',
    async ([quirks]) => {
      await using server = await startServer(quirks ? { quirks } : {});
      await server.client().put(resourceLists, buddies('sip:a@example.com', 'sip:b@example.com'));
      const methods = new Set<string | undefined>();
      const counting: typeof globalThis.fetch = (url, init) => {
        methods.add(init?.method);
        return fetch(url, init);
      };
      const profile = await server.client({ fetch: counting }).probe({ readOnly: true, name: 'read' });
      expect(methods).toEqual(new Set(['GET']));
      expect(profile).toMatchObject({ name: 'read', observed: { writing: 'not examined' } });
      expect(profile.conditions.ifMatch).toBe('racy');
      expect(profile.nodes.read).toBe(quirks !== 'kamailio');
      const device = server.client({ profile: JSON.parse(JSON.stringify(profile)) });
      await device.put(friends.entry('sip:c@example.com'), { uri: 'sip:c@example.com' });
      await device.delete(friends.entry('sip:a@example.com'));
      const { value } = await device.get(resourceLists);
      expect(value.entries(friends).map(({ uri }) => uri)).toEqual(['sip:b@example.com', 'sip:c@example.com']);
    },
  );

  it('needs a document to read', async ({ alice }) => {
    await expect(alice.probe({ readOnly: true })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('gives a profile that works where only elements are written', async () => {
    await using server = await startServer({ quirks: 'ut', auth: 'none', users: undefined });
    const options = { password: undefined };
    const profile = await server.client(options).probe({ usage: simservs, readOnly: true });
    expect(profile.etags.strength).toBe('none');
    const device = server.client({ ...options, profile });
    const active = simservs.communicationWaiting().attr('active');
    const { value: before } = await device.get(active);
    await device.put(active, !before);
    expect(await device.get(active)).toMatchObject({ value: !before });
  });
});
