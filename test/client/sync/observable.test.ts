import { describe, expect, vi } from 'vitest';
import { MemoryStore } from '../../../src/client/stores/memory.ts';
import type { SyncSnapshot } from '../../../src/client/sync/snapshot-publisher.ts';
import type { ResourceListsDocument } from '../../../src/documents/usages/resource-lists/document.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { buddies, friends, it } from '../../support/fixtures.ts';

const [BOB, CAROL] = ['sip:bob@example.com', 'sip:carol@example.com'];
const uris = (doc: ResourceListsDocument): string[] => doc.entries(friends).map(({ uri }) => uri ?? '');
const add = (uri: string) => (doc: ResourceListsDocument) => doc.addEntry(friends, { uri });
const rename = (uri: string, displayName: string) => (doc: ResourceListsDocument) =>
  doc.update(friends.entry(uri), { displayName });

const goOffline = (proxy: FaultProxy): void => {
  proxy.decide = () => ({ kind: 'lost-request' });
};
const goOnline = (proxy: FaultProxy): void => {
  proxy.decide = () => undefined;
};

describe('document', () => {
  it('remains the same object when refresh and save take in what others wrote', async ({ alice, aliceElsewhere }) => {
    await alice.put(resourceLists, buddies());
    const synced = await alice.open(resourceLists);
    const { document } = synced;
    await aliceElsewhere.edit(resourceLists, add(BOB));
    await synced.refresh();
    add(CAROL)(document);
    await aliceElsewhere.edit(resourceLists, rename(BOB, 'Bob'));
    await synced.save();
    expect(synced.document).toBe(document);
    expect(document.entries(friends)).toEqual([{ uri: BOB, displayName: { text: 'Bob' } }, { uri: CAROL }]);
    expect(document.equals((await alice.get(resourceLists)).value)).toBe(true);
  });

  it('remains the same object for edit, a failed edit and discard', async ({ alice }) => {
    await alice.put(resourceLists, buddies(BOB));
    const synced = await alice.open(resourceLists, { store: new MemoryStore() });
    const { document } = synced;
    await synced.edit(add(CAROL));
    await expect(synced.edit(add(CAROL))).rejects.toMatchObject({ condition: 'uniqueness-failure' });
    expect(uris(document)).toEqual([BOB, CAROL]);
    await synced.discard();
    expect(uris(document)).toEqual([BOB]);
    expect(synced.document).toBe(document);
  });

  it('lists no changes after it took in another version', async ({ alice, aliceElsewhere }) => {
    await alice.put(resourceLists, buddies());
    const synced = await alice.open(resourceLists);
    await aliceElsewhere.edit(resourceLists, add(BOB));
    await synced.refresh();
    add(CAROL)(synced.document);
    expect(synced.document.changes.map(({ method }) => method)).toEqual(['PUT']);
  });

  it('freezes handed-out elements when it takes in another version, so that no change of them is lost', async ({
    alice,
    aliceElsewhere,
  }) => {
    await alice.put(resourceLists, buddies(BOB));
    const synced = await alice.open(resourceLists);
    const old = synced.document.element(friends.entry(BOB));
    old?.setAttribute('note', 'kept');
    await aliceElsewhere.edit(resourceLists, add(CAROL));
    await synced.refresh();
    expect(() => old?.setAttribute('note', 'lost')).toThrow(TypeError);
    expect(() => old?.removeAttribute('uri')).toThrow(TypeError);
    expect(() => synced.document.selectorOf(old as never)).toThrow(/in this document/);
    expect(old?.getAttribute('note')).toBe('kept');
    const now = synced.document.element(friends.entry(BOB));
    now?.setAttribute('note', `${now.getAttribute('note')}, too`);
    expect(synced.document.xml(friends.entry(BOB))).toBe(`<entry uri="${BOB}" note="kept, too"/>`);
  });

  it('does not freeze handed-out elements as long as its content remains', async ({ alice }) => {
    await alice.put(resourceLists, buddies(BOB));
    const synced = await alice.open(resourceLists);
    const element = synced.document.element(friends.entry(BOB));
    element?.setAttribute('uri', CAROL);
    await synced.save();
    element?.setAttribute('uri', 'sip:dave@example.com');
    expect(uris(synced.document)).toEqual(['sip:dave@example.com']);
    expect(synced.dirty).toBe(true);
  });
});

