import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { applyXcapDiff } from '../../../src/documents/xcap-diff/apply.ts';
import { readXcapDiff } from '../../../src/documents/xcap-diff/read.ts';
import { MemoryServerStore, type SubscribeRequest } from '../../../src/server/index.ts';
import { ObservedStore } from '../../../src/server/notifier/observed-store.ts';
import type { TestServer } from '../support.ts';
import { alice, aliceLists, gate, listOf, lists, request, serverWithUsers, subscribe, summary } from './support.ts';

const documentsIn = (bodies: readonly string[]) => bodies.flatMap((body) => readXcapDiff(body).documents);
const tags = (bodies: readonly string[]) =>
  documentsIn(bodies).map(({ previousEtag, newEtag }) => [previousEtag, newEtag]);
const etagOf = async (server: TestServer, path = aliceLists) => (await server.get(path)).etag?.replaceAll('"', '');

describe('the first notification (RFC 5875 section 4.7)', () => {
  it('lists the documents that exist, with bare entity tags', async () => {
    await using server = await serverWithUsers();
    await server.put(aliceLists, lists('friends'));
    const { bodies, news } = await subscribe(server, request([aliceLists, `rls-services/users/${alice}/index`]));
    expect(await news()).toEqual([[`exists ${aliceLists}`]]);
    expect(tags(bodies)).toEqual([[undefined, await etagOf(server)]]);
  });

  it('is sent when nothing exists', async () => {
    await using server = await serverWithUsers();
    const { bodies, news } = await subscribe(server, request([aliceLists, 'resource-lists/global/none/']));
    expect(await news()).toEqual([[]]);
    expect(readXcapDiff(bodies[0] ?? '').root).toBe(`${server.server.root}/`);
  });

  it('is handed over when the subscription is made', async () => {
    await using server = await serverWithUsers();
    const { bodies } = await subscribe(server, request([aliceLists]));
    expect(bodies).toHaveLength(1);
  });

  it('contains elements and attributes that exist, and is silent about others', async () => {
    await using server = await serverWithUsers();
    await server.put(aliceLists, lists('friends', 'work'));
    const element = `${aliceLists}/~~/resource-lists/list%5B@name=%22work%22%5D`;
    const attribute = `${aliceLists}/~~/resource-lists/list%5b1%5d/@name`;
    const { news } = await subscribe(
      server,
      request([element, attribute, `${aliceLists}/~~/resource-lists/list%5B3%5D`]),
    );
    expect(await news()).toEqual([
      [
        `element ${element} <list xmlns="urn:ietf:params:xml:ns:resource-lists" name="work"/>`,
        `attribute ${attribute} friends`,
      ],
    ]);
  });

  it('leaves out what may not be read, and addresses that make no sense', async () => {
    await using server = await serverWithUsers({ auth: 'digest' });
    const { news } = await subscribe(
      server,
      request([
        aliceLists,
        'resource-lists/users/sip:bob@example.com/index',
        'no/such/thing',
        'a%',
        '',
        '//',
        'x/~~/(',
      ]),
    );
    expect(await news()).toEqual([[]]);
  });

  it('is the last one of a subscription that expires at once', async () => {
    await using server = await serverWithUsers();
    await server.put(aliceLists, lists());
    const { subscription, bodies, news } = await subscribe(server, { ...request([aliceLists]), expires: 0 });
    expect(await news()).toEqual([[`exists ${aliceLists}`]]);
    await server.put(aliceLists, lists('friends'));
    expect([subscription.isClosed, bodies.length]).toEqual([true, 1]);
  });
});

