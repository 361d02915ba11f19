import { describe, expect, it } from 'vitest';
import type { NotificationFault } from '../../../src/server/index.ts';
import { alice, aliceLists, gate, lists, request, serverWithUsers, subscribe } from './support.ts';

/** Creates, changes and removes a document, and returns what was delivered after the first notification. */
async function deliveredWith(fault: NotificationFault): Promise<string[]> {
  await using server = await serverWithUsers();
  const { news } = await subscribe(server, request([aliceLists]));
  await news();
  server.server.faults.add(fault);
  await server.put(aliceLists, lists());
  await server.put(aliceLists, lists('a'));
  await server.remove(aliceLists);
  return (await news()).flat().map((line) => line.split(' ', 1)[0] ?? '');
}

describe('a fault of notifications', () => {
  it.each([
    { fault: { notification: 'drop', times: 1 }, expected: ['changed', 'removed'] },
    { fault: { notification: 'drop' }, expected: [] },
    { fault: { notification: 'double', after: 1, times: 1 }, expected: ['exists', 'changed', 'changed', 'removed'] },
    { fault: { notification: 'reorder', times: 1 }, expected: ['changed', 'exists', 'removed'] },
    { fault: { notification: 'reorder', times: 2 }, expected: ['removed', 'exists', 'changed'] },
    {
      fault: { notification: 'drop', when: (body: string) => !body.includes('new-etag') },
      expected: ['exists', 'changed'],
    },
  ] as const)('$fault delivers $expected', async ({ fault, expected }) => {
    expect(await deliveredWith(fault)).toEqual(expected);
  });

  it('delays a notification, and what changes meanwhile waits', async () => {
    expect(await deliveredWith({ notification: 'delay', delay: 5, times: 1 })).toContain('exists');
  });

  it('does not affect requests, nor does a fault of requests affect notifications', async () => {
    await using server = await serverWithUsers({
      faults: [{ notification: 'drop' }, { method: 'DELETE', status: 503 }],
    });
    const { bodies } = await subscribe(server, request([aliceLists]));
    expect([(await server.put(aliceLists, lists())).status, (await server.remove(aliceLists)).status]).toEqual([
      201, 503,
    ]);
    expect(bodies).toEqual([]);
  });
});

describe('a server that publishes diffs as OpenXCAP', () => {
  const published = () => serverWithUsers({ quirks: ['published-diffs'] });
  const head = (root: string) =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<xcap-diff xmlns="urn:ietf:params:xml:ns:xcap-diff" xcap-root="${root}">`;

  it('delivers no state, absolute addresses, and never a patch, whatever is subscribed to', async () => {
    await using server = await published();
    await server.put(aliceLists, lists('a'));
    const { bodies, subscription } = await subscribe(server, request(['x'], 'aggregate'), { interval: 0 });
    expect(bodies).toEqual([]);
    const before = (await server.get(aliceLists)).etag?.replaceAll('"', '');
    await server.put(aliceLists, lists('a', 'b'));
    await server.put('resource-lists/users/sip:bob@example.com/index', lists());
    const after = (await server.get(aliceLists)).etag?.replaceAll('"', '');
    await subscription.delivered();
    const { root } = server.server;
    expect(bodies).toEqual([
      `${head(root)}\n<document new-etag="${after}" sel="${root}/${aliceLists}" previous-etag="${before}"/>\n</xcap-diff>\n`,
    ]);
  });

  it('merges changes, so that a document that was created and removed has no tag', async () => {
    await using server = await published();
    const bodies: string[] = [];
    const held = gate();
    const deliver = (body: string) => (bodies.push(body) === 1 ? held.opened : undefined);
    const subscription = await server.server.subscribe(alice, request([aliceLists]), deliver, { interval: 0 });
    const other = `resource-lists/users/${alice}/a&b`;
    await server.put(aliceLists, lists());
    await server.put(other, lists());
    await server.remove(other);
    held.open();
    await subscription.delivered();
    expect(bodies[1]).toContain(`\n<document sel="${server.server.root}/${other}"/>\n`);
  });

  it('delivers nothing for a refresh', async () => {
    await using server = await published();
    await server.put(aliceLists, lists());
    const { bodies, subscription } = await subscribe(server, request([aliceLists]), { interval: 0 });
    await subscription.refresh();
    expect(bodies).toEqual([]);
    await expect(subscription.refresh({ event: 'presence' })).rejects.toMatchObject({ status: 489 });
  });
});