describe('getSnapshot', () => {
  it('returns a frozen object with everything that a user interface shows', async ({ alice }) => {
    const { etag } = await alice.put(resourceLists, buddies());
    const synced = await alice.open(resourceLists);
    const snapshot = synced.getSnapshot();
    expect(snapshot).toEqual({ version: 0, etag, dirty: false, state: 'idle', conflicts: [] });
    expect(Object.isFrozen(snapshot)).toBe(true);
    expect(Object.isFrozen(snapshot.conflicts)).toBe(true);
  });

  it('returns the same object until something changes', async ({ alice }) => {
    await alice.put(resourceLists, buddies());
    const synced = await alice.open(resourceLists);
    const before = synced.getSnapshot();
    await synced.refresh();
    await synced.keep();
    await synced.save();
    expect(synced.getSnapshot()).toBe(before);
    add(BOB)(synced.document);
    const edited = synced.getSnapshot();
    expect(edited).toEqual({ ...before, version: 1, dirty: true });
    expect(synced.getSnapshot()).toBe(edited);
  });

  it('does not change for a refused edit', async ({ alice }) => {
    await alice.put(resourceLists, buddies(BOB));
    const synced = await alice.open(resourceLists);
    const before = synced.getSnapshot();
    expect(() => add(BOB)(synced.document)).toThrow(/already/);
    expect(synced.getSnapshot()).toBe(before);
  });

  it('has another version exactly when the content of the document changes', async ({ alice, aliceElsewhere }) => {
    await alice.put(resourceLists, buddies());
    const synced = await alice.open(resourceLists);
    const versions: number[] = [];
    synced.subscribe(({ version }) => versions.push(version));
    add(BOB)(synced.document);
    await synced.save();
    expect(versions).toContain(1);
    expect(synced.getSnapshot().version).toBe(1);
    await aliceElsewhere.edit(resourceLists, add(CAROL));
    await synced.refresh();
    expect(synced.getSnapshot().version).toBe(2);
  });

  it('notices a change through the DOM at the next keep', async ({ alice }) => {
    await alice.put(resourceLists, buddies(BOB));
    const synced = await alice.open(resourceLists);
    const before = synced.getSnapshot();
    synced.document.element(friends.entry(BOB))?.setAttribute('note', 'x');
    await synced.keep();
    expect(synced.getSnapshot()).toEqual({ ...before, version: 1, dirty: true });
  });
});

describe('subscribe', () => {
  it('calls the listener at once, and with each change until it is ended', async ({ alice }) => {
    await alice.put(resourceLists, buddies());
    const synced = await alice.open(resourceLists);
    const seen: SyncSnapshot[] = [];
    const stop = synced.subscribe((snapshot) => seen.push(snapshot));
    expect(seen).toEqual([synced.getSnapshot()]);
    add(BOB)(synced.document);
    expect(seen).toHaveLength(2);
    expect(seen[1]).toBe(synced.getSnapshot());
    stop();
    add(CAROL)(synced.document);
    expect(seen).toHaveLength(2);
  });

  it('and getSnapshot work unbound', async ({ alice }) => {
    const { subscribe, getSnapshot, document } = await alice.open(resourceLists);
    let calls = 0;
    subscribe(() => calls++);
    document.addList('friends');
    expect(calls).toBe(2);
    expect(getSnapshot()).toMatchObject({ version: 1, dirty: true });
  });

  it('notifies once for a transaction', async ({ alice }) => {
    const synced = await alice.open(resourceLists);
    let calls = 0;
    synced.subscribe(() => calls++);
    await synced.edit((doc) => {
      doc.addList('friends');
      doc.addEntry(friends, { uri: BOB });
    });
    expect(calls).toBe(2);
  });

  it('shows a save that begins and one that ends', async ({ alice }) => {
    await alice.put(resourceLists, buddies());
    const synced = await alice.open(resourceLists);
    const states: string[] = [];
    synced.subscribe(({ state, dirty }) => states.push(`${state}${dirty ? ', dirty' : ''}`));
    add(BOB)(synced.document);
    await synced.save();
    expect(states).toEqual(['idle', 'idle, dirty', 'saving, dirty', 'saving', 'idle']);
  });

  it('lets a listener edit the document, subscribe and end subscriptions', async ({ alice }) => {
    await alice.put(resourceLists, buddies());
    const synced = await alice.open(resourceLists);
    const last: { version?: number } = {};
    const stop = synced.subscribe(({ version }) => {
      if (version === 1) add(CAROL)(synced.document);
      if (version === 2) stop();
    });
    synced.subscribe(({ version }) => {
      last.version = version;
    });
    add(BOB)(synced.document);
    expect(last.version).toBe(2);
    expect(uris(synced.document)).toEqual([BOB, CAROL]);
  });

  it('keeps two subscriptions of one listener apart', async ({ alice }) => {
    const synced = await alice.open(resourceLists);
    const listener = vi.fn();
    const stop = synced.subscribe(listener);
    synced.subscribe(listener);
    stop();
    stop();
    synced.document.addList('friends');
    expect(listener).toHaveBeenCalledTimes(3);
  });

  it('reports an error of a listener as uncaught, and neither the edit nor the save fails', async ({ alice }) => {
    await alice.put(resourceLists, buddies());
    const synced = await alice.open(resourceLists);
    const reported: unknown[] = [];
    const restore = catchUncaught((error) => reported.push(error));
    let calls = 0;
    synced.subscribe(() => {
      throw new RangeError('a mistake in the page');
    });
    synced.subscribe(() => calls++);
    add(BOB)(synced.document);
    await synced.save();
    restore();
    expect(uris((await alice.get(resourceLists)).value)).toEqual([BOB]);
    expect(calls).toBe(reported.length);
    expect(reported).toContainEqual(new RangeError('a mistake in the page'));
  });

  it('rejects anything but a function', async ({ alice }) => {
    const synced = await alice.open(resourceLists);
    expect(() => synced.subscribe(undefined as never)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: 'subscribe takes a function, not undefined' }),
    );
  });
});