describe('a notification', () => {
  it('reports that a document was created, changed and removed', async () => {
    await using server = await serverWithUsers();
    const { bodies, news } = await subscribe(server, request([aliceLists]));
    await server.put(aliceLists, lists());
    const first = await etagOf(server);
    await server.put(aliceLists, lists('friends'));
    const second = await etagOf(server);
    await server.remove(aliceLists);
    expect(await news()).toEqual([[], [`exists ${aliceLists}`], [`changed ${aliceLists}`], [`removed ${aliceLists}`]]);
    expect(tags(bodies)).toEqual([
      [undefined, first],
      [first, second],
      [second, undefined],
    ]);
  });

  it('has the address of the subscription, octet for octet', async () => {
    await using server = await serverWithUsers();
    const spelling = 'resource%2Dlists/users/SIP:alice%40EXAMPLE.com/index';
    const { news } = await subscribe(server, request([spelling]));
    await server.put(aliceLists, lists());
    expect(await news()).toEqual([[], [`exists ${spelling}`]]);
  });

  it('is not sent for refused writes, or documents that are not subscribed to', async () => {
    await using server = await serverWithUsers();
    const { news } = await subscribe(server, request([aliceLists]));
    await server.put(aliceLists, '<resource-lists/>');
    await server.put(`resource-lists/users/${alice}/other`, lists());
    await server.remove(aliceLists);
    expect(await news()).toEqual([[]]);
  });

  it('reports a document of two entries once', async () => {
    await using server = await serverWithUsers();
    const folder = `resource-lists/users/${alice}/`;
    const { news } = await subscribe(server, request([folder, aliceLists, aliceLists, 'resource-lists/']));
    await server.put(aliceLists, lists());
    expect(await news()).toEqual([[], [`exists ${aliceLists}`]]);
  });

  it('reports an element whole, also when it disappears', async () => {
    await using server = await serverWithUsers();
    const list = `${aliceLists}/~~/*/list%5B@name=%22friends%22%5D`;
    const { news } = await subscribe(server, request([list, `${list}/@name`], 'aggregate'));
    await server.put(aliceLists, lists('work'));
    await server.put(aliceLists, lists('work', 'friends'));
    await server.put(aliceLists, lists('friends', 'others'));
    await server.remove(aliceLists);
    expect(await news()).toEqual([
      [],
      [
        `element ${list} <list xmlns="urn:ietf:params:xml:ns:resource-lists" name="friends"/>`,
        `attribute ${list}/@name friends`,
      ],
      [`element ${list} is gone`, `attribute ${list}/@name is gone`],
    ]);
  });

  it('reports an element with a prefix of the query', async () => {
    await using server = await serverWithUsers();
    const list = `${aliceLists}/~~/a:resource-lists/a:list%5B1%5D?xmlns(a=urn:ietf:params:xml:ns:resource-lists)`;
    const { news } = await subscribe(server, request([list]));
    await server.put(aliceLists, lists('work'));
    expect(await news()).toEqual([
      [],
      [`element ${list} <list xmlns="urn:ietf:params:xml:ns:resource-lists" name="work"/>`],
    ]);
  });

  it.each(['memory', 'files'])('follows every write of the store in %s', async (kind) => {
    const directory = mkdtempSync(join(tmpdir(), 'notifier-'));
    try {
      await using server = await serverWithUsers(kind === 'files' ? { store: directory } : {});
      const { news } = await subscribe(server, request([aliceLists], 'xcap-patching'));
      const list = `${aliceLists}/~~/resource-lists/list%5B@name=%22friends%22%5D`;
      await server.put(aliceLists, lists());
      await server.put(list, '<list xmlns="urn:ietf:params:xml:ns:resource-lists" name="friends"/>');
      await server.remove(list);
      await server.remove(aliceLists);
      expect((await news()).flat()).toEqual([
        `exists ${aliceLists}`,
        `patch ${aliceLists}`,
        `patch ${aliceLists}`,
        `removed ${aliceLists}`,
      ]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

it('the observed store is ready when the store of the server is', async () => {
  const store = Object.assign(new MemoryServerStore(), {
    check: () => Promise.reject(new RangeError('no connection')),
  });
  await expect(new ObservedStore(store).check()).rejects.toThrow('no connection');
  await expect(new ObservedStore(new MemoryServerStore()).check()).resolves.toBeUndefined();
});

describe('a subscription to a collection', () => {
  it('covers documents at any depth, those created later included', async () => {
    await using server = await serverWithUsers({ permissive: true, createFolders: true });
    const home = `org.example/users/${alice}`;
    await server.put(`${home}/a`, '<a/>');
    await server.put(`${home}/folder/b`, '<a/>');
    const { news } = await subscribe(server, request([`${home}/`]));
    await server.put(`${home}/folder/deep/c`, '<a/>');
    await server.put(`org.example/users/sip:bob@example.com/a`, '<a/>');
    expect(await news()).toEqual([[`exists ${home}/a`, `exists ${home}/folder/b`], [`exists ${home}/folder/deep/c`]]);
  });

  it.each([
    { collection: 'resource-lists/', expected: [`resource-lists/global/index`, aliceLists] },
    { collection: 'resource-lists/users/', expected: [aliceLists] },
    { collection: 'resource-lists/global/', expected: ['resource-lists/global/index'] },
  ])('contains what GET permits: $collection', async ({ collection, expected }) => {
    const store = new MemoryServerStore();
    await using server = await serverWithUsers({ admins: 'anyone', store });
    for (const path of ['resource-lists/global/index', aliceLists, 'resource-lists/users/sip:bob@example.com/index'])
      await server.put(path, lists());
    await using other = await serverWithUsers({ auth: 'digest', store });
    const { bodies } = await subscribe(other, request([collection]));
    expect(
      documentsIn(bodies)
        .map(({ sel }) => sel)
        .sort(),
    ).toEqual(expected);
  });
});

describe('the mode of a subscription', () => {
  /** Makes two changes while a notification is being delivered, and returns the notifications after it. */
  async function twoChangesInOne(processing: string | undefined) {
    await using server = await serverWithUsers();
    await server.put(aliceLists, lists('a'));
    const bodies: string[] = [];
    const held = gate();
    const deliver = (body: string) => (bodies.push(body) === 1 ? held.opened : undefined);
    const subscription = await server.server.subscribe(alice, request([aliceLists], processing), deliver);
    const first = await etagOf(server);
    await server.put(aliceLists, lists('a', 'b'));
    const second = await etagOf(server);
    await server.put(aliceLists, lists('a', 'c', 'd'));
    expect(bodies).toHaveLength(1);
    held.open();
    await subscription.delivered();
    return { later: bodies.slice(1), tags: [first, second, await etagOf(server)] };
  }

  it.each([{ processing: undefined }, { processing: 'no-patching' }, { processing: 'of-tomorrow' }])(
    'without patches reports several changes as one: $processing',
    async ({ processing }) => {
      const {
        later,
        tags: [first, , last],
      } = await twoChangesInOne(processing);
      expect(later.map(summary)).toEqual([[`changed ${aliceLists}`]]);
      expect(tags(later)).toEqual([[first, last]]);
    },
  );

  it('xcap-patching reports every change, in order', async () => {
    const {
      later,
      tags: [first, second, last],
    } = await twoChangesInOne('xcap-patching');
    expect(later.map(summary)).toEqual([[`patch ${aliceLists}`, `patch ${aliceLists}`]]);
    expect(tags(later)).toEqual([
      [first, second],
      [second, last],
    ]);
  });

  it('aggregate reports several changes as one patch', async () => {
    const {
      later,
      tags: [first, , last],
    } = await twoChangesInOne('aggregate');
    expect(later.map(summary)).toEqual([[`patch ${aliceLists}`]]);
    expect(tags(later)).toEqual([[first, last]]);
    const patched = resourceLists.parse(lists('a'));
    applyXcapDiff(patched, later[0] ?? '');
    expect(patched.equals(resourceLists.parse(lists('a', 'c', 'd')))).toBe(true);
  });

  it('reports that changes cancelled each other out, since the subscriber may have read the document in between', async () => {
    await using server = await serverWithUsers();
    const bodies: string[] = [];
    const held = gate();
    const deliver = (body: string) => (bodies.push(body) === 1 ? held.opened : undefined);
    const subscription = await server.server.subscribe(alice, request([aliceLists], 'aggregate'), deliver);
    await server.put(aliceLists, lists());
    const etag = await etagOf(server);
    await server.remove(aliceLists);
    held.open();
    await subscription.delivered();
    const later = bodies.slice(1);
    expect(later.map(summary)).toEqual([[`removed ${aliceLists}`]]);
    expect(tags(later)).toEqual([[etag, undefined]]);
  });
});

describe('a refresh', () => {
  it('reports the whole state again', async () => {
    await using server = await serverWithUsers();
    await server.put(aliceLists, lists());
    const { subscription, news } = await subscribe(server, request([aliceLists]));
    await subscription.refresh();
    expect(await news()).toEqual([[`exists ${aliceLists}`], [`exists ${aliceLists}`]]);
  });

  it('replaces the list by that of its body', async () => {
    await using server = await serverWithUsers();
    const { subscription, news } = await subscribe(server, request([aliceLists]));
    const other = `resource-lists/users/${alice}/other`;
    await subscription.refresh(request([other]));
    await server.put(aliceLists, lists());
    await server.put(other, lists());
    expect((await news()).flat()).toEqual([`exists ${other}`]);
  });

  it('changes the mode, and keeps the list without a body', async () => {
    await using server = await serverWithUsers();
    await server.put(aliceLists, lists());
    const { subscription, news } = await subscribe(server, request([aliceLists]));
    await subscription.refresh({ event: 'xcap-diff; diff-processing=xcap-patching' });
    await server.put(aliceLists, lists('a'));
    await subscription.refresh({});
    await server.put(aliceLists, lists('b'));
    expect((await news()).slice(2).flat()).toEqual([
      `patch ${aliceLists}`,
      `exists ${aliceLists}`,
      `patch ${aliceLists}`,
    ]);
  });

  it('that is refused leaves the subscription as it was', async () => {
    await using server = await serverWithUsers();
    const { subscription, news } = await subscribe(server, request([aliceLists]));
    await expect(subscription.refresh({ event: 'presence' })).rejects.toMatchObject({ status: 489 });
    await server.put(aliceLists, lists());
    expect(await news()).toEqual([[], [`exists ${aliceLists}`]]);
  });

  it('reports the changes before it first', async () => {
    await using server = await serverWithUsers();
    const bodies: string[] = [];
    const held = gate();
    const deliver = (body: string) => (bodies.push(body) === 1 ? held.opened : undefined);
    const subscription = await server.server.subscribe(alice, request([aliceLists]), deliver);
    await server.put(aliceLists, lists());
    const refreshed = subscription.refresh();
    await server.put(aliceLists, lists('a'));
    held.open();
    await refreshed;
    await subscription.delivered();
    expect(tags(bodies.slice(1)).map(([previous]) => previous)).toEqual([undefined, undefined]);
    expect(documentsIn(bodies).at(-1)?.newEtag).toBe(await etagOf(server));
  });
});

describe('the end of a subscription', () => {
  it('is its close', async () => {
    await using server = await serverWithUsers();
    const { subscription, bodies } = await subscribe(server, request([aliceLists]));
    subscription.close();
    await server.put(aliceLists, lists());
    expect([subscription.isClosed, bodies.length]).toEqual([true, 1]);
    await expect(subscription.refresh()).rejects.toMatchObject({ code: 'subscription', status: 481 });
  });

  it('is the close of the server', async () => {
    const server = await serverWithUsers();
    const { subscription } = await subscribe(server, request([aliceLists]));
    await server.server.close();
    expect(subscription.isClosed).toBe(true);
  });

  it('is a notification that cannot be delivered, which is reported to onError', async () => {
    const errors: unknown[] = [];
    await using server = await serverWithUsers({ onError: (error) => errors.push(error) });
    const failure = new RangeError('no answer to the NOTIFY request');
    const subscription = await server.server.subscribe(alice, request([aliceLists]), async () => {
      throw failure;
    });
    await subscription.delivered();
    expect([subscription.isClosed, errors]).toEqual([true, [failure]]);
  });
});

describe('the interval of a subscription', () => {
  it('collects the changes between two notifications', async () => {
    await using server = await serverWithUsers();
    const { subscription, bodies } = await subscribe(server, request([aliceLists]), { interval: 3_600_000 });
    await server.put(aliceLists, lists());
    expect(bodies).toHaveLength(1);
    subscription.close();
    await subscription.delivered();
  });
});

describe('subscribe refuses', () => {
  it.each([
    { reason: 'another event package', status: 489, sent: { event: 'presence' } },
    { reason: 'no event package', status: 489, sent: { event: '' } },
    {
      reason: 'a subscriber that does not accept xcap-diff',
      status: 406,
      sent: { accept: 'application/pidf+xml, text/*' },
    },
    { reason: 'a body of another type', status: 415, sent: { contentType: 'application/sdp' } },
    { reason: 'no body', status: 400, sent: { body: undefined } },
    { reason: 'a body that is not XML', status: 400, sent: { body: 'resource-lists/' } },
    { reason: 'a body that is another document', status: 400, sent: { body: '<list/>' } },
    { reason: 'a nested list', status: 400, sent: { body: listOf('<list name="a"/>') } },
    { reason: 'a reference to an entry', status: 400, sent: { body: listOf('<entry-ref ref="a"/>') } },
    { reason: 'a reference to a list', status: 400, sent: { body: listOf('<external anchor="http://a"/>') } },
    { reason: 'no list', status: 400, sent: { body: lists() } },
    { reason: 'two lists', status: 400, sent: { body: lists('a', 'b') } },
    {
      reason: 'the tree of another user',
      status: 403,
      sent: request(['resource-lists/users/sip:bob@example.com/index']),
    },
    {
      reason: 'the collection of another user',
      status: 403,
      sent: request(['resource-lists/users/sip:bob@example.com/']),
    },
    { reason: 'an AUID that is not served', status: 404, sent: request(['no-such/users/sip:alice@example.com/index']) },
    {
      reason: 'namespace bindings',
      status: 404,
      sent: request([`${aliceLists}/~~/resource-lists/namespace::*`]),
    },
  ])('$reason with $status', async ({ status, sent }) => {
    await using server = await serverWithUsers({ auth: 'digest' });
    const bodies: string[] = [];
    const subscribing = server.server.subscribe(alice, { ...request([aliceLists]), ...sent }, (body) =>
      bodies.push(body),
    );
    await expect(subscribing).rejects.toMatchObject({ name: 'SubscriptionError', code: 'subscription', status });
    expect(bodies).toEqual([]);
  });

  it('a user whom the server does not know with 403', async () => {
    await using server = await serverWithUsers({ auth: 'digest' });
    for (const user of ['sip:carol@example.com', undefined])
      await expect(server.server.subscribe(user, request([aliceLists]), () => 0)).rejects.toMatchObject({
        status: 403,
      });
  });

  it('unknown options and members', async () => {
    await using server = await serverWithUsers();
    const sent = { ...request([aliceLists]), patches: 'none' };
    await expect(server.server.subscribe(alice, sent, () => 0)).rejects.toMatchObject({ code: 'invalid-argument' });
    const interval = { intervall: 5 } as object;
    await expect(server.server.subscribe(alice, request([aliceLists]), () => 0, interval)).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });

  it.each([
    { sent: undefined, says: 'the request must be an object, such as the subscription of a feed, not undefined' },
    { sent: null, says: 'the request must be an object' },
    { sent: 'xcap-diff', says: 'the request must be an object' },
    { sent: { event: 5 }, says: 'event must be a string, not 5' },
    { sent: { event: 'xcap-diff', accept: 5 }, says: 'accept must be a string, not 5' },
    { sent: { event: 'xcap-diff', contentType: 5 }, says: 'contentType must be a string, not 5' },
    {
      sent: { event: 'xcap-diff', body: Buffer.from('<list/>') },
      says: 'body must be a string, not an object of class',
    },
    { sent: { event: 'xcap-diff', expires: '0' }, says: 'expires must be a number of seconds, not "0"' },
    { sent: { event: 'xcap-diff', expires: -1 }, says: 'expires must be a number of seconds, not -1' },
  ])('members of the wrong type: $says', async ({ sent, says }) => {
    await using server = await serverWithUsers();
    const wrong = sent as unknown as SubscribeRequest; // as a caller without a compiler may send it
    await expect(server.server.subscribe(alice, wrong, () => 0)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining(`subscribe: ${says}`),
    });
  });

  it('an interval that no timer can wait for', async () => {
    await using server = await serverWithUsers();
    for (const interval of [-1, Number.NaN, 1e12])
      await expect(server.server.subscribe(alice, request([aliceLists]), () => 0, { interval })).rejects.toMatchObject({
        code: 'invalid-argument',
      });
  });

  it('a subscription to a server that is closed', async () => {
    const server = await serverWithUsers();
    await server.server.close();
    await expect(server.server.subscribe(alice, request([aliceLists]), () => 0)).rejects.toMatchObject({ status: 481 });
  });

  it('neither unknown elements and attributes of a list, nor an empty list', async () => {
    await using server = await serverWithUsers();
    const entry = `<entry uri="${aliceLists}" x="1"><display-name>a</display-name></entry>`;
    const body = listOf(`<display-name>lists</display-name><x:list xmlns:x="urn:x"/>${entry}`);
    await server.put(aliceLists, lists());
    const { news } = await subscribe(server, { ...request([]), body });
    expect(await news()).toEqual([[`exists ${aliceLists}`]]);
    expect(await (await subscribe(server, request([]))).news()).toEqual([[]]);
  });

  it('no address that is absolute and below its root', async () => {
    await using server = await serverWithUsers();
    await server.put(aliceLists, lists());
    const { news } = await subscribe(server, request([`${server.server.root}/${aliceLists}`]));
    expect(await news()).toEqual([[`exists ${aliceLists}`]]);
  });
});
