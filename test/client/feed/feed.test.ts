import { describe, expect } from 'vitest';
import { presRules } from '../../../src/documents/usages/pres-rules/usage.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { createXcapDiff } from '../../../src/documents/xcap-diff/produce.ts';
import { documentSelector } from '../../../src/selector/document-uri.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { ALICE, buddies, friends, it, type TestServer } from '../../support/fixtures.ts';

const DOCUMENT = documentSelector({ usage: resourceLists, user: ALICE });
const [BOB, CAROL, DAVE] = ['sip:bob@example.com', 'sip:carol@example.com', 'sip:dave@example.com'];

const bare = (etag: string | undefined): string => etag?.replaceAll('"', '') ?? '';

/** An xcap-diff document of `document` elements. */
const diff = (root: string, ...documents: string[]): string =>
  `<?xml version="1.0"?><xcap-diff xmlns="urn:ietf:params:xml:ns:xcap-diff" xcap-root="${root}/">${documents.join('')}</xcap-diff>`;

const part = (previous: string | undefined, next: string | undefined, sel = DOCUMENT): string =>
  `<document sel="${sel}"${previous ? ` previous-etag="${bare(previous)}"` : ''}${next ? ` new-etag="${bare(next)}"` : ''}/>`;

/** Alice with a document, behind a proxy that counts her GETs. */
async function followed(server: TestServer, ...uris: string[]) {
  const writer = server.client();
  await writer.put(resourceLists, buddies(...uris));
  const hooks = { onAnswer: (_method: string, _etag: string | undefined): void => undefined };
  const proxy = await startFaultProxy(server.root, ({ method, etag }) => hooks.onAnswer(method, etag));
  const client = server.client({ root: proxy.root });
  const feed = client.feed([resourceLists]);
  const synced = await client.open(resourceLists, { feed });
  const gets = () => proxy.passed.filter((request) => request.startsWith('GET')).length;
  const start = gets();
  return Object.assign(hooks, {
    writer,
    proxy,
    client,
    feed,
    synced,
    uris: () => synced.document.entries(friends).map(({ uri }) => uri),
    gets: () => gets() - start,
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  });
}

/** What a notifier says of an edit. */
async function edited(writer: ReturnType<TestServer['client']>, root: string, uri: string) {
  const before = await writer.get(resourceLists);
  await writer.edit(resourceLists, (doc) => doc.addEntry(friends, { uri }));
  const after = await writer.get(resourceLists);
  const patch = createXcapDiff(before.value, after.value, {
    root,
    documentSelector: DOCUMENT,
    previousEtag: bare(before.etag),
    newEtag: bare(after.etag),
  });
  return { before: before.etag, after: after.etag, patch };
}