/** Collects uncaught errors instead of the test runner. Returns a function that ends this. */
function catchUncaught(listener: (error: unknown) => void): () => void {
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', listener);
  return () => {
    process.off('uncaughtException', listener);
    for (const other of others) process.on('uncaughtException', other);
  };
}

describe('state', () => {
  it('is offline after a save that did not reach the server, and idle after one that did', async ({
    server,
    alice,
  }) => {
    await alice.put(resourceLists, buddies());
    await using proxy = await startFaultProxy(server.root);
    const synced = await server.client({ root: proxy.root }).open(resourceLists, { retries: 0 });
    add(BOB)(synced.document);
    goOffline(proxy);
    const error = await synced.save().catch((reason) => reason);
    expect(synced.getSnapshot()).toMatchObject({ state: 'offline', dirty: true, conflicts: [] });
    expect(synced.getSnapshot().error).toBe(error);
    goOnline(proxy);
    await synced.save();
    expect(synced.getSnapshot()).toMatchObject({ state: 'idle', dirty: false });
    expect(synced.getSnapshot()).not.toHaveProperty('error');
  });

  it('is offline after open without a connection, and idle after a refresh with one', async ({ server, alice }) => {
    const store = new MemoryStore();
    await alice.put(resourceLists, buddies());
    await using proxy = await startFaultProxy(server.root);
    const client = server.client({ root: proxy.root });
    await (await client.open(resourceLists, { store })).keep();
    goOffline(proxy);
    const synced = await client.open(resourceLists, { store, retries: 0 });
    expect(synced.getSnapshot()).toMatchObject({ state: 'offline', error: { code: 'transport' } });
    goOnline(proxy);
    await synced.refresh();
    expect(synced.getSnapshot().state).toBe('idle');
  });

  it('is idle with the error after a save that the server refused', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    await using proxy = await startFaultProxy(server.root);
    const synced = await server.client({ root: proxy.root }).open(resourceLists, { retries: 0 });
    add(BOB)(synced.document);
    proxy.decide = ({ method }) => (method === 'PUT' ? { kind: 'instead', status: 403 } : undefined);
    await expect(synced.save()).rejects.toMatchObject({ code: 'authentication' });
    expect(synced.getSnapshot()).toMatchObject({ state: 'idle', dirty: true, error: { code: 'authentication' } });
  });

  it('is what it was before after a save that was canceled', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    await using proxy = await startFaultProxy(server.root);
    const synced = await server.client({ root: proxy.root }).open(resourceLists, { retries: 0 });
    add(BOB)(synced.document);
    goOffline(proxy);
    await expect(synced.save()).rejects.toMatchObject({ code: 'transport' });
    await expect(synced.save({ signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
    expect(synced.getSnapshot()).toMatchObject({ state: 'offline', error: { code: 'transport' } });
  });

  it('is conflict with the conflicts after a save that found any, until one is resolved', async ({
    alice,
    aliceElsewhere,
  }) => {
    await alice.put(resourceLists, buddies(BOB));
    const synced = await alice.open(resourceLists);
    rename(BOB, 'Mine')(synced.document);
    await aliceElsewhere.edit(resourceLists, rename(BOB, 'Theirs'));
    await expect(synced.save()).rejects.toMatchObject({ code: 'merge-conflict' });
    expect(synced.getSnapshot()).toMatchObject({
      state: 'conflict',
      dirty: true,
      error: { code: 'merge-conflict' },
      conflicts: [
        {
          kind: 'added',
          mine: { text: 'Mine' },
          theirs: { text: 'Theirs' },
          xml: { mine: '<display-name>Mine</display-name>', theirs: '<display-name>Theirs</display-name>' },
        },
      ],
    });
    await synced.save({ onConflict: 'mine' });
    expect(synced.getSnapshot()).toMatchObject({ state: 'idle', dirty: false, conflicts: [] });
  });

  it('is conflict after open with edits that contradict what others wrote', async ({ alice, aliceElsewhere }) => {
    const store = new MemoryStore();
    await alice.put(resourceLists, buddies(BOB));
    await (await alice.open(resourceLists, { store })).edit(rename(BOB, 'Mine'));
    await aliceElsewhere.edit(resourceLists, rename(BOB, 'Theirs'));
    const synced = await alice.open(resourceLists, { store });
    expect(synced.getSnapshot()).toMatchObject({ state: 'conflict', conflicts: [{ kind: 'added' }] });
  });
});

describe('discard', () => {
  it('drops local edits at once, and in the store', async ({ alice }) => {
    const store = new MemoryStore();
    const { etag } = await alice.put(resourceLists, buddies(BOB));
    const synced = await alice.open(resourceLists, { store });
    await synced.edit(add(CAROL));
    const discarded = synced.discard();
    expect(synced).toMatchObject({ dirty: false, etag });
    expect(uris(synced.document)).toEqual([BOB]);
    await discarded;
    expect((await alice.open(resourceLists, { store })).dirty).toBe(false);
    expect(await synced.save()).toMatchObject({ saved: false });
  });

  it('empties a document that does not exist on the server', async ({ alice }) => {
    const synced = await alice.open(resourceLists);
    synced.document.addList('friends');
    await synced.discard();
    expect(synced.document.lists()).toEqual([]);
    expect(synced.dirty).toBe(false);
  });

  it('ends a conflict in favor of what others wrote', async ({ alice, aliceElsewhere }) => {
    await alice.put(resourceLists, buddies(BOB));
    const synced = await alice.open(resourceLists);
    rename(BOB, 'Mine')(synced.document);
    await aliceElsewhere.edit(resourceLists, rename(BOB, 'Theirs'));
    await expect(synced.save()).rejects.toMatchObject({ code: 'merge-conflict' });
    await synced.discard();
    expect(synced.getSnapshot()).toMatchObject({ state: 'idle', dirty: false, conflicts: [] });
    await synced.refresh();
    expect(synced.document.get(friends.entry(BOB).displayName())).toEqual({ text: 'Theirs' });
  });

  it('during a save waits for it, and keeps edits made after the call', async ({ alice }) => {
    await alice.put(resourceLists, buddies());
    const synced = await alice.open(resourceLists);
    add(BOB)(synced.document);
    const saving = synced.save();
    const discarded = synced.discard();
    add(CAROL)(synced.document);
    await Promise.all([saving, discarded]);
    expect(uris(synced.document)).toEqual([BOB, CAROL]);
    await synced.save();
    expect(uris((await alice.get(resourceLists)).value)).toEqual([BOB, CAROL]);
  });

  it('leaves a write with an unknown outcome to the server', async ({ server, alice }) => {
    await alice.put(resourceLists, buddies());
    await using proxy = await startFaultProxy(server.root);
    const synced = await server.client({ root: proxy.root }).open(resourceLists, { retries: 0 });
    add(BOB)(synced.document);
    proxy.decide = ({ method }) => ({ kind: method === 'PUT' ? 'lost-answer' : 'lost-request' });
    await expect(synced.save()).rejects.toMatchObject({ outcome: 'unknown' });
    goOnline(proxy);
    await synced.discard();
    expect(synced.dirty).toBe(false);
    await synced.refresh();
    expect(synced.dirty).toBe(false);
    expect(uris(synced.document)).toEqual([BOB]);
  });
});