describe('subscription', () => {
  it('lists documents, collections, elements and attributes relative to the root', ({ alice }) => {
    const feed = alice.feed([
      resourceLists,
      { collection: presRules },
      friends,
      friends.attr('name'),
      { usage: resourceLists, user: 'bob@example.com', document: 'work' },
      'rls-services/global/index',
    ]);
    const { body, ...rest } = feed.subscription;
    expect(rest).toEqual({
      event: 'xcap-diff',
      accept: 'application/xcap-diff+xml',
      contentType: 'application/resource-lists+xml',
      expires: 3600,
    });
    const lists = resourceLists.parse(body).get(resourceLists);
    expect(lists).toEqual({
      list: [
        {
          entry: [
            { uri: DOCUMENT },
            { uri: 'pres-rules/users/sip:alice@example.com/' },
            { uri: `${DOCUMENT}/~~/resource-lists/list%5B@name=%22friends%22%5D` },
            { uri: `${DOCUMENT}/~~/resource-lists/list%5B@name=%22friends%22%5D/@name` },
            { uri: 'resource-lists/users/sip:bob@example.com/work' },
            { uri: 'rls-services/global/index' },
          ],
        },
      ],
    });
  });

  it.for([
    ['none', 'xcap-diff'],
    ['each', 'xcap-diff;diff-processing=xcap-patching'],
    ['aggregate', 'xcap-diff;diff-processing=aggregate'],
  ] as const)('asks for patches %s with the event %s', ([patches, event], { alice }) => {
    expect(alice.feed([resourceLists], { patches }).subscription.event).toBe(event);
  });

  it('includes documents that are opened later', async ({ alice }) => {
    const feed = alice.feed([{ collection: presRules }]);
    await alice.open(presRules, { feed });
    expect(feed.subscription.body).not.toContain('index');
    await alice.open(resourceLists, { feed });
    expect(feed.subscription.body).toContain(`"${DOCUMENT}"`);
  });

  it.for([
    { given: [] },
    { given: 'https://elsewhere.example.com/x' },
    { given: 7 },
    { given: null },
    { given: { documents: 'x' } },
    { given: {} },
    { given: { collection: presRules, document: 'x' } },
    { given: friends.namespaceBindings() },
  ])('refuses the address $given', ({ given }, { alice }) => {
    // Wrong on purpose.
    expect(() => alice.feed([given as never])).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it('refuses unknown options and values', ({ alice }) => {
    expect(() => alice.feed([resourceLists], { patch: 'each' } as never)).toThrow('patches');
    expect(() => alice.feed([resourceLists], { patches: 'all' as never })).toThrow('"none", "each" or "aggregate"');
    expect(() => alice.feed(resourceLists as never)).toThrow('array');
  });
});

describe('deliver', () => {
  it('applies a patch without a request', async ({ server }) => {
    await using at = await followed(server, BOB);
    const { patch, after } = await edited(at.writer, server.root, CAROL);
    await at.feed.deliver(patch);
    expect(at.uris()).toEqual([BOB, CAROL]);
    expect(at.synced.etag).toBe(after);
    expect(at.synced.dirty).toBe(false);
    expect(at.gets()).toBe(0);
  });

  it('merges a patch with unsaved edits, which a save then writes at once', async ({ server }) => {
    await using at = await followed(server, BOB);
    at.synced.document.addEntry(friends, { uri: DAVE });
    await at.feed.deliver((await edited(at.writer, server.root, CAROL)).patch);
    expect(new Set(at.uris())).toEqual(new Set([BOB, CAROL, DAVE]));
    await at.synced.save();
    expect(at.proxy.passed.filter((request) => request.startsWith('PUT'))).toHaveLength(1);
    const { value } = await at.writer.get(resourceLists);
    expect(value.entries(friends)).toHaveLength(3);
  });

  it('reads the document when there is no patch', async ({ server }) => {
    await using at = await followed(server, BOB);
    const { before, after } = await edited(at.writer, server.root, CAROL);
    await at.feed.deliver(diff(server.root, part(before, after)));
    expect(at.uris()).toEqual([BOB, CAROL]);
    expect(at.gets()).toBe(1);
  });

  it('takes a new tag alone without a request', async ({ server }) => {
    await using at = await followed(server, BOB);
    const { etag } = at.synced;
    await at.feed.deliver(
      diff(
        server.root,
        `<document sel="${DOCUMENT}" previous-etag="${bare(etag)}" new-etag="next"><body-not-changed/></document>`,
      ),
    );
    expect(at.synced.etag).toBe('"next"');
    expect(at.gets()).toBe(0);
  });

  it('ignores what it has been told before', async ({ server }) => {
    await using at = await followed(server, BOB);
    const { patch } = await edited(at.writer, server.root, CAROL);
    await at.feed.deliver(patch);
    await at.feed.deliver(patch);
    expect(at.uris()).toEqual([BOB, CAROL]);
    expect(at.gets()).toBe(0);
  });

  it('is not led back by notifications from yesterday', async ({ server }) => {
    await using at = await followed(server, BOB);
    const old = await edited(at.writer, server.root, CAROL);
    await at.writer.edit(resourceLists, (doc) => doc.removeEntry(friends, CAROL));
    const { patch } = await edited(at.writer, server.root, DAVE);
    await at.feed.deliver(patch);
    const gets = at.gets();
    await at.feed.deliver(old.patch);
    await at.feed.deliver(
      diff(server.root, part('long-gone', 'gone'), part(undefined, 'first'), part('last', undefined)),
    );
    expect(at.uris()).toEqual([BOB, DAVE]);
    expect(at.gets() - gets).toBeLessThanOrEqual(2);
  });

  it('recognizes its own write', async ({ server }) => {
    await using at = await followed(server, BOB);
    const before = at.synced.etag;
    at.synced.document.addEntry(friends, { uri: CAROL });
    await at.synced.save();
    const gets = at.gets();
    await at.feed.deliver(diff(server.root, part(before, at.synced.etag)));
    expect(at.gets()).toBe(gets);
  });

  it('recognizes its own write before the answer to it arrives', async ({ server }) => {
    await using at = await followed(server, BOB);
    // The first save of a client reads what the server has stored; later ones do not.
    at.synced.document.addEntry(friends, { uri: DAVE });
    await at.synced.save();
    const gets = at.gets();
    at.synced.document.addEntry(friends, { uri: CAROL });
    const before = at.synced.etag;
    let delivery: Promise<void> | undefined;
    at.onAnswer = (method, etag) => {
      if (method === 'PUT') delivery = at.feed.deliver(diff(server.root, part(before, etag)));
    };
    await at.synced.save();
    await delivery;
    expect(delivery).toBeDefined();
    expect(at.uris()).toEqual([BOB, DAVE, CAROL]);
    expect(at.gets()).toBe(gets);
  });

  it('reads the document when a patch does not fit', async ({ server }) => {
    await using at = await followed(server, BOB);
    const { before, after } = await edited(at.writer, server.root, CAROL);
    await at.feed.deliver(
      diff(
        server.root,
        `<document sel="${DOCUMENT}" previous-etag="${bare(before)}" new-etag="${bare(after)}"><remove sel="*/nothing"/></document>`,
      ),
    );
    expect(at.uris()).toEqual([BOB, CAROL]);
    expect(at.gets()).toBe(1);
  });

  it('reads the document after a gap, and once for many', async ({ server }) => {
    await using at = await followed(server, BOB);
    await edited(at.writer, server.root, CAROL);
    const { patch } = await edited(at.writer, server.root, DAVE);
    await at.feed.deliver(patch);
    expect(at.uris()).toEqual([BOB, CAROL, DAVE]);
    expect(at.gets()).toBe(1);
  });

  it.for([
    ['an absolute sel', (root: string) => `${root}/${DOCUMENT}`],
    ['a sel with needless escapes', () => DOCUMENT.replace('@', '%40')],
    ['a sel with a leading slash', () => `/${DOCUMENT}`],
  ] as const)('understands %s', async ([, sel], { server }) => {
    await using at = await followed(server, BOB);
    const { before, after } = await edited(at.writer, server.root, CAROL);
    await at.feed.deliver(diff(server.root, part(before, after, sel(server.root))));
    expect(at.uris()).toEqual([BOB, CAROL]);
  });

  it('takes octets, and a multipart body', async ({ server }) => {
    await using at = await followed(server, BOB);
    const one = await edited(at.writer, server.root, CAROL);
    await at.feed.deliver(new TextEncoder().encode(one.patch));
    const two = await edited(at.writer, server.root, DAVE);
    const body = `--b1\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b1\r\nContent-Type: application/xcap-diff+xml; charset=UTF-8\r\n\r\n${two.patch}\r\n--b1--\r\n`;
    await at.feed.deliver(body);
    expect(at.uris()).toEqual([BOB, CAROL, DAVE]);
    expect(at.gets()).toBe(0);
  });

  it.for<[string, () => string]>([
    ['a document without any tag', () => `<document sel="${DOCUMENT}"/>`],
    ['unescaped text', () => `<document sel="${DOCUMENT}?a&b" new-etag="x"/>`],
    ['a sel that addresses nothing', () => '<document sel="???" new-etag="x"/>'],
    ['a million parts', () => '<document sel="a" new-etag="x"/>'.repeat(1_000_000)],
  ])('reads the document for %s', async ([, content], { server }) => {
    await using at = await followed(server, BOB);
    await edited(at.writer, server.root, CAROL);
    await at.feed.deliver(diff(server.root, content()));
    expect(at.uris()).toEqual([BOB, CAROL]);
    expect(at.gets()).toBe(1);
  });

  it.for([
    '',
    'hello',
    '<html/>',
    '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"/>',
    '--b\r\n\r\n--b--',
    '<a',
  ])('refuses anything but an xcap-diff document: %j', async (body, { server }) => {
    await using at = await followed(server, BOB);
    await expect(at.feed.deliver(body)).rejects.toMatchObject({ code: 'patch', condition: 'invalid-diff-format' });
    expect(at.gets()).toBe(0);
  });

  it('refuses what is neither text nor octets', async ({ alice }) => {
    await expect(alice.feed([resourceLists]).deliver({} as never)).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('shows a conflict with unsaved edits, and keeps them', async ({ server }) => {
    await using at = await followed(server, BOB);
    const bob = friends.entry(BOB);
    at.synced.document.update(bob, { displayName: 'Bobby' });
    const before = at.synced.etag;
    const { etag } = await at.writer.edit(resourceLists, (doc) => doc.update(bob, { displayName: 'Robert' }));
    await at.feed.deliver(diff(server.root, part(before, etag)));
    expect(at.synced.getSnapshot()).toMatchObject({ state: 'conflict', dirty: true });
    expect(at.synced.document.get(bob)?.displayName?.text).toBe('Bobby');
    await at.synced.save({ onConflict: 'theirs' });
    expect(at.synced.document.get(bob)?.displayName?.text).toBe('Robert');
  });

  it('shows that nearly everything is gone, and keeps it', async ({ server }) => {
    const many = Array.from({ length: 20 }, (_, index) => `sip:friend${index}@example.com`);
    await using at = await followed(server, ...many);
    const before = at.synced.etag;
    const { etag } = await at.writer.put(resourceLists, buddies());
    await at.feed.deliver(diff(server.root, part(before, etag)));
    expect(at.synced.getSnapshot().error).toMatchObject({ code: 'suspicious-emptiness' });
    expect(at.uris()).toEqual(many);
  });

  it('is made good by the next notification after the server was away', async ({ server }) => {
    await using at = await followed(server, BOB);
    const one = await edited(at.writer, server.root, CAROL);
    at.proxy.decide = () => ({ kind: 'instead', status: 403 });
    await at.feed.deliver(diff(server.root, part(one.before, one.after)));
    expect(at.synced.getSnapshot().error).toBeDefined();
    at.proxy.decide = () => undefined;
    await at.feed.deliver(diff(server.root));
    await at.feed.interrupted();
    expect(at.uris()).toEqual([BOB, CAROL]);
    expect(at.synced.getSnapshot().error).toBeUndefined();
  });

  it('ignores bodies after close, and documents after theirs', async ({ server }) => {
    await using at = await followed(server, BOB);
    const { patch } = await edited(at.writer, server.root, CAROL);
    at.synced.close();
    await at.feed.deliver(patch);
    expect(at.uris()).toEqual([BOB]);
    at.feed.close();
    await at.feed.deliver(patch);
    await at.synced.refresh();
    expect(at.uris()).toEqual([BOB, CAROL]);
  });

  it('is refused by open once it is closed', async ({ alice }) => {
    const feed = alice.feed([resourceLists]);
    feed.close();
    await expect(alice.open(resourceLists, { feed })).rejects.toThrow('the feed is closed');
  });

  it('keeps what arrives while the document is being opened', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies(BOB));
    await using proxy = await startFaultProxy(server.root);
    const client = server.client({ root: proxy.root });
    const feed = client.feed([resourceLists]);
    let delivery: Promise<void> | undefined;
    proxy.decide = () => {
      if (!delivery) delivery = edited(alice, server.root, CAROL).then(({ patch }) => feed.deliver(patch));
      return undefined;
    };
    const synced = await client.open(resourceLists, { feed });
    await delivery;
    expect(synced.document.entries(friends)).toHaveLength(2);
  });
});

describe('interrupted', () => {
  it('reads every open document once', async ({ server }) => {
    await using at = await followed(server, BOB);
    await edited(at.writer, server.root, CAROL);
    await at.feed.interrupted();
    expect(at.uris()).toEqual([BOB, CAROL]);
    expect(at.gets()).toBe(1);
  });
});

describe('watch with a feed', () => {
  it('yields what a notification says without waiting for the interval', async ({ server }) => {
    await using at = await followed(server, BOB);
    const versions = at.client.watch(resourceLists, { feed: at.feed, interval: 1_000_000 });
    await versions.next();
    const next = versions.next();
    const { patch, after } = await edited(at.writer, server.root, CAROL);
    await at.feed.deliver(patch);
    expect((await next).value).toMatchObject({ etag: after });
    await versions.return();
  });

  it('reads after the interval, too', async ({ server }) => {
    await using at = await followed(server, BOB);
    const versions = at.client.watch(resourceLists, { feed: at.feed, interval: 1 });
    await versions.next();
    const next = versions.next();
    const { after } = await edited(at.writer, server.root, CAROL);
    expect((await next).value).toMatchObject({ etag: after });
    await versions.return();
  });

  it('rejects with the reason of its signal', async ({ alice }) => {
    const controller = new AbortController();
    const versions = alice.watch(resourceLists, { feed: alice.feed([]), signal: controller.signal });
    const next = versions.next();
    const reason = new RangeError('enough');
    controller.abort(reason);
    await expect(next).rejects.toBe(reason);
  });
});

describe('iteration', () => {
  const OTHER = 'rls-services/users/sip:alice@example.com/index';

  it('yields documents that are not open: created, changed, removed', async ({ server }) => {
    await using at = await followed(server, BOB);
    const changes = at.feed[Symbol.asyncIterator]();
    await at.feed.deliver(diff(server.root, part(undefined, 'a', OTHER)));
    expect(await changes.next()).toEqual({
      done: false,
      value: {
        kind: 'created',
        auid: 'rls-services',
        tree: 'users',
        user: { xui: ALICE },
        document: 'index',
        url: `${at.proxy.root}/${OTHER}`,
        etag: 'a',
      },
    });
    await at.feed.deliver(diff(server.root, part('a', 'b', OTHER)));
    expect((await changes.next()).value).toMatchObject({ kind: 'changed', etag: 'b' });
    await at.feed.deliver(diff(server.root, part('b', undefined, OTHER)));
    expect((await changes.next()).value).toMatchObject({ kind: 'removed' });
    expect(at.gets()).toBe(0);
  });

  it('begins with what was notified before, without open documents', async ({ server }) => {
    await using at = await followed(server, BOB);
    await at.feed.deliver(diff(server.root, part(undefined, 'a', OTHER), part(undefined, at.synced.etag)));
    const seen: string[] = [];
    at.feed.close();
    for await (const { url } of at.feed) seen.push(url);
    expect(seen).toEqual([`${at.proxy.root}/${OTHER}`]);
  });

  it('yields elements and attributes', async ({ server, alice }) => {
    const feed = alice.feed([friends, friends.attr('name')]);
    const changes = feed[Symbol.asyncIterator]();
    const node = `${DOCUMENT}/~~/resource-lists/list%5B@name=%22friends%22%5D`;
    await feed.deliver(
      diff(
        server.root,
        `<element sel="${node}" exists="1"><list xmlns="urn:ietf:params:xml:ns:resource-lists" name="friends"/></element>`,
        `<attribute sel="${node}/@name" exists="0"/>`,
      ),
    );
    expect((await changes.next()).value).toMatchObject({
      kind: 'element',
      exists: true,
      url: `${server.root}/${node}`,
    });
    expect((await changes.next()).value).toMatchObject({ kind: 'attribute', exists: false, value: undefined });
  });

  it('keeps the last change of a document that was not taken yet', async ({ server, alice }) => {
    const feed = alice.feed([{ collection: resourceLists }]);
    const changes = feed[Symbol.asyncIterator]();
    await feed.deliver(diff(server.root, part(undefined, 'a', OTHER)));
    await feed.deliver(diff(server.root, part('a', 'b', OTHER)));
    expect((await changes.next()).value).toMatchObject({ kind: 'created', etag: 'b' });
    const waiting = changes.next();
    feed.close();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });
});
